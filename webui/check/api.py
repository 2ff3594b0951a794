"""Checking for programs that have a session: the same limits, JSON in every answer but that of the gate.

What there was before `/api/v1/check`, which every answer names. It goes with version 0.3.
"""

from collections.abc import Mapping
from typing import Any

import structlog
from flask import Blueprint, jsonify, request
from flask_babel import gettext
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from kentongan.errors import KentonganError
from webui import sessions
from webui.check.asking import check
from webui.check.troubles import Mistake, NotGiven, Trouble, too_often, trouble_of
from webui.checked import as_json

blueprint = Blueprint("api", __name__, url_prefix="/api")

_log = structlog.get_logger("webui")
_OLD_SINCE = "@1796083200"  # 1 December 2026, UTC


@blueprint.post("/periksa", endpoint="check")
def answer() -> Response:
    """Return what was found as JSON.

    Takes JSON with `text` or `url`, or a form that may bear a `picture` instead; the CSRF token
    in X-CSRFToken or as the form's `csrf_token`.
    """
    fields: Any = request.get_json(silent=True) if request.is_json else request.form
    if not isinstance(fields, Mapping) or not all(isinstance(value, str) for value in fields.values()):
        raise NotGiven(Mistake.FORM)
    given, found = check(fields, request.files.get("picture"), by=sessions.current().name)
    return jsonify(as_json(given, found))


@blueprint.after_request
def _is_old(response: Response) -> Response:
    """Say that the address is old, since when (RFC 9745), and what follows it."""
    response.headers["Deprecation"] = _OLD_SINCE
    response.headers["Link"] = '</api/v1/check>; rel="successor-version"'
    return response


@blueprint.errorhandler(KentonganError)
def _ours(exc: KentonganError) -> tuple[Response, int]:
    trouble = trouble_of(exc)
    if trouble is None:
        _log.error("check failed", error=str(exc))
        trouble = Trouble("failed", gettext("Something broke on our side"), 503)
    return _json(trouble)


@blueprint.errorhandler(RateLimitExceeded)
def _limited(_exc: RateLimitExceeded) -> tuple[Response, int]:
    return _json(too_often())


@blueprint.errorhandler(CSRFError)
def _stale(_exc: CSRFError) -> tuple[Response, int]:
    said = gettext("The request does not bring its session's CSRF token (X-CSRFToken).")
    return _json(Trouble("csrf", said, 400))


@blueprint.errorhandler(HTTPException)
def _http(exc: HTTPException) -> tuple[Response, int]:
    return _json(Trouble(exc.name.lower().replace(" ", "_"), exc.name, exc.code or 500))


def _json(trouble: Trouble) -> tuple[Response, int]:
    return jsonify(error=trouble.said, code=trouble.code), trouble.status
