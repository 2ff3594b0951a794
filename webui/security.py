"""What the browser is told to refuse, and what we refuse: headers, CSRF, sizes, login attempts.

Scripts and styles come from our own files only; nothing inline runs. On a loopback address
plain http is served; anywhere else cookies are sent over https alone.
"""

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from flask import Blueprint, Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_talisman import Talisman
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

MAX_BODY_BYTES = 64 * 1024  # a note of 4,000 characters, percent-encoded, is 48 KiB at most
MAX_FORM_FIELDS = 40
FAILURES_PER_ADDRESS = "30 per 10 minutes"  # an office shares one address

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",  # what a page's own script asks us for
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_PERMISSIONS = dict.fromkeys(
    ("browsing-topics", "camera", "geolocation", "microphone", "payment", "usb"), "()"
)


def set_limits(app: Flask, *, secret_key: str, host: str) -> None:
    """Configure keys, cookies and sizes of `app`, which will be served on `host`."""
    secure = not is_loopback(host)
    app.config.update(
        SECRET_KEY=secret_key,
        SESSION_COOKIE_NAME="__Host-kentongan" if secure else "kentongan",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        MAX_FORM_PARTS=MAX_FORM_FIELDS,
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as its session
        PROVIDE_AUTOMATIC_OPTIONS=False,
    )


def send_headers(app: Flask) -> None:
    """Send the security headers with every answer of `app`."""
    Talisman(
        app,
        force_https=False,  # the proxy that ends TLS does that
        content_security_policy=POLICY,
        frame_options="DENY",
        referrer_policy="same-origin",
        permissions_policy=_PERMISSIONS,
        session_cookie_secure=app.config["SESSION_COOKIE_SECURE"],
        session_cookie_samesite="Lax",
    )
    app.after_request(_more_headers)


def check_forms(app: Flask, *, but: Blueprint) -> None:
    """Refuse every change that does not bring its session's CSRF token; `but`: routes no session opens."""
    CSRFProtect(app).exempt(but)


def slow_down_guessing(app: Flask, *endpoints: str, but: Callable[[], bool]) -> None:
    """Count failed logins per address over all `endpoints`; beyond the limit answer 429 whatever is tried,
    `but` where that is true: of a browser known to the person, whom a stranger's failures must not keep out.

    These counts live in this process's memory, behind a proxy it has its own limit. What counts for an
    account, and for each known browser, is in the record: `store.attempts`.
    """
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    shared = limiter.shared_limit(FAILURES_PER_ADDRESS, scope="login", deduct_when=_failed, exempt_when=but)
    for endpoint in endpoints:
        view: Callable[..., Any] = shared(app.view_functions[endpoint])
        app.view_functions[endpoint] = view


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _more_headers(response: Response) -> Response:
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _failed(response: Response) -> bool:
    return response.status_code != 303
