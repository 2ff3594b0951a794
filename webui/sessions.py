"""Who is signed in. Owns the session's content; leaves passwords to the record.

A session names its user and the user's `session_epoch`: a changed password or a closed
account ends it at the next request. It ends by itself after a working day.
"""

from dataclasses import dataclass
from datetime import timedelta
from time import time

from flask import Flask, session
from flask_login import LoginManager, current_user, login_user, logout_user

from kentongan.domain import User, UserId
from webui.parts import read_uuid, the_parts

LIFETIME = timedelta(hours=12)
_SINCE = "since"


@dataclass(frozen=True, slots=True)
class SessionUser:
    """A user as Flask-Login wants to see one."""

    user: User
    is_authenticated: bool = True
    is_anonymous: bool = False

    @property
    def is_active(self) -> bool:
        return self.user.active

    def get_id(self) -> str:
        return f"{self.user.id}.{self.user.session_epoch}"


def keep_sessions(app: Flask) -> None:
    """Set up sessions on `app`."""
    app.config.update(PERMANENT_SESSION_LIFETIME=LIFETIME, SESSION_REFRESH_EACH_REQUEST=False)
    manager = LoginManager(app, add_context_processor=False)
    manager.user_loader(_load)


def signed_in() -> User | None:
    """Return who makes this request, or None."""
    return current_user.user if current_user.is_authenticated else None


def current() -> User:
    """Return who makes this request; only for views that the gate keeps to signed-in people."""
    user = signed_in()
    assert user is not None
    return user


def begin(user: User) -> None:
    """Start a fresh session: nothing of what was before it, the CSRF secret included, lives on."""
    session.clear()
    session.permanent = True
    session[_SINCE] = int(time())
    login_user(SessionUser(user))


def end() -> None:
    """End the session and forget everything in it."""
    logout_user()
    session.clear()


def _load(key: str) -> SessionUser | None:
    user_id, _, epoch = key.partition(".")
    found = read_uuid(user_id)
    began = session.get(_SINCE)
    if found is None or not isinstance(began, int) or time() - began > LIFETIME.total_seconds():
        return None
    user = the_parts().store.users.get(UserId(found))
    if user is None or not user.active or str(user.session_epoch) != epoch:
        return None
    return SessionUser(user)
