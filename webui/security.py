"""What the browser is told to refuse, and what we refuse: headers, CSRF, sizes, login attempts.

Scripts and styles come from our own files only; nothing inline runs. On a loopback address
plain http is served; anywhere else cookies are sent over https alone.
"""

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_talisman import Talisman
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

MAX_BODY_BYTES = 64 * 1024  # a note of 4,000 characters, percent-encoded, is 48 KiB at most
MAX_FORM_FIELDS = 40
FAILURES_PER_ADDRESS = "30 per 10 minutes"  # an office shares one address
FAILURES_PER_NAME = "8 per 10 minutes"

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
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


def check_forms(app: Flask) -> None:
    """Refuse every change that does not bring its session's CSRF token."""
    CSRFProtect(app)


def slow_down_guessing(app: Flask, endpoint: str) -> None:
    """Count failed logins per address and per name; beyond the limit answer 429 to right and wrong alike.

    The counts live in this process's memory: one web process per deployment, or a proxy's own limit.
    """
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    per_name = limiter.limit(FAILURES_PER_NAME, key_func=_tried_name, deduct_when=_failed)
    per_address = limiter.limit(FAILURES_PER_ADDRESS, deduct_when=_failed)
    view: Callable[..., Any] = per_address(per_name(app.view_functions[endpoint]))
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


def _tried_name() -> str:
    return "name:" + request.form.get("name", "").strip().lower()[:60]


def _failed(response: Response) -> bool:
    return response.status_code != 303
