"""The broker's API under schemathesis: whatever is sent, the answer is one that the document names."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
import schemathesis.specs.openapi.adapter.v3_1  # here, not in the test: pytest rewrites it on import
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.generation import GenerationMode

from hub_config.broker.address import api_url
from hub_config.broker.openapi import document
from tests.hub_config.broker.made import House, dask_facility
from tests.hub_config.broker.served import Served, served

EXAMPLES = 40
LEFT_OUT = {"positive_data_acceptance": "a well-formed request may pass a quota, or name workers that are not there"}
HEADERS = {"Authorization": "token ada"}
THERE = ["first", "second", "third"]
"""Stand for ids of clusters that are there."""


@pytest.mark.slow
@pytest.mark.asyncio
async def test_no_request_is_answered_as_the_document_does_not_say():
    gc.collect()  # here: pytest rewrites modules that schemathesis imports late, and must not be disturbed then
    async with served(House(dask_facility({"clusters": 8, "maximum": 40}))) as broker:
        statuses = await asyncio.to_thread(_send_all, broker)
        assert {200, 201, 204, 404, 409, 422} <= {status for _, status in statuses}
        for operation in ("GET /clusters/{id}", "PATCH /clusters/{id}", "DELETE /clusters/{id}"):
            assert {status for each, status in statuses if each == operation} & {200, 204}, operation
        fleet = broker.house.broker.fleet
        assert sum(cluster.workers for cluster in fleet.all()) <= 40
        assert fleet.counted() == fleet.all()


def _send_all(broker: Served) -> set[tuple[str, int]]:
    """Send what schemathesis makes of the document; which operation was answered with which status."""
    load_all_checks()
    checks = CHECKS.get_by_names([name for name in CHECKS.get_all_names() if name not in LEFT_OUT])
    with requests.Session() as session:
        statuses: set[tuple[str, int]] = set()
        for ids in ({"enum": THERE}, {"type": "string", "minLength": 1}):
            for result in schemathesis.openapi.from_dict(_with_ids(broker, ids)).get_all_operations():
                for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                    _send(broker, session, result.ok(), mode, checks, statuses)
    return statuses


def _send(broker, session, operation, mode, checks, statuses):
    @hypothesis.settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def send(case):
        if (name := (case.path_parameters or {}).get("id")) in THERE:
            case.path_parameters["id"] = _ids(broker, session)[THERE.index(name)]
        response = case.call(base_url=broker.url, session=session, headers=HEADERS, timeout=10)
        statuses.add((operation.label, response.status_code))
        case.validate_response(response, checks=checks, headers=HEADERS)

    send()


def _ids(broker: Served, session: requests.Session) -> list[str]:
    """Ids of three clusters."""
    url = f"{broker.url}/clusters"
    found = [each["id"] for each in session.get(url, headers=HEADERS, timeout=10).json()["clusters"]]
    for name in found[3:]:
        session.delete(f"{url}/{name}", headers=HEADERS, timeout=10)
    while len(found) < 3:
        found.append(session.post(url, headers=HEADERS, json={"workers": 1}, timeout=10).json()["id"])
    return found[:3]


def _with_ids(broker: Served, ids: dict[str, Any]) -> dict[str, Any]:
    """The document with certain ids: such as exist, so that cases get further than 404."""
    api = document(api_url(broker.house.settings))
    for path in ("/clusters/{id}", "/clusters/{id}/activity"):
        api["paths"][path]["parameters"][0]["schema"] = ids
    return api
