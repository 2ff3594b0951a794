"""Trouble for programs: `application/problem+json` (RFC 9457), naming the field where there is one.

Owns: the kinds of trouble and their words. `code` is for programs and never changes; `title` and `detail`
are for people. Leaves pages of trouble to `webui.errors`.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import structlog
from flask import Response, request
from flask_babel import gettext, lazy_gettext
from flask_limiter import RateLimitExceeded
from pydantic import Field, ValidationError
from werkzeug.exceptions import HTTPException

from kentongan.domain import Decision
from kentongan.errors import BadInput, KentonganError, NotFound, StoreError
from kentongan.field import NotTaken
from pipeline.checking import CheckerUnavailable
from search.index import IndexNotReady, IndexUnavailable
from webui.api.shapes import Shape
from webui.bearer import NoToken, OutOfScope, TokenRefused
from webui.check.troubles import trouble_of as trouble_of_check
from webui.field.wording import FAULTS

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 60  # where we cannot know better
_log = structlog.get_logger("webui")


class Code(StrEnum):
    UNREADABLE = "unreadable"
    INVALID = "invalid"
    NO_TOKEN = "no_token"  # noqa: S105 - the name of a trouble
    TOKEN_REFUSED = "token_refused"  # noqa: S105
    OUT_OF_SCOPE = "out_of_scope"
    NOT_FOUND = "not_found"
    BAD_METHOD = "bad_method"
    VERSION_CONFLICT = "version_conflict"
    HELD = "held"
    MERGED = "merged"
    NOT_OFFERED = "not_offered"
    VOTE_CLOSED = "vote_closed"
    NOTHING_TO_UNDO = "nothing_to_undo"
    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    TOO_OFTEN = "too_often"
    BROKEN = "broken"
    SEARCH_DOWN = "search_down"
    RECORD_DOWN = "record_down"
    NOT_NOW = "not_now"


class Kind(NamedTuple):
    status: int
    title: str


KINDS: Mapping[Code, Kind] = {
    Code.UNREADABLE: Kind(400, lazy_gettext("The request cannot be read")),
    Code.INVALID: Kind(422, lazy_gettext("A field cannot be taken as it is")),
    Code.NO_TOKEN: Kind(401, lazy_gettext("A token is needed")),
    Code.TOKEN_REFUSED: Kind(401, lazy_gettext("This token opens nothing")),
    Code.OUT_OF_SCOPE: Kind(403, lazy_gettext("This token is not for that")),
    Code.NOT_FOUND: Kind(404, lazy_gettext("There is no such thing")),
    Code.BAD_METHOD: Kind(405, lazy_gettext("That cannot be done here")),
    Code.VERSION_CONFLICT: Kind(409, lazy_gettext("Somebody decided on it meanwhile")),
    Code.HELD: Kind(409, lazy_gettext("Somebody works on this claim now")),
    Code.MERGED: Kind(409, lazy_gettext("This claim was merged into another")),
    Code.NOT_OFFERED: Kind(409, lazy_gettext("This decision is not offered for this claim now")),
    Code.VOTE_CLOSED: Kind(409, lazy_gettext("This vote cannot be changed any more")),
    Code.NOTHING_TO_UNDO: Kind(409, lazy_gettext("There is nothing of yours to undo")),
    Code.TOO_LARGE: Kind(413, lazy_gettext("That is too long")),
    Code.NOT_JSON: Kind(415, lazy_gettext("The body must be JSON")),
    Code.TOO_OFTEN: Kind(429, lazy_gettext("Too many requests")),
    Code.BROKEN: Kind(500, lazy_gettext("Something broke on our side")),
    Code.SEARCH_DOWN: Kind(503, lazy_gettext("Search is down")),
    Code.RECORD_DOWN: Kind(503, lazy_gettext("The record cannot be reached now")),
    Code.NOT_NOW: Kind(503, lazy_gettext("That cannot be done now")),
}
assert KINDS.keys() == set(Code)
_OF_STATUS = {404: Code.NOT_FOUND, 405: Code.BAD_METHOD, 413: Code.TOO_LARGE, 415: Code.NOT_JSON}


class FieldProblem(Shape):
    field: Annotated[str, Field(description="Path of the field, such as `note` or `label.0`.")]
    detail: str


class Problem(Shape):
    """What went wrong, as RFC 9457 has it."""

    type: Annotated[str, Field(description="Where the kind of trouble is explained, on this server.")]
    title: str
    status: int
    code: Annotated[Code, Field(description="The kind of trouble, for programs.")]
    detail: str = ""
    errors: Annotated[
        list[FieldProblem],
        Field(default_factory=list, description="One for each field that cannot be taken."),
    ]
    version: Annotated[int | None, Field(description="Of the claim now, where another was seen.")] = None
    claim_id: Annotated[UUID | None, Field(description="That holds the items now, of a merged claim.")] = None
    held_until: Annotated[datetime | None, Field(description="Until when somebody works on the claim.")] = (
        None
    )
    offered: Annotated[list[Decision] | None, Field(description="What may be decided on the claim now.")] = (
        None
    )


class Refused(KentonganError):
    """A view refuses; the rest are fields of `Problem`."""

    def __init__(self, code: Code, detail: str = "", **more: Any) -> None:
        super().__init__(f"{code.value}: {detail}")
        self.code, self.detail, self.more = code, detail, more


def invalid(field: str, detail: str) -> Refused:
    """Return the trouble with one field."""
    return Refused(Code.INVALID, errors=[FieldProblem(field=field, detail=detail)])


def of_validation(exc: ValidationError) -> Refused:
    """Return the trouble with what pydantic refused."""
    found = exc.errors(include_url=False, include_context=False, include_input=False)
    if any(error["type"] == "json_invalid" for error in found):
        return Refused(Code.UNREADABLE, found[0]["msg"])
    said = {_path(error["loc"]): error["msg"] for error in found if error["type"] != "none_required"}
    return Refused(Code.INVALID, errors=[FieldProblem(field=name, detail=one) for name, one in said.items()])


def _path(found: tuple[int | str, ...]) -> str:
    """Return the field and, in a list, which: what follows is how pydantic sees its type."""
    return ".".join(str(part) for number, part in enumerate(found) if not number or isinstance(part, int))


def answer(code: Code, detail: str = "", headers: Mapping[str, str] | None = None, **more: Any) -> Response:
    """Return a trouble as an answer."""
    status, title = KINDS[code]
    problem = Problem(
        type=f"/api#{code.value}", title=str(title), status=status, code=code, detail=detail, **more
    )
    body = problem.model_dump_json(exclude_none=True)
    response = Response(body, status, content_type=MEDIA_TYPE)
    response.headers.update(headers or {})
    if status in (429, 503) and "Retry-After" not in response.headers:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def of_http(exc: HTTPException) -> Response:
    """Return the answer of what HTTP has a status for."""
    if isinstance(exc, RateLimitExceeded):
        return answer(Code.TOO_OFTEN, str(exc.description))
    status = exc.code or 500
    code = _OF_STATUS.get(status, Code.UNREADABLE if status < 500 else Code.BROKEN)
    allowed = {"Allow": ", ".join(sorted(exc.valid_methods or ()))} if hasattr(exc, "valid_methods") else None
    said = str(exc.description or "") if status == 400 else ""
    return answer(code, said, allowed)


def of_ours(exc: KentonganError) -> Response:
    """Return the answer of one of our own errors."""
    match exc:
        case Refused():
            return answer(exc.code, exc.detail, **exc.more)
        case NoToken():
            said = gettext("Send it as a header: Authorization: Bearer ktg_…")
            return answer(Code.NO_TOKEN, said, {"WWW-Authenticate": "Bearer"})
        case TokenRefused():
            return answer(Code.TOKEN_REFUSED, exc.why.value, _challenge("invalid_token"))
        case OutOfScope():
            said = gettext("Its owner's role may not do that.") if exc.role else exc.scope.value
            return answer(Code.OUT_OF_SCOPE, said, _challenge("insufficient_scope", exc.scope.value))
        case NotTaken():
            return answer(Code.INVALID, errors=[FieldProblem(field=exc.field, detail=str(FAULTS[exc.fault]))])
        case NotFound():
            return answer(Code.NOT_FOUND, str(exc))
        case IndexUnavailable() | IndexNotReady():
            return answer(Code.SEARCH_DOWN, gettext("This is not the same as finding nothing."))
        case CheckerUnavailable():
            trouble = trouble_of_check(exc)
            return answer(Code.NOT_NOW, trouble.said if trouble else "")
        case StoreError():
            _log.error("record unavailable", path=request.path, error=str(exc))
            return answer(Code.RECORD_DOWN)
    return _of_check_or_input(exc)


def _of_check_or_input(exc: KentonganError) -> Response:
    trouble = trouble_of_check(exc)
    if trouble is not None and trouble.status == 503:
        return answer(Code.NOT_NOW, trouble.said)
    if trouble is not None:
        field = "url" if "url" in (request.get_json(silent=True) or {}) else "text"
        return answer(Code.INVALID, errors=[FieldProblem(field=field, detail=trouble.said)])
    if isinstance(exc, BadInput):
        return answer(Code.INVALID, str(exc))
    return of_unforeseen(exc)


def of_unforeseen(exc: Exception) -> Response:
    """Return the answer of what nobody thought of; the log tells what it was."""
    _log.error("unforeseen", path=request.path, exc_info=exc)
    return answer(Code.BROKEN)


def _challenge(error: str, scope: str = "") -> dict[str, str]:
    told = f'Bearer error="{error}"' + (f', scope="{scope}"' if scope else "")
    return {"WWW-Authenticate": told}
