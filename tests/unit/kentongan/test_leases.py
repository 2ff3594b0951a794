"""The rules of leases, by values and a moment that is passed in."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from kentongan.domain import ClaimId, UserId
from kentongan.errors import BadInput
from kentongan.leases import (
    LENGTH,
    MAX_NOTE_CHARACTERS,
    RENEW_EVERY,
    Held,
    Lease,
    check_free,
    check_note,
    lease_for,
    taken_from,
)

TEN = datetime(2026, 11, 16, 10, tzinfo=UTC)
CLAIM = ClaimId(UUID(int=1))
SARI, TONO, UMAR = (UserId(UUID(int=n)) for n in (2, 3, 4))
NAMES = {SARI: "sari", TONO: "tono", UMAR: "umar"}


def lease(user: UserId, at: datetime = TEN) -> Lease:
    return Lease(CLAIM, user, NAMES[user], at, at + LENGTH)


def test_a_free_claim_goes_to_whoever_opens_it() -> None:
    assert lease_for(None, lease(SARI)) == lease(SARI)


def test_opening_again_renews_and_remembers_since_when() -> None:
    later = TEN + timedelta(minutes=4)
    assert lease_for(lease(SARI), lease(SARI, later)) == Lease(CLAIM, SARI, "sari", TEN, later + LENGTH)


def test_a_lease_lasts_to_its_last_moment_and_not_longer() -> None:
    held = lease(SARI)
    with pytest.raises(Held, match=r"held by sari until 10:05 UTC") as raised:
        lease_for(held, lease(TONO, held.until - timedelta(microseconds=1)))
    assert raised.value.lease == held
    assert lease_for(held, lease(TONO, held.until)) == lease(TONO, held.until)


def test_who_comes_back_after_theirs_ran_out_begins_anew() -> None:
    later = TEN + LENGTH
    assert lease_for(lease(SARI), lease(SARI, later)) == lease(SARI, later)


def test_only_another_persons_live_lease_keeps_a_person_from_deciding() -> None:
    check_free(None, TONO, TEN)
    check_free(lease(TONO), TONO, TEN)
    check_free(lease(SARI), TONO, TEN + LENGTH)
    with pytest.raises(Held):
        check_free(lease(SARI), TONO, TEN)


def test_a_lease_is_taken_over_from_the_holder_who_was_shown() -> None:
    assert taken_from(lease(SARI), lease(TONO), SARI) == lease(SARI)
    with pytest.raises(Held) as raised:
        taken_from(lease(UMAR), lease(TONO), SARI)
    assert raised.value.lease.user_id == UMAR


@pytest.mark.parametrize("held", [None, lease(TONO), lease(SARI, TEN - LENGTH)])
def test_nothing_is_taken_over_where_nobody_else_holds_it(held: Lease | None) -> None:
    assert taken_from(held, lease(TONO), SARI) is None


@pytest.mark.parametrize("note", ["", " \n\t", "x" * (MAX_NOTE_CHARACTERS + 1)])
def test_a_take_over_needs_a_note_that_says_something(note: str) -> None:
    with pytest.raises(BadInput, match="note"):
        check_note(note)
    check_note("x" * MAX_NOTE_CHARACTERS)


def test_a_lease_outlives_several_renewals_that_got_lost() -> None:
    assert LENGTH >= 4 * RENEW_EVERY
