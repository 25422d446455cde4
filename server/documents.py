"""The OpenAPI document: what each route takes and gives, made from the messages themselves."""

from dataclasses import dataclass
from typing import Any

import msgspec
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import (
    Components,
    OpenAPIMediaType,
    OpenAPIResponse,
    Operation,
    Reference,
    RequestBody,
    SecurityScheme,
)

from app.sync import protocol
from app.sync.protocol import Message, Mutation, Refusal
from app.sync.wire import CONTENT_TYPE

_PLACE = "#/components/schemas/{name}"
_SIGNED_IN = "token"
_REFUSALS = {
    "400": "Not a message of ours, or one that cannot be served.",
    "401": "No token, or one that is too old.",
    "403": "Not this device.",
    "408": "The body came too slowly.",
    "409": "Not in the state things are in.",
    "413": "Too large.",
    "429": "Too often; Retry-After says when.",
    "503": "Busy; Retry-After says when.",
}


def of_message(asks: type[Message], answers: type[Message], *, signed_in: bool = False) -> type[Operation]:
    """How a route is described that takes one message and answers with another; all are packed JSON."""

    @dataclass
    class Exchanged(Operation):
        def __post_init__(self) -> None:
            self.request_body = RequestBody({CONTENT_TYPE: _said(asks)}, "packed JSON with its digest", required=True)
            self.responses = {"200": OpenAPIResponse("Done.", content={CONTENT_TYPE: _said(answers)})}
            for status, meaning in _REFUSALS.items():
                told = {CONTENT_TYPE: _said(Refusal), "application/json": _said(Refusal)}
                self.responses[status] = OpenAPIResponse(meaning, content=told)
            self.security = [{_SIGNED_IN: []}] if signed_in else None

    return Exchanged


def _said(kind: type[Message]) -> OpenAPIMediaType:
    return OpenAPIMediaType(Reference(_PLACE.format(name=kind.__name__)))


def _messages() -> dict[str, Any]:
    """JSON schemas of all messages, by name."""
    kinds = [kind for kind in vars(protocol).values() if isinstance(kind, type) and issubclass(kind, Message)]
    _, schemas = msgspec.json.schema_components(kinds, ref_template=_PLACE)
    schemas["Request"]["properties"]["mutations"]["items"] = {"$ref": _PLACE.format(name=Mutation.__name__)}
    return schemas


class _Written(JsonRenderPlugin):
    """The document with our messages in it; the framework knows them by name only."""

    def render(self, request: Any, openapi_schema: dict[str, Any]) -> bytes:
        known = openapi_schema["components"]
        return super().render(request, openapi_schema | {"components": known | {"schemas": _messages()}})


def document() -> OpenAPIConfig:
    """Served at /schema; it reads nothing from elsewhere."""
    return OpenAPIConfig(
        title="Gemba server",
        version=str(protocol.PROTO),
        path="/schema",
        render_plugins=[_Written(path=["/openapi.json", "/"])],
        components=Components(security_schemes={_SIGNED_IN: SecurityScheme(type="http", scheme="bearer")}),
        use_handler_docstrings=True,
    )
