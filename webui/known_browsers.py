"""Browsers that a person has come in with before: a signed cookie that others' failed attempts do not touch.

It opens nothing. Source: OWASP, Slow Down Online Guessing Attacks with Device Cookies.
"""

import secrets
from datetime import timedelta

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

LIFETIME = timedelta(days=180)
_SALT = "known browser"


def known_browser(name: str) -> str:
    """Return what tells this browser from others if `name` came in with it before, else ''."""
    try:
        held = _signer().loads(request.cookies.get(_cookie(), ""), max_age=int(LIFETIME.total_seconds()))
    except BadSignature:
        return ""
    match held:
        case [str(whose), str(nonce)] if whose == name:
            return nonce
    return ""


def remember_browser(response: Response, name: str) -> None:
    """Let this browser be known as one that `name` came in with."""
    response.set_cookie(
        _cookie(),
        _signer().dumps([name, known_browser(name) or secrets.token_urlsafe(16)]),
        max_age=LIFETIME,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=_SALT)


def _cookie() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-known"
