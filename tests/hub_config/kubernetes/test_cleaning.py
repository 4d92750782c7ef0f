"""Before an uninstall users' pods end, and the end is waited for."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from hub_config.kubernetes import cleaning


class Api:
    """Pods that take some looks to end."""

    def __init__(self, looks: int) -> None:
        self.looks, self.asked = looks, []

    async def delete_collection_namespaced_pod(self, namespace, label_selector):
        self.asked.append(("delete", namespace, label_selector))

    async def list_namespaced_pod(self, namespace, label_selector):
        self.asked.append(("list", namespace, label_selector))
        self.looks -= 1
        return SimpleNamespace(items=["pod"] if self.looks > 0 else [])


@pytest.mark.asyncio
async def test_users_pods_are_ended_and_waited_for(monkeypatch):
    monkeypatch.setattr(cleaning, "_LOOK", 0)
    api = Api(looks=3)
    await cleaning.clean(api, "daas-users")
    which = "component in (singleuser-server, home)"
    assert api.asked == [("delete", "daas-users", which), *[("list", "daas-users", which)] * 3]


class Clusters:
    """Dask clusters: one is there, another comes from a server that ends, each goes when it was asked to."""

    def __init__(self) -> None:
        self.there, self.coming, self.asked = ["first"], ["late"], []

    async def list_namespaced_custom_object(self, *where):
        self.asked.append(("list", *where))
        return {"items": list(self.there)}

    async def delete_collection_namespaced_custom_object(self, *where):
        self.asked.append(("delete", *where))
        self.there, self.coming = self.coming, []


@pytest.mark.asyncio
async def test_clusters_are_removed_until_none_comes_any_more_and_their_pods_are_waited_for(monkeypatch):
    monkeypatch.setattr(cleaning, "_LOOK", 0)
    api, clusters = Api(looks=2), Clusters()
    await cleaning.clean_clusters(clusters, api, "daas-users")
    where = ("kubernetes.dask.org", "v1", "daas-users")
    asked = [(verb, *where, "daskclusters") for verb in ("list", "delete", "list", "delete", "list")]
    assert clusters.there == []
    assert clusters.asked == [*asked, ("list", *where, "daskworkergroups")]
    assert api.asked == [("list", "daas-users", "component=dask")] * 2
