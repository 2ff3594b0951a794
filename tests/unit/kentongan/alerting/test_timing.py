"""A message waits for the digest and for the end of the quiet hours, and is tried again in bounds."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from kentongan.alerting.timing import COOL_DOWN, MAX_TRIES, Quiet, due_at, is_over, next_try

WITA = ZoneInfo("Asia/Makassar")  # UTC+8
NIGHT = Quiet(time(21), time(6))
MORNING = time(7)


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{clock}+08:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("said", "digest", "quiet", "sent"),
    [
        ("02T12:00", None, None, "02T12:00"),
        ("02T12:00", None, NIGHT, "02T12:00"),
        ("02T23:00", None, NIGHT, "03T06:00"),
        ("02T05:59", None, NIGHT, "02T06:00"),
        ("02T06:00", None, NIGHT, "02T06:00"),
        ("02T12:00", MORNING, None, "03T07:00"),
        ("02T06:30", MORNING, NIGHT, "02T07:00"),
        ("02T07:00", MORNING, None, "03T07:00"),
        ("02T12:00", time(22), NIGHT, "03T06:00"),
        ("02T12:00", None, Quiet(time(8), time(8)), "02T12:00"),
        ("02T12:30", None, Quiet(time(12), time(13)), "02T13:00"),
    ],
)
def test_when_a_message_goes_out(said: str, digest: time | None, quiet: Quiet | None, sent: str) -> None:
    found = due_at(at(said), WITA, digest=digest, quiet=quiet)
    assert found == at(sent)
    assert found.utcoffset() == timedelta(hours=8)


def test_it_is_tried_again_at_growing_intervals_and_then_no_more() -> None:
    begin, moments = at("02T12:00"), []
    for tries in range(1, MAX_TRIES + 1):
        moments.append(next_try(begin, tries))
    waits = [moment - begin for moment in moments if moment is not None]
    assert waits == sorted(waits)
    assert len(waits) == MAX_TRIES - 1
    assert moments[-1] is None


def test_an_event_is_over_after_the_cool_down() -> None:
    assert not is_over(at("02T12:00"), at("02T12:00") + COOL_DOWN - timedelta(seconds=1))
    assert is_over(at("02T12:00"), at("02T12:00") + COOL_DOWN)
