"""Tokens of the programming interface in the record, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from kentongan import tokens
from kentongan.domain import Role, User
from kentongan.errors import BadInput, NotFound
from kentongan.store import Store
from kentongan.store.attempts import FREE
from kentongan.store.audit import by_token
from kentongan.store.database import now
from kentongan.store.schema_tokens import ApiTokenRow
from kentongan.tokens import MAX_OWN, Made, Scope, Stopped
from tests.factories import make_user

DAY = timedelta(days=1)


@pytest.fixture
def sari(store: Store) -> User:
    return make_user(store)


def make(store: Store, owner: User, *scopes: Scope, name: str = "dasbor", life: timedelta = DAY) -> Made:
    return store.tokens.make(owner, name, scopes or (Scope.CLAIMS_READ,), life=life, by=owner.name)


def stopped(store: Store, made: Made) -> Stopped | None:
    found = store.tokens.find(made.text)
    return Stopped.UNKNOWN if found is None else found.stopped


def test_a_token_is_found_by_its_text_and_its_secret_is_not_in_the_record(store: Store, sari: User) -> None:
    made = make(store, sari, Scope.CLAIMS_READ, Scope.CHECK)
    assert made.text.startswith(tokens.PREFIX)
    found = store.tokens.find(made.text)
    assert found is not None
    assert (found.user, found.name, found.stopped) == (sari, "dasbor", None)
    assert found.scopes == {Scope.CLAIMS_READ, Scope.CHECK}
    key, secret = tokens.read(made.text) or ("", "")
    with store.database.read() as session:
        assert secret not in str([vars(row) for row in session.query(ApiTokenRow)])
    assert secret not in str(store.audit.latest(10))
    assert secret not in repr(found)
    assert key in str(store.audit.latest(10))


def test_two_tokens_have_nothing_in_common_and_a_secret_has_256_bits(store: Store, sari: User) -> None:
    one, other = (tokens.read(make(store, sari).text) for _ in range(2))
    assert one is not None
    assert other is not None
    assert one[0] != other[0]
    assert one[1] != other[1]
    assert len(one[1]) * 6 >= 256


def test_what_is_not_that_very_token_is_none(store: Store, sari: User) -> None:
    made, other = make(store, sari), make(store, sari)
    (key, secret), (_, others) = tokens.read(made.text) or ("", ""), tokens.read(other.text) or ("", "")
    flipped = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    for wrong in (
        "", "x", made.text[:-1], made.text + "x", made.text.upper(), f" {made.text}", secret,
        tokens.spell(key, others), tokens.spell(key, flipped), "ktg__", "\x00", "\ud800", "ktg_" + "é" * 56,
    ):  # fmt: skip
        assert store.tokens.find(wrong) is None, wrong


def test_secrets_are_compared_in_constant_time_also_where_there_is_no_such_token(
    store: Store, sari: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, asked = make(store, sari), list[tuple[str, str]]()

    def compare(one: str, other: str) -> bool:
        asked.append((one, other))
        return one == other

    monkeypatch.setattr(tokens, "compare_digest", compare)
    key, secret = tokens.read(made.text) or ("", "")
    unknown = tokens.spell("a" * len(key), secret)
    assert store.tokens.find(made.text) is not None
    assert store.tokens.find(unknown) is None
    assert store.tokens.find("nothing like a token") is None
    assert len(asked) == 3
    assert all(len(one) == len(other) == 64 for one, other in asked)


def test_a_token_ends_with_its_time_and_when_it_is_revoked(store: Store, sari: User) -> None:
    short, other = make(store, sari), make(store, sari)
    with store.database.write() as session:
        session.execute(update(ApiTokenRow).where(ApiTokenRow.id == short.token.id).values(expires_at=now()))
    assert stopped(store, short) is Stopped.EXPIRED
    assert stopped(store, other) is None
    with pytest.raises(NotFound):
        store.tokens.revoke(other.token.id, by="tono", owner=make_user(store, "tono").id)
    store.tokens.revoke(other.token.id, by="sari", owner=sari.id)
    assert stopped(store, other) is Stopped.REVOKED
    with pytest.raises(NotFound):
        store.tokens.revoke(other.token.id, by="sari")
    latest = store.audit.latest(1)[0]
    assert (latest.actor, latest.action, latest.subject) == ("sari", "revoke token", "sari")
    assert latest.detail["name"] == "dasbor"


def test_a_token_ends_with_the_account_and_does_not_come_back_with_it(store: Store, sari: User) -> None:
    made = make(store, sari)
    store.users.set_active("sari", False, by="kepala")
    assert stopped(store, made) is Stopped.ACCOUNT
    store.users.set_active("sari", True, by="kepala")
    assert stopped(store, made) is Stopped.ACCOUNT


def test_another_password_and_a_reset_end_the_tokens_made_before(store: Store, sari: User) -> None:
    made = make(store, sari)
    changed = store.users.set_password("sari", "kata sandi yang baru", by="sari")
    assert stopped(store, made) is Stopped.ACCOUNT
    again = make(store, changed)
    assert stopped(store, again) is None
    store.invitations.reset("sari", by="kepala")
    assert stopped(store, again) is Stopped.ACCOUNT


def test_a_token_knows_its_owners_role_of_now(store: Store, sari: User) -> None:
    made = make(store, sari)
    store.users.set_role("sari", Role.LIAISON, by="kepala")
    found = store.tokens.find(made.text)
    assert found is not None
    assert found.user.role is Role.LIAISON


def test_a_token_stops_while_its_owners_role_lacks_a_second_factor(store: Store, sari: User) -> None:
    made = make(store, sari)
    store.factors.require([Role.ANALYST], by="kepala")
    assert stopped(store, made) is Stopped.FACTOR
    store.factors.require([Role.REVIEWER], by="kepala")
    assert stopped(store, made) is None


def test_a_token_stops_while_its_owner_is_locked_out_and_strangers_cannot_bring_that_about(
    store: Store, sari: User
) -> None:
    made = make(store, sari)
    for _ in range(FREE + 1):
        store.attempts.admit("sari")  # by anybody who knows the name
    assert store.attempts.waiting(["sari"])
    assert stopped(store, made) is None
    for _ in range(FREE):
        store.attempts.admit("sari", f"own:{sari.id}")  # from within the account
    assert stopped(store, made) is Stopped.LOCKED
    store.attempts.unlock("sari", by="kepala")
    assert stopped(store, made) is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"life": timedelta()}, "days"),
        ({"life": -DAY}, "days"),
        ({"life": 366 * DAY}, "days"),
    ],
)
def test_a_token_needs_a_name_and_an_end_within_a_year(
    store: Store, sari: User, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput, match=f"^{field}:"):
        make(store, sari, **changes)
    assert store.tokens.all() == []


def test_a_token_needs_a_scope_and_an_open_account(store: Store, sari: User) -> None:
    with pytest.raises(BadInput, match=r"^scope:"):
        store.tokens.make(sari, "dasbor", (), life=DAY, by="sari")
    store.users.set_active("sari", False, by="kepala")
    with pytest.raises(NotFound):
        make(store, sari)


def test_a_person_has_twenty_that_hold_at_most(store: Store, sari: User) -> None:
    made = [make(store, sari, name=f"n{number}") for number in range(MAX_OWN)]
    with pytest.raises(BadInput, match=r"^tokens:"):
        make(store, sari)
    store.tokens.revoke(made[0].token.id, by="sari")
    make(store, sari)
    assert len(store.tokens.of(sari.id)) == MAX_OWN + 1
    assert make(store, make_user(store, "tono")).token.user.name == "tono"


def test_the_newest_is_listed_first_and_its_last_use_is_known_to_the_minute(store: Store, sari: User) -> None:
    tono = make_user(store, "tono")
    first, second, theirs = make(store, sari, name="satu"), make(store, sari, name="dua"), make(store, tono)
    assert [token.name for token in store.tokens.of(sari.id)] == ["dua", "satu"]
    assert [token.id for token in store.tokens.all()] == [theirs.token.id, second.token.id, first.token.id]
    assert first.token.last_used_at is None
    store.tokens.use(first.token)
    used = store.tokens.of(sari.id)[1]
    assert used.last_used_at is not None
    store.tokens.use(used)
    assert store.tokens.of(sari.id)[1].last_used_at == used.last_used_at


def test_making_and_refusing_leave_entries_that_name_token_and_owner(store: Store, sari: User) -> None:
    made = make(store, sari)
    entry = store.audit.latest(1)[0]
    assert (entry.actor, entry.action, entry.subject) == ("sari", "make token", "sari")
    assert entry.detail["scopes"] == ["claims:read"]
    store.tokens.refuse(made.token, "expired")
    store.tokens.refuse(None, "unknown")
    unknown, expired = store.audit.latest(2)
    assert (unknown.actor, unknown.detail) == ("nobody", {"why": "unknown"})
    assert (expired.actor, expired.action) == ("sari", "token refused")
    assert expired.detail == {"name": "dasbor", "key": made.token.key, "why": "expired"}
    assert store.audit.verify() is None


def test_what_is_done_by_a_token_says_so_and_nothing_else_does(store: Store) -> None:
    with by_token("dasbor"):
        store.audit.add("sari", "search", "banjir")
    store.audit.add("sari", "search", "banjir")
    after, during = store.audit.latest(2)
    assert during.detail == {"token": "dasbor"}
    assert after.detail == {}
    assert store.audit.verify() is None
