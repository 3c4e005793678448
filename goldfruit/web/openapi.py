"""OpenAPI 3.1 (接口文档): written from the endpoints themselves, so that it cannot lag behind."""

import re
from collections.abc import Sequence
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Blueprint, Flask, Response, jsonify, render_template
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from goldfruit import __version__
from goldfruit.web.endpoint import OPEN, Api, Endpoint, KeyMissing
from goldfruit.web.fields import DecimalText
from goldfruit.web.guard import NotYourRole, SignInNeeded

_PATH_PART = re.compile(r"<(?:(?P<kind>[a-z]+):)?(?P<name>[a-z_]+)>")
_SCHEMA_OF = {"int": {"type": "integer", "minimum": 1}, "string": {"type": "string"}}
_SESSION: list[dict[str, list[str]]] = [{"session": []}, {"bearer": []}]


class Problem(Schema):
    """A problem document (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True)
    errors = fields.Dict()


def register(app: Flask, apis: Sequence[Api]) -> None:
    """Mount ``apis`` and the document that describes them."""
    document = describe(apis)
    blueprint = Blueprint("openapi", __name__)

    @blueprint.get("/api/v1/openapi.json")
    def openapi() -> Response:
        return jsonify(document)

    @blueprint.get("/api/docs")
    def docs() -> ResponseReturnValue:
        return render_template("api_docs.html")

    for api in apis:
        app.register_blueprint(api.blueprint)
    app.register_blueprint(blueprint)


def describe(apis: Sequence[Api]) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of ``apis``."""
    plugin = MarshmallowPlugin(schema_name_resolver=_schema_name)
    spec = APISpec(
        title="金果网 Goldfruit",
        version=__version__,
        openapi_version="3.1.0",
        plugins=[plugin],
        info={"summary": "Money, price and weight are decimal text with the unit in the name."},
    )
    if plugin.converter is None:
        raise RuntimeError("apispec did not set up its converter")
    to_text: Any = plugin.converter.map_to_openapi_type
    to_text(DecimalText, "string", None)
    spec.components.schema("Problem", schema=Problem)
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    spec.components.security_scheme(
        "session", {"type": "apiKey", "in": "cookie", "name": "goldfruit"}
    )
    for api in apis:
        for endpoint in api.endpoints:
            spec.path(
                path="/api/v1" + _PATH_PART.sub(r"{\g<name>}", endpoint.rule),
                operations={endpoint.method.lower(): _operation(endpoint)},
            )
    return spec.to_dict()


def _schema_name(schema: Any) -> str:
    """Return the name of a schema in the document: its stage and module, then its class."""
    kind = schema if isinstance(schema, type) else type(schema)
    where = kind.__module__.removeprefix("goldfruit.").replace("schemas", "").split(".")
    return ".".join([*(part.strip("_") for part in where if part.strip("_")), kind.__name__])


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    parameters: list[Any] = [
        {
            "in": "path",
            "name": part["name"],
            "required": True,
            "schema": _SCHEMA_OF[part["kind"] or "string"],
        }
        for part in _PATH_PART.finditer(endpoint.rule)
    ]
    operation: dict[str, Any] = {
        "operationId": f"{endpoint.method.lower()}_{endpoint.name}",
        "summary": endpoint.summary,
        "parameters": parameters,
        "responses": _responses(endpoint),
    }
    if endpoint.act != OPEN:
        operation["security"] = _SESSION
    if endpoint.method != "GET":
        parameters.append(
            {
                "in": "header",
                "name": "Idempotency-Key",
                "required": True,
                "schema": {"type": "string", "minLength": 1, "maxLength": 200},
            }
        )
    if endpoint.takes and endpoint.method == "GET":
        parameters.append({"in": "query", "schema": endpoint.takes})
    elif endpoint.takes:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": endpoint.takes}},
        }
    return operation


def _responses(endpoint: Endpoint) -> dict[str, Any]:
    schema: Any = {}
    if endpoint.gives and endpoint.many:
        schema = {
            "type": "object",
            "required": ["items", "next"],
            "properties": {
                "items": {"type": "array", "items": endpoint.gives},
                "next": {"type": ["string", "null"]},
            },
        }
    elif endpoint.gives:
        schema = endpoint.gives
    found: dict[str, Any] = {
        str(endpoint.status): {
            "description": "完成",
            "content": {endpoint.media: {"schema": schema}},
        }
    }
    refusals = list(endpoint.refuses)
    if endpoint.act != OPEN:
        refusals += [SignInNeeded, *([NotYourRole] if endpoint.act else [])]
    if endpoint.method != "GET":
        refusals.append(KeyMissing)
    by_status: dict[int, list[str]] = {400: ["bad-input"], 429: ["too-many-requests"]}
    for refusal in refusals:
        by_status.setdefault(refusal.status, []).append(refusal.code)
    for status, codes in sorted(by_status.items()):
        found[str(status)] = {
            "description": " · ".join(sorted(set(codes))),
            "content": {"application/problem+json": {"schema": Problem}},
        }
    return found
