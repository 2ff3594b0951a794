"""Users and their passwords, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from argon2 import PasswordHasher, extract_parameters

from kentongan.domain import Role, UserId
from kentongan.errors import BadInput, NotFound
from kentongan.ids import new_id
from kentongan.store import Store, users
from kentongan.store.users import LastAdministrator, OwnRole
from tests.factories import PASSWORD, make_user


def test_a_user_comes_in_with_name_and_password_only(store: Store) -> None:
    user = make_user(store)
    assert store.users.check_password("sari", PASSWORD) == user
    assert store.users.check_password("sari", PASSWORD + "x") is None
    assert store.users.check_password("Sari", PASSWORD) is None
    assert store.users.check_password("tono", PASSWORD) is None
    assert PASSWORD not in user.password_hash
    assert user.password_hash not in repr(user)


@pytest.mark.parametrize("name", ["sari\x00", "\ud800", "sari' OR 1=1 --", "", "x" * 100_000])
def test_a_hostile_name_or_password_is_only_wrong(store: Store, name: str) -> None:
    make_user(store)
    assert store.users.check_password(name, PASSWORD) is None
    assert store.users.check_password("sari", name) is None


def test_an_unknown_name_costs_as_much_as_a_known_one(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = []

    class Watched(PasswordHasher):
        def verify(self, hash: Any, password: Any) -> Any:
            checked.append(hash)
            return super().verify(hash, password)

    monkeypatch.setattr(users, "_HASHER", Watched())
    user = make_user(store)
    store.users.check_password("tono", PASSWORD)
    store.users.check_password("sari", PASSWORD)
    store.invitations.reset("sari", by="kepala")
    assert store.users.check_password("sari", PASSWORD) is None
    unknown, known, waiting = checked
    assert known == user.password_hash
    assert waiting == unknown
    assert extract_parameters(unknown) == extract_parameters(known)


@pytest.mark.parametrize("name", ["", "a", "Sari", "sari budi", "sari\n", "../sari", "-sari", "ş" * 5])
def test_a_bad_name_is_refused(store: Store, name: str) -> None:
    with pytest.raises(BadInput, match="name"):
        store.users.add(name, Role.ANALYST, PASSWORD, by="test")
    assert store.users.all() == []


def test_a_name_is_given_once(store: Store) -> None:
    make_user(store)
    with pytest.raises(BadInput, match="taken"):
        make_user(store)
    assert len(store.users.all()) == 1


@pytest.mark.parametrize("password", ["", "pendek", "x" * 11, "x" * 201, "\ud800" * 12])
def test_a_bad_password_is_refused_and_not_repeated(store: Store, password: str) -> None:
    with pytest.raises(BadInput, match="password") as raised:
        store.users.add("sari", Role.ANALYST, password, by="test")
    assert not password or password not in str(raised.value)
    make_user(store)
    with pytest.raises(BadInput, match="password"):
        store.users.set_password("sari", password, by="test")
    assert store.users.check_password("sari", PASSWORD)


def test_a_new_password_or_a_closed_door_ends_every_session(store: Store) -> None:
    user = make_user(store)
    store.users.set_password("sari", "kata sandi yang baru", by="test")
    changed = store.users.get(user.id)
    assert changed is not None
    assert changed.session_epoch == user.session_epoch + 1
    assert store.users.check_password("sari", PASSWORD) is None

    store.users.set_active("sari", False, by="test")
    closed = store.users.get(user.id)
    assert closed is not None
    assert closed.session_epoch == user.session_epoch + 2
    assert store.users.check_password("sari", "kata sandi yang baru") is None


def test_one_administrator_always_stays_and_nobody_changes_their_own_standing(store: Store) -> None:
    make_user(store, "kepala", Role.ADMINISTRATOR)
    for by in ("kepala", "cli:kantor"):
        with pytest.raises(OwnRole if by == "kepala" else LastAdministrator):
            store.users.set_role("kepala", Role.ANALYST, by=by)
        with pytest.raises(OwnRole if by == "kepala" else LastAdministrator):
            store.users.set_active("kepala", False, by=by)
    make_user(store, "wakil", Role.ADMINISTRATOR)
    store.users.set_active("wakil", False, by="kepala")
    with pytest.raises(LastAdministrator):
        store.users.set_role("kepala", Role.ANALYST, by="cli:kantor")
    store.users.set_active("wakil", True, by="kepala")
    store.users.set_role("kepala", Role.ANALYST, by="wakil")
    kept = store.users.named("kepala")
    assert kept is not None
    assert (kept.role, kept.active) == (Role.ANALYST, True)
    assert store.audit.latest(1)[0].detail == {"before": "administrator", "after": "analyst"}


def test_two_administrators_do_not_remove_one_another_at_once(store: Store) -> None:
    names = ("kepala", "wakil")
    for name in names:
        make_user(store, name, Role.ADMINISTRATOR)

    def remove(name: str, other: str) -> bool:
        try:
            store.users.set_role(other, Role.HEAD, by=name)
        except LastAdministrator:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(remove, names, reversed(names)))
    assert done.count(True) == 1
    assert [user.role for user in store.users.all()].count(Role.ADMINISTRATOR) == 1


def test_nobody_is_not_found(store: Store) -> None:
    assert store.users.get(UserId(new_id())) is None
    with pytest.raises(NotFound):
        store.users.set_password("tono", PASSWORD, by="test")
    with pytest.raises(NotFound):
        store.users.set_active("tono", True, by="test")


def test_every_change_to_a_user_is_in_the_audit_log_without_the_password(store: Store) -> None:
    make_user(store)
    store.users.set_password("sari", "kata sandi yang baru", by="kepala")
    store.users.set_active("sari", False, by="kepala")
    entries = store.audit.latest()
    assert [e.action for e in entries] == ["deactivate user", "set password", "add user"]
    assert "kata sandi" not in str(entries)
