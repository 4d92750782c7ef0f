"""The broker over HTTP: what each request is answered, and what is never looked at."""

from __future__ import annotations

import json
import logging

import pytest
from tornado.httpclient import HTTPRequest

from hub_config.broker._words import _ERRORS, BrokerError, texts_of
from hub_config.broker.address import api_url, hub_api
from hub_config.broker.life import Life
from hub_config.broker.models import ClusterDetails
from tests.hub_config.broker.made import House, dask_facility
from tests.hub_config.broker.served import served, token_of

pytestmark = pytest.mark.asyncio


async def created(broker, workers=2, token="ada"):  # the name of a user of the tests
    answer = await broker.ask("POST", "/clusters", {"workers": workers}, token)
    assert answer.code == 201, answer.body
    return json.loads(answer.body)


async def test_the_life_of_a_cluster():
    async with served() as broker:
        cluster = await created(broker)
        ClusterDetails.model_validate(cluster)
        path = f"/clusters/{cluster['id']}"
        listed = json.loads((await broker.ask("GET", "/clusters")).body)["clusters"]
        assert [each["id"] for each in listed] == [cluster["id"]]
        assert "security" not in listed[0]
        assert json.loads((await broker.ask("GET", path)).body)["security"] == cluster["security"]
        grown = json.loads((await broker.ask("PATCH", path, {"workers": 4})).body)
        assert (grown["workers"], len(grown["pods"])) == (4, 4)
        retired = [pod["name"] for pod in grown["pods"][:3]]
        smaller = await broker.ask("PATCH", path, {"workers": 1, "retired": retired})
        assert len(json.loads(smaller.body)["pods"]) == 1
        for method, place in (("PUT", f"{path}/activity"), ("DELETE", path)):
            answer = await broker.ask(method, place)
            assert (answer.code, answer.body) == (204, b"")
        assert (await broker.ask("GET", path)).code == 404


REQUESTS = [
    ("GET", "/clusters"),
    ("POST", "/clusters"),
    ("GET", "/clusters/ID"),
    ("PATCH", "/clusters/ID"),
    ("DELETE", "/clusters/ID"),
    ("PUT", "/clusters/ID/activity"),
]
ALLOWED = {
    "none": (None, 401, "no-token"),
    "one that nobody has": ("stranger", 401, "no-token"),
    "one without the scope": ("browser", 403, "no-scope"),
}


@pytest.mark.parametrize("who", ALLOWED)
@pytest.mark.parametrize(("method", "path"), REQUESTS)
async def test_without_a_servers_token_nothing_is_said_or_done(method, path, who):
    token, status, key = ALLOWED[who]
    async with served() as broker:
        broker.hub.tokens["browser"] = {**token_of("ada"), "scopes": ["access:servers!server=ada/"]}
        cluster = await created(broker)
        version = broker.house.kubernetes.version
        answer = await broker.ask(method, path.replace("ID", cluster["id"]), {"workers": 1}, token)
        assert (answer.code, json.loads(answer.body)["error"]["key"]) == (status, key)
        assert broker.house.kubernetes.version == version
        assert cluster["id"] not in answer.body.decode()


@pytest.mark.parametrize(("method", "path"), REQUESTS[2:])
async def test_anothers_cluster_is_as_one_that_is_not_there(method, path):
    async with served() as broker:
        cluster = await created(broker)
        version = broker.house.kubernetes.version
        seen = []
        for name in (cluster["id"], "ada-000000"):
            answer = await broker.ask(method, path.replace("ID", name), {"workers": 1}, "bob")
            seen.append((answer.code, answer.body.replace(name.encode(), b"ID"), sorted(answer.headers)))
        assert seen[0] == seen[1]
        assert seen[0][0] == 404
        assert broker.house.kubernetes.version == version
        assert (await broker.ask(method, path.replace("ID", cluster["id"]), {"workers": 2})).code in (200, 204)


async def test_cookies_and_parameters_are_never_looked_at():
    async with served() as broker:
        for headers, query in (({"Cookie": "jupyterhub-services=ada; token=ada"}, ""), ({}, "?token=ada")):
            answer = await broker.send(HTTPRequest(f"{broker.url}/clusters{query}", "GET", headers))
            assert answer.code == 401
        await broker.ask("GET", "/clusters?token=bob", headers={"Cookie": "token=bob"})
        assert [asked.get("Authorization") for asked in broker.hub.asked] == ["token ada"]
        assert not any("Cookie" in asked for asked in broker.hub.asked)


BODIES = {
    "nothing": ("", "Invalid JSON"),
    "no JSON": ("{", "Invalid JSON"),
    "no text": (b"\xff\xfe".decode("latin-1"), "Invalid JSON"),
    "a list": ("[1]", "Input should be an object"),
    "no number": ("{}", "workers: Field required"),
    "a word": ('{"workers": "2"}', "workers: Input should be a valid integer"),
    "a part of one": ('{"workers": 1.5}', "workers: Input should be a valid integer"),
    "yes": ('{"workers": true}', "workers: Input should be a valid integer"),
    "none": ('{"workers": 0}', "workers: Input should be greater than or equal to 1"),
    "too many to be meant": ('{"workers": 10001}', "workers: Input should be less than or equal to 10000"),
    "a size of the caller's": ('{"workers": 1, "memory": "1T"}', "memory: Extra inputs are not permitted"),
    "an image of the caller's": ('{"workers": 1, "image": "x"}', "image: Extra inputs are not permitted"),
}


@pytest.mark.parametrize("name", BODIES)
async def test_a_body_that_cannot_be_understood_is_told_where(name):
    body, text = BODIES[name]
    async with served() as broker:
        answer = await broker.ask("POST", "/clusters", body)
        error = json.loads(answer.body)["error"]
        assert (answer.code, error["key"], error["limit"]) == (422, "bad-body", None)
        assert text in error["message"]["en"]
        assert text in error["message"]["zh"]


