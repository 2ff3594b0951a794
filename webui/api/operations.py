"""One operation of the interface: its route, what it reads and answers, and what the document says of it.

Owns: reading queries and bodies by their shapes, and turning shapes into answers. Leaves who may to
`webui.access`, trouble to `problems`, and the document to `document`.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from inspect import cleandoc
from typing import Any, NamedTuple, get_args

from flask import Blueprint, Response, request
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from werkzeug.wrappers import Response as AnyResponse

from kentongan.domain import User
from kentongan.store.audit import by_token
from webui.api.problems import Code, FieldProblem, Refused, of_validation
from webui.api.shapes import Shape
from webui.bearer import bearer

PREFIX = "/api/v1"
blueprint = Blueprint("v1", __name__, url_prefix=PREFIX)

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


class Link(NamedTuple):
    """Where an answer leads on: an operation, and what of the answer it is to be asked with."""

    operation: str
    parameters: Mapping[str, str] = {}
    body: Mapping[str, str] = {}


class Answer(NamedTuple):
    said: str  # what comes back, in a line
    shape: type[Shape] | None = None  # None: no body
    links: Mapping[str, Link] = {}


@dataclass(frozen=True, slots=True)
class Operation:
    name: str  # of the view; the endpoint is `v1.{name}`
    method: str
    path: str  # as Flask has it, without the prefix
    tag: str
    summary: str
    description: str
    query: type[Shape] | None
    body: type[Shape] | None
    answers: Mapping[int, Answer]
    troubles: Sequence[Code]

    @property
    def endpoint(self) -> str:
        return f"{blueprint.name}.{self.name}"


OPERATIONS: dict[str, Operation] = {}
"""Every operation by its name, in the order of the modules; filled as they are read, as the routes are."""

Given = Shape | tuple[Shape, int] | None
View = Callable[..., Given]


def operation(
    method: str,
    path: str,
    *,
    tag: str,
    answers: Mapping[int, Answer],
    query: type[Shape] | None = None,
    body: type[Shape] | None = None,
    troubles: Sequence[Code] = (),
    most_bytes: int | None = None,
) -> Callable[[View], View]:
    """Make a view an operation. It is handed `asked`, a query, and `given`, a body, where it has them; it
    returns a shape, a shape and a status, or None for 204. Its docstring is what the document says of it.

    `most_bytes`: of the body, where it is more than forms have.
    """

    def register(view: View) -> View:
        summary, _, description = cleandoc(view.__doc__ or "").partition("\n\n")
        summary = summary.replace("\n", " ")
        OPERATIONS[view.__name__] = Operation(
            view.__name__, method, path, tag, summary, description, query, body, answers, troubles
        )

        @wraps(view)
        def run(**found: Any) -> AnyResponse:
            if most_bytes is not None:
                request.max_content_length = most_bytes
            with by_token(bearer().name):
                if query is not None:
                    found["asked"] = _read_query(query)
                elif request.args:
                    raise Refused(Code.INVALID, errors=[_unknown(name) for name in request.args])
                if body is not None:
                    found["given"] = _read_body(body)
                return _answer(view(**found))

        blueprint.add_url_rule(path, view.__name__, run, methods=[method])
        return view

    return register


def caller() -> User:
    """Return in whose name this request is made."""
    return bearer().user


def _read_query(shape: type[Shape]) -> Shape:
    """Return the query, its numbers and yes or no spelt as in JSON."""
    found: dict[str, Any] = {}
    for name, values in request.args.lists():
        field = shape.model_fields.get(name)
        if field is not None and field.default_factory is list:
            found[name] = values
        elif len(values) > 1:
            raise Refused(Code.INVALID, errors=[FieldProblem(field=name, detail="given more than once")])
        else:
            found[name] = _as_json(values[0], field)
    return _read(shape, json.dumps(found))


def _as_json(raw: str, field: FieldInfo | None) -> str | int | bool:
    kinds = (field.annotation, *get_args(field.annotation)) if field else ()
    if bool in kinds:
        return _BOOLEANS.get(raw, raw)
    return int(raw) if int in kinds and _INTEGER.fullmatch(raw) else raw


def _read_body(shape: type[Shape]) -> Shape:
    if request.mimetype != "application/json":
        raise Refused(Code.NOT_JSON)
    return _read(shape, request.get_data())


def _read(shape: type[Shape], raw: str | bytes) -> Shape:
    try:
        return shape.model_validate_json(raw, strict=True)
    except ValidationError as exc:
        raise of_validation(exc) from exc


def _unknown(name: str) -> FieldProblem:
    return FieldProblem(field=name, detail="there is no such parameter")


def _answer(given: Given) -> AnyResponse:
    if given is None:
        return Response(status=204)
    shape, status = given if isinstance(given, tuple) else (given, 200)
    body = shape.model_dump_json().encode()
    answer = Response(body, status, mimetype="application/json")
    if request.method in ("GET", "HEAD"):
        answer.set_etag(sha256(body).hexdigest()[:32])
        return answer.make_conditional(request)
    return answer
