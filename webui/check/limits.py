"""How much may be sent to be looked at, and how often."""

from collections.abc import Callable
from typing import Any

from flask import Flask, request
from flask_limiter import Limiter

from pipeline.screenshots import MAX_IMAGE_BYTES
from webui import sessions
from webui.bearer import bearer

CHECKS_PER_USER = "30 per minute"
MAX_CHARACTERS = 20_000
JSON_BYTES = 12 * MAX_CHARACTERS + 4 * 1024  # as a program may spell it: twelve bytes for an emoji
_ROUTES = ("check.look", "api.check")
_BY_TOKEN = ("v1.check_text", "v1.check_page")
_FORM_BYTES = 4 * MAX_CHARACTERS + 64 * 1024  # of the text as UTF-8, and what else a form bears
_BODY_BYTES = MAX_IMAGE_BYTES + _FORM_BYTES


def allow_pictures(app: Flask) -> None:
    """Let a check's form be larger than others; put it behind the gate, before forms are read."""

    def widen() -> None:
        if request.endpoint in _ROUTES:
            request.max_content_length = _BODY_BYTES
            request.max_form_memory_size = _FORM_BYTES

    app.before_request(widen)


def slow_down_checking(app: Flask) -> None:
    """Count checks per user, page, API and tokens together; beyond the limit answer 429.

    Counted in this process's memory, as failed logins are.
    """
    limiter = Limiter(_user, app=app, storage_uri="memory://")
    shared = limiter.shared_limit(CHECKS_PER_USER, scope="check")
    for route in (*_ROUTES, *_BY_TOKEN):
        view: Callable[..., Any] = shared(app.view_functions[route])
        app.view_functions[route] = view


def _user() -> str:
    user = bearer().user if request.endpoint in _BY_TOKEN else sessions.current()
    return str(user.id)
