"""Trouble as pages: what happened, what was kept, what to do next. Never a trace, never a blank."""

from typing import NamedTuple

import structlog
from flask import Flask, g, render_template, request
from flask_babel import lazy_gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from kentongan.errors import BadInput, Conflict, KentonganError, NotFound, StoreError
from search.index import IndexNotReady, IndexUnavailable

_log = structlog.get_logger("webui")


class Page(NamedTuple):
    title: str
    advice: str


_PAGES = {
    400: Page(
        lazy_gettext("We could not read that"),
        lazy_gettext("Nothing was changed. Go back, check what you entered, and send it again."),
    ),
    403: Page(
        lazy_gettext("This page is not for your role"),
        lazy_gettext("If you need it for your work, ask the administrator for another role."),
    ),
    404: Page(
        lazy_gettext("There is no such page"),
        lazy_gettext("The address may be mistyped, or the item has expired and was deleted."),
    ),
    405: Page(
        lazy_gettext("That cannot be done here"), lazy_gettext("Go back and use the buttons of the page.")
    ),
    409: Page(
        lazy_gettext("Someone else was first"),
        lazy_gettext("Nothing was overwritten. Open it again to see how it stands now."),
    ),
    413: Page(
        lazy_gettext("That is too long"),
        lazy_gettext("Nothing was changed. Shorten the text and send it again."),
    ),
    429: Page(
        lazy_gettext("Too many attempts"),
        lazy_gettext("Wait ten minutes, then try again. If this was not you, tell the administrator."),
    ),
    500: Page(
        lazy_gettext("Something broke on our side"),
        lazy_gettext(
            "Saved decisions are safe. Try again; if it happens twice, tell the administrator the time."
        ),
    ),
    503: Page(
        lazy_gettext("The record cannot be reached now"),
        lazy_gettext(
            "Saved decisions are safe. Try again in a minute; if it stays so, tell the administrator."
        ),
    ),
}
_SEARCH_DOWN = Page(
    lazy_gettext("Search is down"),
    lazy_gettext("This is not the same as finding nothing. The queue and saved decisions are not affected."),
)
_STALE_FORM = Page(
    lazy_gettext("This form has expired"),
    lazy_gettext(
        "Nothing was changed. Open the page again and repeat the last step. If logging in never works, "
        "your browser may be refusing cookies, or the address must begin with https://."
    ),
)


def explain_errors(app: Flask) -> None:
    """Turn every exception of `app` into a page with the right status."""
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(HTTPException, explain_http)
    app.register_error_handler(KentonganError, explain)
    app.register_error_handler(Exception, _unforeseen)


def stale_form(_exc: Exception) -> tuple[str, int]:
    """Return the page of a form whose token is of another session."""
    return _render(400, _STALE_FORM)


def explain_http(exc: HTTPException) -> tuple[str, int]:
    """Return the page of what HTTP has a status for."""
    code = exc.code or 500
    said = exc.description if code == 400 and exc.description != type(exc).description else ""
    return _render(code, _PAGES.get(code, _PAGES[400 if code < 500 else 500]), said or "")


def explain(exc: KentonganError) -> tuple[str, int]:
    """Return the page of one of our own errors."""
    match exc:
        case NotFound():
            return _render(404, _PAGES[404])
        case Conflict():
            return _render(409, _PAGES[409])
        case BadInput():
            return _render(400, _PAGES[400], str(exc))
        case IndexUnavailable() | IndexNotReady():
            return _render(503, _SEARCH_DOWN)
        case StoreError():
            _log.error("record unavailable", path=request.path, error=str(exc))
            return _render(503, _PAGES[503], bare=True)
    return _unforeseen(exc)


def _unforeseen(exc: Exception) -> tuple[str, int]:
    _log.error("unforeseen", path=request.path, exc_info=exc)
    return _render(500, _PAGES[500], bare=True)


def _render(code: int, page: Page, said: str = "", *, bare: bool = False) -> tuple[str, int]:
    """`bare` pages do not ask the record who is looking: it may be what broke."""
    g.bare = bare
    return render_template("error.html", code=code, page=page, said=said), code
