"""Second factors and recovery codes, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest

from kentongan.domain import Role, User
from kentongan.one_time import RECOVERY_CODES
from kentongan.sealing import Seal, SealBroken
from kentongan.store import Store, factors
from kentongan.store.database import now
from kentongan.store.factors import PURPOSE
from kentongan.store.schema_people import RecoveryCodeRow, SecondFactorRow
from tests.factories import make_user

SEAL = Seal("a key of the tests, long enough for anyone", PURPOSE)
NOW = now()
OTHER_SEAL = Seal("another key of the tests, long enough too", PURPOSE)


@pytest.fixture(autouse=True)
def _stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes are all of one moment, however slow the tests are."""
    monkeypatch.setattr(factors, "now", lambda: NOW)


@pytest.fixture
def sari(store: Store) -> User:
    return make_user(store)


def set_up(store: Store, user: User) -> tuple[pyotp.TOTP, list[str]]:
    """Return the user's generator, set up by the code before the present one, and their recovery codes."""
    store.factors.prepare(user, SEAL)
    key = store.factors.pending_key(user, SEAL)
    assert key is not None
    totp = pyotp.TOTP(key)
    codes = store.factors.confirm(user, code(totp, -1), SEAL)
    assert codes is not None
    return totp, codes


def code(totp: pyotp.TOTP, steps: int = 0) -> str:
    return totp.at(NOW + timedelta(seconds=30 * steps))


def test_a_factor_counts_once_its_first_code_was_right(store: Store, sari: User) -> None:
    assert store.factors.confirm(sari, "123456", SEAL) is None
    store.factors.prepare(sari, SEAL)
    key = store.factors.pending_key(sari, SEAL)
    assert key is not None
    assert store.factors.state(sari.id).pending
    assert store.factors.state(sari.id).since is None
    assert not store.factors.check(sari, code(pyotp.TOTP(key)), SEAL)
    assert store.factors.holders() == frozenset()
    assert store.factors.confirm(sari, "12345", SEAL) is None
    codes = store.factors.confirm(sari, code(pyotp.TOTP(key)), SEAL)
    assert codes is not None
    assert len(set(codes)) == RECOVERY_CODES
    assert store.factors.state(sari.id).codes_left == RECOVERY_CODES
    assert store.factors.holders() == {sari.id}
    assert store.factors.pending_key(sari, SEAL) is None


def test_a_code_counts_once_even_for_many_at_once(store: Store, sari: User) -> None:
    totp, _ = set_up(store, sari)
    assert not store.factors.check(sari, code(totp, -1), SEAL)
    present = code(totp)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: store.factors.check(sari, present, SEAL), range(4))).count(True) == 1
    assert not store.factors.check(sari, present, SEAL)
    assert store.factors.check(sari, code(totp, 1), SEAL)
    assert not store.factors.check(sari, present, SEAL)


@pytest.mark.parametrize("wrong", ["", "000", "abcdef", "１２３４５６", "\x00", "9" * 100])
def test_what_is_no_code_is_only_wrong(store: Store, sari: User, wrong: str) -> None:
    set_up(store, sari)
    assert not store.factors.check(sari, wrong, SEAL)


def test_a_recovery_code_stands_in_once(store: Store, sari: User) -> None:
    _, codes = set_up(store, sari)
    typed = f" {codes[3].lower().replace('-', ' ')} "
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: store.factors.check(sari, typed, SEAL), range(4))).count(True) == 1
    assert store.factors.state(sari.id).codes_left == RECOVERY_CODES - 1
    assert not store.factors.check(make_user(store, "tono"), codes[4], SEAL)
    assert store.audit.latest(1)[0].action == "add user"
    assert store.audit.latest(2)[1].action == "use recovery code"
    fresh = store.factors.renew_codes(sari)
    assert not store.factors.check(sari, codes[0], SEAL)
    assert store.factors.check(sari, fresh[0], SEAL)


def test_nothing_of_a_factor_is_in_the_record_or_the_audit_log_as_it_is(store: Store, sari: User) -> None:
    totp, codes = set_up(store, sari)
    with store.database.read() as session:
        kept = str([vars(row) for row in session.query(SecondFactorRow)])
        kept += str([vars(row) for row in session.query(RecoveryCodeRow)])
    for secret in (totp.secret, *codes, *(c.replace("-", "") for c in codes)):
        assert secret not in kept
        assert secret not in str(store.audit.latest())


def test_a_changed_secret_key_is_said_and_recovery_codes_still_stand_in(store: Store, sari: User) -> None:
    totp, codes = set_up(store, sari)
    with pytest.raises(SealBroken):
        store.factors.check(sari, code(totp), OTHER_SEAL)
    assert store.factors.check(sari, codes[0], OTHER_SEAL)


def test_a_factor_of_one_user_is_of_no_use_to_another(store: Store, sari: User) -> None:
    totp, _ = set_up(store, sari)
    tono = make_user(store, "tono")
    set_up(store, tono)
    with store.database.write() as session:
        mine, theirs = session.get(SecondFactorRow, sari.id), session.get(SecondFactorRow, tono.id)
        assert mine is not None
        assert theirs is not None
        theirs.sealed = mine.sealed
    with pytest.raises(SealBroken):
        store.factors.check(tono, code(totp), SEAL)


def test_the_phone_in_use_counts_until_the_new_one_has_given_a_code(store: Store, sari: User) -> None:
    old, _ = set_up(store, sari)
    store.factors.prepare(sari, SEAL)
    key = store.factors.pending_key(sari, SEAL)
    assert key is not None
    assert store.factors.check(sari, code(old), SEAL)
    assert store.factors.confirm(sari, code(pyotp.TOTP(key)), SEAL) is not None
    assert not store.factors.check(sari, code(old, 1), SEAL)
    assert store.factors.check(sari, code(pyotp.TOTP(key), 1), SEAL)


def test_a_factor_that_was_taken_away_is_gone_with_its_codes(store: Store, sari: User) -> None:
    _, codes = set_up(store, sari)
    assert store.factors.remove(sari, by="kepala")
    assert not store.factors.remove(sari, by="kepala")
    assert store.factors.state(sari.id).since is None
    assert not store.factors.check(sari, codes[0], SEAL)
    assert [e.action for e in store.audit.latest(2)] == ["remove second factor", "set up second factor"]


def test_roles_that_must_have_one_are_said_and_written_down(store: Store) -> None:
    store.factors.require([Role.ADMINISTRATOR, Role.ANALYST], by="kepala")
    store.factors.require([Role.ANALYST, Role.ADMINISTRATOR], by="kepala")
    assert store.factors.required() == {Role.ADMINISTRATOR, Role.ANALYST}
    store.factors.require([], by="kepala")
    assert store.factors.required() == frozenset()
    after = [e.detail["after"] for e in store.audit.latest() if e.action == "require second factor"]
    assert after == [[], ["administrator", "analyst"]]
