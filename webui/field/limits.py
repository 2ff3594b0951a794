"""How much a reporter may send, and how often: by reporter, and by address for many names behind one."""

from collections.abc import Callable
from typing import Any

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from kentongan.field import MAX_REPORT_CHARACTERS
from pipeline.screenshots import MAX_IMAGE_BYTES
from webui import sessions

PER_REPORTER = "20 per 10 minutes"
PER_ADDRESS = "200 per 10 minutes"  # mobile networks put many phones behind one address
ROUTES = ("field.hand_in", "field.answer")
FORM_BYTES = 4 * MAX_REPORT_CHARACTERS + 128 * 1024  # of the text as UTF-8; a form is read 64 KiB at a time
BODY_BYTES = MAX_IMAGE_BYTES + 256 * 1024 + FORM_BYTES  # a picture a little too large still gets its answer


def allow_pictures(app: Flask) -> None:
    """Let the forms that bring a screenshot be larger; put it behind the gate, before forms are read."""

    def take() -> None:
        if request.endpoint in ROUTES:
            widen()

    app.before_request(take)


def widen() -> None:
    """Let this request's form be as large as one with a screenshot."""
    request.max_content_length = BODY_BYTES
    request.max_form_memory_size = FORM_BYTES


def slow_down_handing_in(app: Flask) -> None:
    """Count what is sent, answers and reports together; beyond the limit answer 429.

    Counted in this process's memory, as failed logins are; the record has a limit of its own a day.
    """
    limiter = Limiter(_reporter, app=app, storage_uri="memory://")
    by_reporter = limiter.shared_limit(PER_REPORTER, scope="field")
    by_address = limiter.shared_limit(PER_ADDRESS, scope="field address", key_func=get_remote_address)
    for route in ROUTES:
        view: Callable[..., Any] = by_reporter(by_address(app.view_functions[route]))
        app.view_functions[route] = view


def _reporter() -> str:
    return f"field:{sessions.current().id}"
