"""OpenAPI: the document of the broker's API, made from its models."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from hub_config.broker.models import Change, ClusterDetails, ClusterList, Creation, Failure

_FAILURES = {
    401: "No Authorization token of a running server.",
    403: "The token may not be used for Dask clusters.",
    404: "The user has no such cluster.",
    409: "More than a quota allows, which is named; or the server does not run, or its profile has no workers.",
    422: "The body cannot be understood, or names workers that are not the right ones.",
    503: "Hub or Kubernetes do not answer; clusters that run go on.",
}
_ALWAYS = (401, 403, 503)


def document(url: str) -> dict[str, Any]:
    """The document; ``url`` is where the API is."""
    models: list[type[BaseModel]] = [Creation, Change, ClusterList, ClusterDetails, Failure]
    names = [(model, "validation" if model in (Creation, Change) else "serialization") for model in models]
    _, schemas = models_json_schema(names, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    one = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Dask clusters of Daisy", "version": "1"},
        "servers": [{"url": url}],
        "security": [{"token": []}],
        "paths": {
            "/clusters": {
                "get": _operation("list", "The user's clusters.", ClusterList),
                "post": _operation("create", "A new cluster.", ClusterDetails, 201, Creation, failures=(409, 422)),
            },
            "/clusters/{id}": {
                "parameters": [one],
                "get": _operation("get", "A cluster, with its certificates.", ClusterDetails, failures=(404,)),
                "patch": _operation(
                    "change", "Another number of workers.", ClusterDetails, 200, Change, failures=(404, 409, 422)
                ),
                "delete": _operation("remove", "End a cluster.", status=204, failures=(404,)),
            },
            "/clusters/{id}/activity": {
                "parameters": [one],
                "put": _operation("keep", "The cluster is in use.", status=204, failures=(404,)),
            },
        },
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                "token": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "'token ' and the server's own JUPYTERHUB_API_TOKEN",
                }
            },
        },
    }


def _operation(
    name: str,
    summary: str,
    answer: type[BaseModel] | None = None,
    status: int = 200,
    body: type[BaseModel] | None = None,
    failures: tuple[int, ...] = (),
) -> dict[str, Any]:
    good = {"description": summary} | ({"content": _content(answer)} if answer else {})
    bad = {
        str(each): {"description": _FAILURES[each], "content": _content(Failure)}
        for each in sorted({*_ALWAYS, *failures})
    }
    given = {"requestBody": {"required": True, "content": _content(body)}} if body else {}
    return {"operationId": name, "summary": summary, **given, "responses": {str(status): good, **bad}}


def _content(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}
