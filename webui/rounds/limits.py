"""How often a sheet may be sent, and that a session which ended meanwhile loses nothing that was typed."""

from collections.abc import Callable
from typing import Any

from flask import Flask, render_template, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from webui import sessions
from webui.field.drafts import from_our_page
from webui.rounds.forms import read_typed

PER_REPORTER = "40 per 10 minutes"
PER_ADDRESS = "400 per 10 minutes"  # mobile networks put many phones behind one address
ROUTES = ("rounds.save", "rounds.settle_below")


def slow_down_sending(app: Flask) -> None:
    """Count what is sent, by reporter and by address; beyond the limit answer 429."""
    limiter = Limiter(_reporter, app=app, storage_uri="memory://")
    by_reporter = limiter.shared_limit(PER_REPORTER, scope="sheets")
    by_address = limiter.shared_limit(PER_ADDRESS, scope="sheets address", key_func=get_remote_address)
    for route in ROUTES:
        view: Callable[..., Any] = by_reporter(by_address(app.view_functions[route]))
        app.view_functions[route] = view


def keep_sheets(app: Flask) -> None:
    """Answer a sheet whose session ended meanwhile with what was typed; put it before the gate."""

    def give_back() -> tuple[str, int] | None:
        if request.endpoint != "rounds.save" or sessions.signed_in() is not None or not from_our_page():
            return None
        typed = dict(read_typed())
        if not any(typed.values()):
            return None
        typed["version"] = request.form.get("version", "")[:10]
        typed["do"] = "save"  # to be read once more before it is sent
        return render_template("rounds/login_again.html", typed=typed, action=request.path), 401

    app.before_request(give_back)


def _reporter() -> str:
    return f"sheets:{sessions.current().id}"
