"""Dates as Indonesian pages and machines write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.dates import EARLIEST, FUTURE_GRACE, parse_date, written_dates

JAKARTA, MAKASSAR = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Makassar")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Senin (4/12/2023)", "2023-12-03T17:00:00"),  # day first
        ("04/11/2015 17:36 WIB", "2015-11-04T10:36:00"),
        ("Rabu, 4 November 2015 | 21:04 WIB", "2015-11-04T14:04:00"),
        ("Kamis, 05 November 2015 11:52", "2015-11-05T04:52:00"),
        ("4 Desember 2023 pukul 14.30 WITA", "2023-12-04T06:30:00"),
        ("Minggu, 14 Februari 2016, 09.15 WIT", "2016-02-14T00:15:00"),
        ("Jum'at, 7 Nopember 2025, pkl. 08.05", "2025-11-07T01:05:00"),
        ("7 Agt 2025 23:59", "2025-08-07T16:59:00"),
        ("November 3, 2025", "2025-11-02T17:00:00"),
        ("2015-11-05 T10:08:58Z", "2015-11-05T10:08:58"),
        ("2015-11-05T14:56:43+07:00", "2015-11-05T07:56:43"),
        ("2025-11-03 09:12:00 +0700", "2025-11-03T02:12:00"),
        ("2025-11-03", "2025-11-02T17:00:00"),
        ("Mon, 03 Nov 2025 10:11:12 +0700", "2025-11-03T03:11:12"),
        ("Mon, 03 Nov 2025 10:11:12 GMT", "2025-11-03T10:11:12"),
        ("2 jam yang lalu", "2026-11-21T10:00:00"),
    ],
)
def test_a_date_is_read_day_first_and_in_its_own_zone(text: str, expected: str) -> None:
    found = parse_date(text, JAKARTA, now=NOW)

    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_a_date_without_a_zone_is_in_the_zone_of_its_source() -> None:
    text = "Kamis, 05 November 2015 11:52"

    jakarta, makassar = parse_date(text, JAKARTA), parse_date(text, MAKASSAR)

    assert jakarta is not None
    assert makassar is not None
    assert (jakarta - makassar).total_seconds() == 3600


@pytest.mark.parametrize(
    "text", ["", "selasa", "31 Februari 2025", "31/13/2025", "2020-02-31", "Rp 12.500.2020", "1 Januari 1901"]
)
def test_what_is_no_date_gives_none(text: str) -> None:
    assert parse_date(text, JAKARTA, now=NOW) is None


def test_a_date_after_tomorrow_is_not_believed() -> None:
    assert parse_date("2031-01-01T00:00:00Z", JAKARTA, now=NOW) is None


def test_the_dates_of_a_line_come_in_order_with_their_zones() -> None:
    found = list(written_dates("Terbit 3 November 2025 09:15 WIB, diperbarui 4 November 2025 10:20 WITA"))

    assert [(d.clock.day, d.has_time, d.zone is not None) for d in found] == [
        (3, True, True),
        (4, True, True),
    ]


@given(st.text(max_size=200))
def test_any_text_gives_a_plausible_moment_or_none(text: str) -> None:
    found = parse_date(text, JAKARTA, now=NOW)

    assert found is None or EARLIEST <= found <= NOW + FUTURE_GRACE


@given(st.datetimes(datetime(1996, 1, 1), datetime(2026, 1, 1)))
def test_an_indonesian_date_reads_back_to_the_minute(moment: datetime) -> None:
    months = [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ]
    text = f"{moment.day} {months[moment.month - 1]} {moment.year} {moment:%H.%M} WIB"

    found = parse_date(text, JAKARTA, now=NOW)

    assert found is not None
    assert found.astimezone(JAKARTA).replace(tzinfo=None) == moment.replace(second=0, microsecond=0)
