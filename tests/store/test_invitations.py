"""Invitations and links for a new password, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update

from kentongan.domain import Role, User
from kentongan.errors import BadInput, NotFound
from kentongan.store import Store
from kentongan.store.database import now
from kentongan.store.invitations import VALID, LinkKind
from kentongan.store.schema_people import OneTimeLinkRow
from kentongan.store.users import OwnRole
from tests.factories import PASSWORD, make_user

NEW = "tiga ketukan pelan sekali"


def invite(store: Store, name: str = "sari", role: Role = Role.ANALYST, by: str = "kepala") -> str:
    return store.invitations.invite(name, role, by=by, stands_apart=True)


def test_whoever_is_invited_chooses_the_password_once(store: Store) -> None:
    token = invite(store, role=Role.SECOND_READER)
    link = store.invitations.find(token)
    assert link is not None
    assert (link.kind, link.name, link.role, link.made_by) == (
        LinkKind.INVITATION, "sari", Role.SECOND_READER, "kepala",
    )  # fmt: skip
    assert store.users.all() == []
    user = store.invitations.accept(token, NEW)
    assert (user.name, user.role) == ("sari", Role.SECOND_READER)
    assert store.users.check_password("sari", NEW) == user
    assert store.invitations.find(token) is None
    with pytest.raises(NotFound):
        store.invitations.accept(token, PASSWORD)
    assert store.users.check_password("sari", PASSWORD) is None


def test_a_link_is_kept_as_a_hash_and_neither_it_nor_the_password_is_in_the_audit_log(store: Store) -> None:
    token = invite(store)
    store.invitations.accept(token, NEW)
    with store.database.read() as session:
        assert token not in str([vars(row) for row in session.query(OneTimeLinkRow)])
    assert token not in str(store.audit.latest())
    assert NEW not in str(store.audit.latest())
    assert [e.action for e in store.audit.latest()] == ["add user", "invite user"]
    assert store.audit.latest()[1].detail == {"role": "analyst", "stands_apart": True}


def test_nobody_is_invited_without_the_inviters_word_that_they_stand_apart(store: Store) -> None:
    with pytest.raises(BadInput, match="R17"):
        store.invitations.invite("sari", Role.ANALYST, by="kepala", stands_apart=False)
    assert store.invitations.waiting() == []


def test_a_link_holds_for_three_days(store: Store) -> None:
    token = invite(store)
    with store.database.write() as session:
        session.execute(update(OneTimeLinkRow).values(expires_at=now() + timedelta(seconds=30)))
    assert store.invitations.find(token) is not None
    with store.database.write() as session:
        session.execute(update(OneTimeLinkRow).values(expires_at=now()))
    assert store.invitations.find(token) is None
    with pytest.raises(NotFound):
        store.invitations.accept(token, NEW)
    assert timedelta(hours=72) == VALID
    assert invite(store) != token


def test_a_link_can_be_withdrawn(store: Store) -> None:
    token = invite(store)
    (link,) = store.invitations.waiting()
    store.invitations.revoke(link.id, by="kepala")
    assert store.invitations.find(token) is None
    assert store.invitations.waiting() == []
    with pytest.raises(NotFound):
        store.invitations.accept(token, NEW)
    with pytest.raises(NotFound):
        store.invitations.revoke(link.id, by="kepala")


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "a" * 10_000])
def test_a_guess_opens_nothing(store: Store, token: str) -> None:
    invite(store)
    assert store.invitations.find(token) is None
    with pytest.raises(NotFound):
        store.invitations.accept(token, NEW)


def test_a_name_is_invited_once_and_never_over_somebody(store: Store) -> None:
    make_user(store)
    with pytest.raises(BadInput, match="taken"):
        invite(store)
    invite(store, "tono")
    with pytest.raises(BadInput, match="invited already"):
        invite(store, "tono")
    with pytest.raises(BadInput, match="name"):
        invite(store, "Bu Sari")


def test_a_name_that_was_taken_meanwhile_is_refused(store: Store) -> None:
    token = invite(store)
    make_user(store)
    with pytest.raises(BadInput, match="taken"):
        store.invitations.accept(token, NEW)
    assert store.users.check_password("sari", PASSWORD)


def test_two_who_open_a_link_at_once_do_not_both_get_in(store: Store) -> None:
    token = invite(store)

    def accept(password: str) -> bool:
        try:
            return store.invitations.accept(token, password).name == "sari"
        except NotFound:
            return False

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(accept, [f"kata sandi nomor {n}" for n in range(4)]))
    assert taken.count(True) == 1
    assert store.users.check_password("sari", f"kata sandi nomor {taken.index(True)}")


def test_a_weak_password_does_not_use_a_link_up(store: Store) -> None:
    token = invite(store)
    with pytest.raises(BadInput, match="password"):
        store.invitations.accept(token, "pendek")
    assert store.invitations.accept(token, NEW).name == "sari"


def test_a_reset_ends_sessions_and_the_old_password_at_once(store: Store) -> None:
    user = make_user(store)
    session = store.sessions.begin(user)
    token = store.invitations.reset("sari", by="kepala")
    assert store.sessions.find(session) is None
    assert store.users.check_password("sari", PASSWORD) is None
    changed = store.invitations.accept(token, NEW)
    assert changed.id == user.id
    assert store.users.check_password("sari", NEW) == changed
    assert [e.action for e in store.audit.latest(2)] == ["set password", "reset password"]


def test_a_second_reset_withdraws_the_first(store: Store) -> None:
    make_user(store)
    first, second = (store.invitations.reset("sari", by="kepala") for _ in range(2))
    assert store.invitations.find(first) is None
    assert store.invitations.find(second) is not None


def test_no_reset_for_oneself_nobody_or_a_closed_account(store: Store) -> None:
    make_user(store, "kepala", Role.ADMINISTRATOR)
    make_user(store)
    with pytest.raises(OwnRole):
        store.invitations.reset("kepala", by="kepala")
    with pytest.raises(NotFound):
        store.invitations.reset("tono", by="kepala")
    token = store.invitations.reset("sari", by="kepala")
    store.users.set_active("sari", False, by="kepala")
    assert store.invitations.find(token) is None
    with pytest.raises(NotFound):
        store.invitations.accept(token, NEW)
    with pytest.raises(BadInput, match="closed"):
        store.invitations.reset("sari", by="kepala")


@pytest.mark.parametrize("gone", ["closed", "demoted"])
def test_what_an_administrator_offered_ends_with_their_standing(store: Store, gone: str) -> None:
    admins: list[User] = [make_user(store, name, Role.ADMINISTRATOR) for name in ("kepala", "wakil")]
    token = invite(store, by="wakil")
    other = invite(store, "tono", by="kepala")
    if gone == "closed":
        store.users.set_active("wakil", False, by=admins[0].name)
    else:
        store.users.set_role("wakil", Role.HEAD, by=admins[0].name)
    assert store.invitations.find(token) is None
    assert store.invitations.find(other) is not None


@pytest.mark.parametrize("since", ["another password", "closed and opened"])
def test_a_reset_link_ends_with_what_came_after_it(store: Store, since: str) -> None:
    make_user(store)
    token = store.invitations.reset("sari", by="kepala")
    if since == "another password":
        store.users.set_password("sari", NEW, by="kantor")
    else:
        for active in (False, True):
            store.users.set_active("sari", active, by="kepala")
    assert store.invitations.find(token) is None
    with pytest.raises(NotFound):
        store.invitations.accept(token, "sandi orang lain lagi")