async def test_over_the_quota_the_limit_is_named():
    async with served() as broker:
        answer = await broker.ask("POST", "/clusters", {"workers": 9})
        error = json.loads(answer.body)["error"]
        assert answer.code == 409
        assert error["key"] == "over-quota"
        assert error["limit"] == {"name": "profile.workers", "maximum": 8, "used": 0, "asked": 9}
        assert error["message"]["en"].endswith("and ask for 9 workers: ask for at most 8 workers")
        assert error["message"]["zh"].endswith("最多可申请 8 个工作进程")


async def test_kubernetes_and_hub_that_are_away_are_said_to_be():
    async with served() as broker:
        cluster = await created(broker)
        with broker.house.refusing(503):
            for method, path in (("DELETE", ""), ("PATCH", "")):
                answer = await broker.ask(method, f"/clusters/{cluster['id']}{path}", {"workers": 3})
                assert (answer.code, json.loads(answer.body)["error"]["key"]) == (503, "no-kubernetes")
        broker.hub.status = 502
        answer = await broker.ask("GET", "/clusters", token="bob")
        assert (answer.code, json.loads(answer.body)["error"]["key"]) == (503, "no-hub")


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/nothing", 404, None),
        ("GET", "/clusters/a/b", 404, None),
        ("PUT", "/clusters", 405, "GET, POST"),
        ("POST", "/clusters/ada-1", 405, "GET, DELETE, PATCH"),
        ("GET", "/clusters/ada-1/activity", 405, "PUT"),
        ("HEAD", "/clusters", 405, "GET, POST"),
    ],
)
async def test_what_there_is_not_is_said_as_json(method, path, status, allow):
    async with served() as broker:
        answer = await broker.ask(method, path, "{}" if method in ("PUT", "POST") else None)
        assert (answer.code, answer.headers.get("Allow")) == (status, allow)
        if method != "HEAD":
            assert set(json.loads(answer.body)["error"]["message"]) == {"en", "zh"}


async def test_a_fault_of_ours_is_logged_and_its_text_stays_here(caplog):
    async with served() as broker:
        broker.house.broker.clusters = lambda caller: 1 / 0
        answer = await broker.ask("GET", "/clusters")
        assert (answer.code, json.loads(answer.body)["error"]["key"]) == (500, "fault")
        assert b"division" not in answer.body
        assert "GET /services/dask/api/v1/clusters failed" in caplog.text


async def test_logs_hold_no_token_and_no_key(caplog, stream):
    caplog.set_level(logging.DEBUG)
    async with served() as broker:
        broker.hub.tokens["s3cret"] = token_of("ada")
        cluster = await created(broker, token="s3cret")
        await broker.ask("DELETE", f"/clusters/{cluster['id']}?token=s3cret", token="s3cret")
        await broker.ask("GET", "/clusters", token="s3cret-that-nobody-has")
    everything = caplog.text + stream.getvalue()
    assert cluster["id"] in everything
    assert "s3cret" not in everything
    assert "PRIVATE KEY" not in everything


async def test_answers_are_kept_by_nobody_and_name_no_software():
    async with served() as broker:
        answer = await broker.ask("GET", "/clusters")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Type"] == "application/json"
        assert "Server" not in answer.headers


async def test_the_document_and_the_health_need_no_token():
    async with served() as broker:
        document = json.loads((await broker.ask("GET", "/openapi.json", token=None)).body)
        assert set(document["paths"]) == {"/clusters", "/clusters/{id}", "/clusters/{id}/activity"}
        health = await broker.send(HTTPRequest(f"{broker.root}/services/dask/health"))
        assert (health.code, health.body) == (200, b'{"status": "running"}')


async def test_metrics_are_for_who_may_read_the_hubs():
    async with served() as broker:
        broker.hub.tokens["metrics"] = {"kind": "service", "name": "metrics", "scopes": ["read:metrics"]}
        await created(broker)
        Life(broker.house.broker, broker.house.storage).count()
        url = f"{broker.root}/services/dask/metrics"
        for token, status in (("metrics", 200), ("ada", 403), ("nobody", 401)):
            answer = await broker.send(HTTPRequest(url, headers={"Authorization": f"Bearer {token}"}))
            assert answer.code == status
            assert (b'daisy_cpu_hours_total{proposal="P2026-17"}' in answer.body) == (status == 200)


async def test_addresses_are_below_the_base_url_of_the_hub():
    settings = dask_facility()
    hub = settings.hub.model_copy(update={"base_url": "/daas/", "hub_connect_url": "http://hub.daas:8081"})
    settings = settings.model_copy(update={"hub": hub})
    assert api_url(settings) == "http://dask-broker.daas.svc:8000/daas/services/dask/api/v1"
    assert hub_api(settings) == "http://hub.daas:8081/daas/hub/api"
    async with served(House(settings)) as broker:
        path = "/daas/services/dask/api/v1/openapi.json"
        assert (await broker.send(HTTPRequest(broker.root + path))).code == 200
        assert (await broker.ask("GET", "/clusters")).code == 404


@pytest.mark.parametrize("key", _ERRORS)
async def test_every_error_has_its_sentence_in_both_languages(key):
    values = dict.fromkeys(("value", "asked", "before", "needed", "named"), "4711")
    texts = texts_of(BrokerError(key, **values))
    assert ": " in texts["en"]
    assert "：" in texts["zh"]
    assert texts["en"].count("4711") == texts["zh"].count("4711")
    assert "{" not in texts["en"] + texts["zh"]
