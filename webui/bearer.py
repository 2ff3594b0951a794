"""The token that a request of the programming interface bears: the only thing that opens it.

No cookie is looked at and no session is made. A token that opens nothing leaves an entry in the audit log;
the same one refused for the same reason again within ten minutes does not.
"""

from collections.abc import Collection

from flask import Flask, current_app, g, request

from kentongan.domain import Role
from kentongan.errors import KentonganError
from kentongan.tokens import Scope, Stopped, Token
from webui import sessions
from webui.looks import Recent
from webui.parts import the_parts

_REFUSED = "kentongan-refused-tokens"


class NoToken(KentonganError):
    """The request bears no token."""


class TokenRefused(KentonganError):
    """The token opens nothing any more, or is none."""

    def __init__(self, why: Stopped) -> None:
        super().__init__(f"token: {why.value}")
        self.why = why


class OutOfScope(KentonganError):
    """The token is good, yet not for this. `scope`: what it would take; `role`: the owner's lacks it."""

    def __init__(self, scope: Scope, *, role: bool) -> None:
        super().__init__(f"token: not for {scope.value}")
        self.scope, self.role = scope, role


def remember_refusals(app: Flask) -> None:
    """Keep which refusals `app` wrote down lately."""
    app.extensions[_REFUSED] = Recent()


def admit(roles: Collection[Role], scope: Scope) -> None:
    """Let a request in by its token; raises NoToken, TokenRefused, OutOfScope."""
    shown = request.authorization
    if shown is None or shown.type != "bearer" or not shown.token:
        raise NoToken("no bearer token")
    tokens = the_parts().store.tokens
    token = tokens.find(shown.token)
    if token is None:
        _note(None, Stopped.UNKNOWN.value)
        raise TokenRefused(Stopped.UNKNOWN)
    if token.stopped is not None:
        _note(token, token.stopped.value)
        raise TokenRefused(token.stopped)
    if scope not in token.scopes or token.user.role not in roles:
        _note(token, f"not for {scope.value}")
        raise OutOfScope(scope, role=token.user.role not in roles)
    tokens.use(token)
    g.bearer = token


def bearer() -> Token:
    """Return the token that opened this request; only for views that the gate keeps to tokens."""
    token: Token = g.bearer
    return token


def _note(token: Token | None, why: str) -> None:
    recent: Recent = current_app.extensions[_REFUSED]
    if recent.is_new(token.key if token else sessions.network(), why):
        the_parts().store.tokens.refuse(token, why)
