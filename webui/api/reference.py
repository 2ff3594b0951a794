"""The interface in words: the OpenAPI document, and a page that people read.

Neither tells anything of a record.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import force_locale
from werkzeug.wrappers import Response as AnyResponse

from kentongan.tokens import PREFIX as TOKEN_PREFIX
from webui.api.document import document, path_of, scope_of, statuses
from webui.api.limits import CHANGES, LOOKS
from webui.api.operations import OPERATIONS, PREFIX, Operation
from webui.api.problems import KINDS, Code

blueprint = Blueprint("reference", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of a body or answer, as the page shows it."""

    name: str
    required: bool
    said: str
    kind: str  # such as "string (uuid)", or the values that it may have
    shape: str  # the name of the shape that it is, or is a list of; may be empty


@dataclass(frozen=True, slots=True)
class Shown:
    """An operation as the page shows it; `body` and `answers` name shapes."""

    one: Operation
    path: str
    scope: str
    parameters: Sequence[Field]
    body: str
    answers: Sequence[tuple[int, str, str]]
    troubles: Mapping[int, Sequence[Code]]


@blueprint.get("/api")
def overview() -> str:
    """Show every operation with what it takes and answers; names and their descriptions are English."""
    said = _document()
    return render_template(
        "api/overview.html",
        operations=[_shown(one, said) for one in OPERATIONS.values()],
        shapes=[
            (name, schema.get("description", ""), list(_fields(schema)))
            for name, schema in said["components"]["schemas"].items()
            if schema.get("properties")
        ],
        kinds=KINDS,
        looks=LOOKS.partition(" ")[0],
        changes=CHANGES.partition(" ")[0],
        token_prefix=TOKEN_PREFIX,
    )


@blueprint.get(f"{PREFIX}/openapi.json")
def as_document() -> AnyResponse:
    """Return the OpenAPI 3.1 document."""
    body = json.dumps(_document(), ensure_ascii=False).encode()
    answer = Response(body, mimetype="application/json")
    answer.set_etag(sha256(body).hexdigest()[:32])
    return answer.make_conditional(request)


def _document() -> dict[str, Any]:
    with force_locale("en"):
        return document()


def _shown(one: Operation, said: Mapping[str, Any]) -> Shown:
    told = said["paths"][path_of(one)][one.method.lower()]
    parameters = [
        _field(p["name"], {**p["schema"], "description": p.get("description", "")}, required=p["required"])
        for p in told["parameters"]
    ]
    content = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    return Shown(
        one,
        path_of(one),
        scope_of(one),
        parameters,
        _shape(content.get("schema", {})),
        [
            (
                status,
                answer.said,
                _shape(
                    told["responses"][str(status)]
                    .get("content", {})
                    .get("application/json", {})
                    .get("schema", {})
                ),
            )
            for status, answer in one.answers.items()
        ],
        statuses(one),
    )


def _fields(schema: Mapping[str, Any]) -> Iterator[Field]:
    for name, field in schema["properties"].items():
        yield _field(name, field, required=name in schema.get("required", ()))


def _field(name: str, schema: Mapping[str, Any], *, required: bool) -> Field:
    return Field(name, required, schema.get("description", ""), _kind(schema), _shape(schema))


def _kind(schema: Mapping[str, Any]) -> str:
    """Return what a value may be, in a few words."""
    options = schema.get("anyOf") or schema.get("oneOf")
    if options:
        return " | ".join(dict.fromkeys(_kind(option) for option in options))
    if "enum" in schema:
        return " | ".join(schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"[{_kind(schema['items'])}]"
    if "$ref" in schema:
        found = _document()["components"]["schemas"][_shape(schema)]
        return _kind(found) if "enum" in found else _shape(schema)
    kind = str(schema.get("type", "any"))
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def _shape(schema: Mapping[str, Any]) -> str:
    """Return the name of the shape that a schema is, is a list of, or may be; empty for none."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    inner = [schema["items"]] if "items" in schema else schema.get("anyOf", ())
    return next(filter(None, map(_shape, inner)), "")
