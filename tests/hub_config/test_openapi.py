"""The hub's API under schemathesis: what fails on our hub must fail on JupyterHub as it comes, too."""

from __future__ import annotations

import asyncio
import gc
import secrets
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
import schemathesis.specs.openapi.adapter.v2  # here, not in the test: pytest rewrites it on import
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.failures import FailureGroup

from benchmarks._platform import Platform, running_platform
from benchmarks._visitor import Answers, visitor
from tests.hub_config.rest_api import document

CHECKS = [
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
EXAMPLES = 5
LEFT_OUT = {
    ("/shutdown", "post"): "ends the hub",
    ("/proxy", "patch"): "sends the hub to a proxy that is not there",
}
# Somebody who is logged in, and somebody whom the cases make, rename and delete.
HERE, PASSING = "alice", "carol"


@pytest.mark.slow
@pytest.mark.asyncio
async def test_no_request_of_the_api_fails_on_our_hub_that_does_not_fail_on_jupyterhub_as_it_comes(
    tmp_path: Path,
) -> None:
    gc.collect()  # here: pytest rewrites modules that schemathesis imports late, and must not be disturbed then
    config, token = Path(__file__).with_name("openapi_config.py"), secrets.token_hex(16)
    async with AsyncExitStack() as stack:
        hubs: dict[str, Platform] = {}
        for name in ("ours", "plain"):
            env = {"DAISY_TEST_HUB": name, "DAISY_TEST_TOKEN": token}
            (tmp_path / name).mkdir()
            running = running_platform(tmp_path / name, [HERE], config=config, env=env)
            hubs[name] = await stack.enter_async_context(running)
        async with visitor(hubs["ours"], HERE, Answers()) as person:
            await person.log_in()
        seen = await asyncio.to_thread(_asked, {name: hub.url for name, hub in hubs.items()}, token)
    assert seen["plain"].failures, "the document agrees with JupyterHub: compare with the document alone"
    assert {("POST /users/{name}/server", 201), ("DELETE /users/{name}", 204)} <= seen["ours"].statuses
    assert seen["ours"].failures - seen["plain"].failures == set()


@dataclass
class Seen:
    """What a hub answered, by operation: all statuses, and each failed check with its status."""

    statuses: set[tuple[str, int]] = field(default_factory=set)
    failures: set[tuple[str, str, int]] = field(default_factory=set)


def _asked(hubs: dict[str, str], token: str) -> dict[str, Seen]:
    """Every hub is sent the same requests in the same order."""
    seen = {name: Seen() for name in hubs}
    sessions = {name: requests.Session() for name in hubs}
    headers = {"Authorization": f"token {token}"}
    requests.post(f"{hubs['plain']}/hub/api/users/{HERE}", headers=headers, timeout=10).raise_for_status()
    for case in _cases():
        operation = case.operation.label
        for name, url in hubs.items():
            response = case.call(base_url=f"{url}/hub/api", session=sessions[name], headers=headers, timeout=30)
            seen[name].statuses.add((operation, response.status_code))
            try:
                case.validate_response(response, checks=CHECKS)
            except FailureGroup as group:
                failed = {(operation, type(each).__name__, response.status_code) for each in group.exceptions}
                seen[name].failures |= failed
    return seen


def _cases() -> Iterator[schemathesis.Case]:
    """The same ones each time."""
    for result in schemathesis.openapi.from_dict(_sensible(document())).get_all_operations():
        yield from _cases_of(result.ok())


def _cases_of(operation: schemathesis.APIOperation) -> list[schemathesis.Case]:
    cases: list[schemathesis.Case] = []

    @hypothesis.settings(
        max_examples=EXAMPLES, derandomize=True, database=None, suppress_health_check=list(hypothesis.HealthCheck)
    )
    @hypothesis.given(operation.as_strategy())
    def collect(case: schemathesis.Case) -> None:
        cases.append(case)

    collect()
    return cases


def _sensible(api: dict[str, Any]) -> dict[str, Any]:
    """The document with names that exist, so that cases get further than 404, and with what a start needs here."""
    names = {"userName": HERE, "sharedServerOwner": HERE, "serverName": "one", "sharedServerName": "one"}
    for parameter, value in names.items():
        api["components"]["parameters"][parameter]["schema"] = {"enum": [value]}
    api["components"]["parameters"]["groupName"]["schema"] = {"enum": ["heps-ct"]}
    user = dict(api["components"]["parameters"]["userName"], schema={"enum": [PASSING]})
    for method in ("post", "patch", "delete"):
        api["paths"]["/users/{name}"][method]["parameters"] = [user]
    start = api["components"]["schemas"]["ServerRequest"]
    start["properties"]["user_options"] = {"enum": [{"profile": "machine"}]}
    start["required"] = ["user_options"]
    for path in ("/users/{name}/server", "/users/{name}/servers/{server_name}"):
        api["paths"][path]["post"]["requestBody"]["required"] = True
    for path, method in LEFT_OUT:
        del api["paths"][path][method]
    return api
