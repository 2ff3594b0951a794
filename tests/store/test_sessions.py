"""Sessions in the record, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from kentongan.domain import Role, User
from kentongan.store import Store
from kentongan.store.database import now
from kentongan.store.schema_people import SessionRow
from kentongan.store.sessions import IDLE, LIFETIME
from tests.factories import make_user


@pytest.fixture
def sari(store: Store) -> User:
    return make_user(store)


def put_back(store: Store, **columns: timedelta) -> None:
    """Make every session look as if it had begun, or been seen, so long ago."""
    with store.database.write() as session:
        moved = {name: now() - ago for name, ago in columns.items()}
        session.execute(update(SessionRow).values(**moved))


def test_a_token_opens_its_own_session_and_is_not_in_the_record(store: Store, sari: User) -> None:
    token = store.sessions.begin(sari, browser="Firefox", system="Linux", network="192.0.2.0/24")
    other = store.sessions.begin(make_user(store, "tono"))
    found = store.sessions.find(token)
    assert found is not None
    assert (found.user, found.lacks_factor) == (sari, False)
    assert token != other
    for wrong in ("", "x", token[:-1], token + "x", "\x00", "\ud800"):
        assert store.sessions.find(wrong) is None
    with store.database.read() as session:
        assert token not in str([vars(row) for row in session.query(SessionRow)])
    (view,) = store.sessions.of(sari.id)
    assert (view.id, view.browser, view.system, view.network) == (
        found.id,
        "Firefox",
        "Linux",
        "192.0.2.0/24",
    )


@pytest.mark.parametrize(
    "aged", [{"began_at": LIFETIME}, {"seen_at": IDLE}, {"began_at": LIFETIME, "seen_at": timedelta()}]
)
def test_a_session_ends_after_a_working_day_or_when_it_was_idle(
    store: Store, sari: User, aged: dict[str, timedelta]
) -> None:
    token = store.sessions.begin(sari)
    put_back(store, **{name: ago - timedelta(minutes=1) for name, ago in aged.items()})
    assert store.sessions.find(token, working=False) is not None
    put_back(store, **aged)
    assert store.sessions.find(token) is None
    assert store.sessions.of(sari.id) == []


def test_work_keeps_a_session_from_being_idle_and_what_a_script_fetches_does_not(
    store: Store, sari: User
) -> None:
    token = store.sessions.begin(sari)
    put_back(store, seen_at=timedelta(minutes=90))
    assert store.sessions.find(token, working=False) is not None
    assert store.sessions.of(sari.id)[0].seen_at < now() - timedelta(minutes=89)
    assert store.sessions.find(token) is not None
    assert store.sessions.of(sari.id)[0].seen_at > now() - timedelta(minutes=1)


def test_a_person_ends_their_own_sessions_only(store: Store, sari: User) -> None:
    tono = make_user(store, "tono")
    here, there, theirs = (store.sessions.begin(user) for user in (sari, sari, tono))
    keys = {token: store.sessions.find(token) for token in (here, there, theirs)}
    own, other, foreign = (found.id for found in keys.values() if found)
    assert not store.sessions.revoke(foreign, user=sari)
    assert store.sessions.revoke(other, user=sari)
    assert not store.sessions.revoke(other, user=sari)
    assert store.sessions.find(there) is None
    assert store.sessions.find(here) is not None
    assert store.sessions.find(theirs) is not None
    more = store.sessions.begin(sari)
    assert store.sessions.revoke_all(sari, but=own, by="sari") == 1
    assert store.sessions.find(more) is None
    assert store.sessions.find(here) is not None
    assert store.sessions.revoke_all(sari, by="kepala") == 1
    assert store.sessions.find(here) is None
    assert store.sessions.find(theirs) is not None
    assert [e.action for e in store.audit.latest(3)] == ["end sessions"] * 3


def test_a_changed_password_or_a_closed_account_ends_every_session(store: Store, sari: User) -> None:
    first = store.sessions.begin(sari)
    changed = store.users.set_password("sari", "kata sandi yang baru", by="sari")
    assert store.sessions.find(first) is None
    second = store.sessions.begin(changed)
    store.users.set_active("sari", False, by="kepala")
    store.users.set_active("sari", True, by="kepala")
    assert store.sessions.find(second) is None
    assert store.sessions.of(sari.id) == []


def test_another_role_counts_at_the_next_request(store: Store, sari: User) -> None:
    token = store.sessions.begin(sari)
    store.users.set_role("sari", Role.HEAD, by="kepala")
    found = store.sessions.find(token)
    assert found is not None
    assert found.user.role is Role.HEAD


def test_a_session_says_when_its_role_lacks_a_second_factor(store: Store, sari: User) -> None:
    token = store.sessions.begin(sari)
    store.factors.require([Role.ANALYST, Role.REVIEWER], by="kepala")
    found = store.sessions.find(token)
    assert found is not None
    assert found.lacks_factor
    store.factors.require([Role.REVIEWER], by="kepala")
    found = store.sessions.find(token)
    assert found is not None
    assert not found.lacks_factor


def test_sessions_long_over_are_forgotten(store: Store, sari: User) -> None:
    store.sessions.begin(sari)
    put_back(store, began_at=timedelta(days=40), seen_at=timedelta(days=31))
    store.sessions.begin(sari)
    with store.database.read() as session:
        assert session.query(SessionRow).count() == 1
