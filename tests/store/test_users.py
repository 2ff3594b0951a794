"""Users and their passwords, on both databases."""

from typing import Any

import pytest
from argon2 import PasswordHasher, extract_parameters

from kentongan.domain import Role, UserId
from kentongan.errors import BadInput, NotFound
from kentongan.ids import new_id
from kentongan.store import Store, users
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
    user, checked = make_user(store), []

    class Watched(PasswordHasher):
        def verify(self, hash: Any, password: Any) -> Any:
            checked.append(hash)
            return super().verify(hash, password)

    monkeypatch.setattr(users, "_HASHER", Watched())
    store.users.check_password("tono", PASSWORD)
    store.users.check_password("sari", PASSWORD)
    unknown, known = checked
    assert known == user.password_hash
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
