"""Who is signed in. The browser holds a token in a signed cookie; what it opens, the record says.

Also holds, for a few minutes, who gave the right password and has yet to give a code.
"""

from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from ipaddress import ip_address, ip_network
from time import time

from flask import Flask, request, session
from flask_login import LoginManager, current_user, login_user, logout_user

from kentongan.domain import User, UserId
from kentongan.one_time import digest
from kentongan.store.sessions import LIFETIME, OpenSession, SessionId
from webui.devices import read_device
from webui.parts import read_uuid, the_parts

CODE_WITHIN = timedelta(minutes=5)
_AWAITED = "awaited"


@dataclass(frozen=True, slots=True)
class SessionUser:
    """A user as Flask-Login wants to see one."""

    token: str
    open: OpenSession
    is_authenticated: bool = True
    is_anonymous: bool = False
    is_active: bool = True

    def get_id(self) -> str:
        return self.token


@dataclass(frozen=True, slots=True)
class Awaited:
    """Who gave the right password, and where they were going."""

    user: User
    back: str


def keep_sessions(app: Flask) -> None:
    """Set up sessions on `app`."""
    app.config.update(PERMANENT_SESSION_LIFETIME=LIFETIME, SESSION_REFRESH_EACH_REQUEST=False)
    manager = LoginManager(app, add_context_processor=False)
    manager.user_loader(_load)


def signed_in() -> User | None:
    """Return who makes this request, or None."""
    return current_user.open.user if current_user.is_authenticated else None


def current() -> User:
    """Return who makes this request; only for views that the gate keeps to signed-in people."""
    user = signed_in()
    assert user is not None
    return user


def current_id() -> SessionId:
    """Return which session makes this request; for the same views."""
    key: SessionId = current_user.open.id
    return key


def lacks_factor() -> bool:
    """Tell whether who makes this request has yet to set up a second factor that their role must have."""
    return bool(current_user.is_authenticated and current_user.open.lacks_factor)


def begin(user: User) -> None:
    """Start a fresh session: nothing of what was before it, the CSRF secret included, lives on."""
    store = the_parts().store
    if current_user.is_authenticated:
        store.sessions.end(current_id())
    browser, system = read_device(request.user_agent.string)
    token = store.sessions.begin(user, browser=browser, system=system, network=network())
    opened = store.sessions.find(token)
    assert opened is not None
    session.clear()
    session.permanent = True
    login_user(SessionUser(token, opened))


def end() -> None:
    """End the session, wherever a copy of its cookie may be, and forget everything in it."""
    the_parts().store.sessions.end(current_id())
    logout_user()
    session.clear()


def forget() -> None:
    """Forget what this browser holds, signed in or not: who follows is another person."""
    if current_user.is_authenticated:
        end()
    session.clear()


def await_code(user: User, back: str) -> None:
    """Keep that the password was right, in a fresh session that opens nothing."""
    session.clear()
    session[_AWAITED] = [str(user.id), _proof(user), int(time()), back]


def awaited() -> Awaited | None:
    """Return whose code is awaited, or None: nobody's, not any more, or the password changed meanwhile."""
    match session.get(_AWAITED):
        case [str(raw), str(proof), int(at), str(back)] if 0 <= time() - at <= CODE_WITHIN.total_seconds():
            found = read_uuid(raw)
            user = the_parts().store.users.get(UserId(found)) if found else None
            if user is not None and user.active and compare_digest(_proof(user), proof):
                return Awaited(user, back)
    return None


def _load(token: str) -> SessionUser | None:
    # What a script fetches by itself, as news of the queue, is no sign that somebody is there.
    working = not (request.method == "GET" and request.headers.get("Sec-Fetch-Dest") == "empty")
    found = the_parts().store.sessions.find(token, working=working)
    return SessionUser(token, found) if found else None


def _proof(user: User) -> str:
    """Return what only the record can make, and only while the password stays as it is."""
    return digest(f"{user.session_epoch} {user.password_hash}")


def network() -> str:
    """Return where the request comes from, as a network of at least 256 addresses."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    return str(ip_network((address, 24 if address.version == 4 else 48), strict=False))
