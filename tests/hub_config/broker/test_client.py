"""The kernel's client and the hub's broker, which know nothing of each other but the API."""

from __future__ import annotations

import asyncio

import pytest

from daisy_kernel.broker.client import Broker
from daisy_kernel.errors import ClusterError
from tests.hub_config.broker.served import served

pytestmark = pytest.mark.asyncio


async def test_the_life_of_a_cluster_through_the_client():
    async with served() as broker:
        client = Broker(broker.url, "ada")
        made = await asyncio.to_thread(client.create, 2)
        assert made.certificates is not None
        assert (made.workers, made.address[:6]) == (2, "tls://")
        assert made.memory > 0
        (listed,) = await asyncio.to_thread(client.clusters)
        assert (listed.id, listed.certificates) == (made.id, None)
        grown = await asyncio.to_thread(client.scale, made.id, 3)
        assert len(grown.pods) == 3
        smaller = await asyncio.to_thread(client.scale, made.id, 1, [pod.name for pod in grown.pods[:2]])
        assert [pod.name for pod in smaller.pods] == [grown.pods[2].name]
        await asyncio.to_thread(client.note_activity, made.id)
        await asyncio.to_thread(client.delete, made.id)
        await asyncio.to_thread(client.delete, made.id)  # it is gone: nothing happens
        with pytest.raises(ClusterError) as gone:
            await asyncio.to_thread(client.get, made.id)
        assert gone.value.is_gone


async def test_a_refusal_reaches_a_person_in_the_words_of_the_broker():
    async with served() as broker:
        client = Broker(broker.url, "ada")
        with pytest.raises(ClusterError) as refused:
            await asyncio.to_thread(client.create, 64)
        assert refused.value.status == 409
        assert {"en", "zh"} <= set(refused.value.words)
        with pytest.raises(ClusterError) as unknown:
            await asyncio.to_thread(Broker(broker.url, "nobody").clusters)
        assert unknown.value.status == 401
