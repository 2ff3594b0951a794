"""The OpenAPI 3.1 document, made of the operations and their shapes; nothing in it is written twice.

Pydantic gives the JSON Schema of each shape, which OpenAPI 3.1 takes as it is. Leaves who may to
`webui.access`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

from pydantic.json_schema import JsonSchemaMode, models_json_schema

from webui.access import TABLE
from webui.api.operations import OPERATIONS, PREFIX, Answer, Link, Operation
from webui.api.problems import KINDS, MEDIA_TYPE, Code, Problem
from webui.api.shapes import Shape

_SCHEMAS = "#/components/schemas/"
_CONVERTER = re.compile(r"<(?:(\w+):)?(\w+)>")
_ALWAYS = (
    Code.NO_TOKEN,
    Code.TOKEN_REFUSED,
    Code.OUT_OF_SCOPE,
    Code.INVALID,
    Code.TOO_OFTEN,
    Code.RECORD_DOWN,
)
_WITH_BODY = (Code.UNREADABLE, Code.TOO_LARGE, Code.NOT_JSON)
_SEEN = {"schema": {"type": "string"}}
_HEADERS: Mapping[int, Mapping[str, Any]] = {
    401: {"WWW-Authenticate": {"description": "As RFC 6750 has it.", **_SEEN}},
    429: {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}},
    503: {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}},
}
DESCRIPTION = (
    "What a city's own systems may ask of Kentongan. Every request bears a token of a person "
    "(`Authorization: Bearer ktg_…`), with the scopes that person chose and never more than their role may. "
    "Everything told here is a lead that a person has to check, never a verdict. Nobody who posted is in any "
    "answer, and nothing can be searched by who did. Looks, searches and decisions are written into the "
    "audit log with the token's name."
)
Json = dict[str, Any]


@cache
def document() -> Json:
    """Return the document; the same in every process of a version."""
    operations = list(OPERATIONS.values())
    schemas = _schemas(operations)
    paths: Json = {}
    for one in operations:
        paths.setdefault(path_of(one), {})[one.method.lower()] = _operation(one, schemas)
    queries = {_name(schemas, one.query, "validation") for one in operations if one.query}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kentongan",
            "version": version("kentongan"),
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "tags": [{"name": tag} for tag in dict.fromkeys(one.tag for one in operations)],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token from “Your account”."}
            },
            "schemas": {name: said for name, said in schemas.defined.items() if name not in queries},
        },
    }


def path_of(one: Operation) -> str:
    """Return the path as the document spells it."""
    return PREFIX + _CONVERTER.sub(r"{\2}", one.path)


def scope_of(one: Operation) -> str:
    """Return the scope that a token needs for it; empty for a route that the table does not open."""
    access = TABLE.get((one.endpoint, one.method))
    return access.scope.value if access and access.scope else ""


def statuses(one: Operation) -> dict[int, list[Code]]:
    """Return the troubles that an operation can answer with, by status."""
    codes = [*_ALWAYS, *(_WITH_BODY if one.body else ()), *one.troubles, *_of_path(one)]
    found: dict[int, list[Code]] = {}
    for code in dict.fromkeys(codes):
        found.setdefault(KINDS[code].status, []).append(code)
    return dict(sorted(found.items()))


class _Schemas:
    """The JSON Schemas of all shapes, and what each is called."""

    def __init__(self, wanted: Sequence[tuple[type[Shape], JsonSchemaMode]]) -> None:
        self._names, made = models_json_schema(list(wanted), ref_template=_SCHEMAS + "{model}")
        self.defined: Json = made["$defs"]

    def of(self, shape: type[Shape], mode: JsonSchemaMode) -> Json:
        return self._names[shape, mode]


def _schemas(operations: Sequence[Operation]) -> _Schemas:
    read = {shape for one in operations for shape in (one.query, one.body) if shape}
    made = {answer.shape for one in operations for answer in one.answers.values() if answer.shape}
    wanted: list[tuple[type[Shape], JsonSchemaMode]] = [(shape, "validation") for shape in read]
    wanted += [(shape, "serialization") for shape in made]
    wanted.append((Problem, "validation"))  # what is null in it is left out
    return _Schemas(sorted(wanted, key=lambda pair: (pair[0].__module__, pair[0].__name__)))


def _name(schemas: _Schemas, shape: type[Shape], mode: JsonSchemaMode) -> str:
    return str(schemas.of(shape, mode)["$ref"]).removeprefix(_SCHEMAS)


def _operation(one: Operation, schemas: _Schemas) -> Json:
    said: Json = {
        "operationId": one.name,
        "tags": [one.tag],
        "summary": one.summary,
        "description": f"{one.description}\n\nScope: `{scope_of(one)}`.".strip(),
        "security": [{"token": [scope_of(one)]}],
        "parameters": [*_path_parameters(one), *_query_parameters(one, schemas)],
        "responses": {
            **{str(status): _response(answer, schemas) for status, answer in one.answers.items()},
            **{str(status): _trouble(status, codes, schemas) for status, codes in statuses(one).items()},
        },
    }
    if one.method == "GET":
        said["responses"]["304"] = {"description": "Nothing changed since the ETag in `If-None-Match`."}
    if one.body:
        said["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schemas.of(one.body, "validation")}},
        }
    return said


def _of_path(one: Operation) -> tuple[Code, ...]:
    return (Code.NOT_FOUND,) if _CONVERTER.search(one.path) else ()


def _path_parameters(one: Operation) -> Iterator[Json]:
    for kind, name in _CONVERTER.findall(one.path):
        schema = {"type": "string", "format": "uuid"} if kind == "uuid" else {"type": "string"}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameters(one: Operation, schemas: _Schemas) -> Iterator[Json]:
    if one.query is None:
        return
    defined = schemas.defined[_name(schemas, one.query, "validation")]
    for name, schema in defined["properties"].items():
        told = {key: value for key, value in schema.items() if key not in ("title", "description")}
        if told.get("default", 0) is None or told.get("default") == []:
            del told["default"]
        found: Json = {"name": name, "in": "query", "required": name in defined.get("required", ())}
        if "description" in schema:
            found["description"] = schema["description"]
        if told.get("type") == "array":
            found |= {"style": "form", "explode": True}
        yield found | {"schema": told}


def _response(answer: Answer, schemas: _Schemas) -> Json:
    said: Json = {"description": answer.said}
    if answer.shape:
        schema = schemas.of(answer.shape, "serialization")
        said["content"] = {"application/json": {"schema": schema}}
    if answer.links:
        said["links"] = {name: _link(link) for name, link in answer.links.items()}
    return said


def _link(link: Link) -> Json:
    said: Json = {"operationId": link.operation}
    if link.parameters:
        said["parameters"] = dict(link.parameters)
    if link.body:
        said["requestBody"] = dict(link.body)
    return said


def _trouble(status: int, codes: Sequence[Code], schemas: _Schemas) -> Json:
    said: Json = {
        "description": "; ".join(f"{KINDS[code].title} (`{code.value}`)" for code in codes) + ".",
        "content": {MEDIA_TYPE: {"schema": schemas.of(Problem, "validation")}},
    }
    if status in _HEADERS:
        said["headers"] = _HEADERS[status]
    return said
