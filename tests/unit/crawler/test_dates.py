"""Dates as Indonesian pages and machines write them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.dates import EARLIEST, FUTURE_GRACE, day_without_year, parse_date, written_dates

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
        ("2025/07/17 07:31:20", "2025-07-17T00:31:20"),
        ("July 16, 2025 9:05 pm", "2025-07-16T14:05:00"),
        ("Oct 5th, 2025", "2025-10-04T17:00:00"),
        ("2 jam yang lalu", "2026-11-21T10:00:00"),
        ("Tayang 2 jam yang lalu | 3 menit baca", "2026-11-21T10:00:00"),
        ("Selasa (15/7)", "2025-07-14T17:00:00"),  # the last 15 July that was a Tuesday
        ("Jum'at, 20 November", "2026-11-19T17:00:00"),
        ("Ahad malam (15/11)", "2026-11-14T17:00:00"),
        ("hari ini", "2026-11-21T12:00:00"),
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
    "text",
    [
        "",
        "selasa",
        "Senin (31/2)",
        "Minggu (16/12)",
        "15/7",
        "31 Februari 2025",
        "31/13/2025",
        "2020-02-31",
        "Rp 12.500.2020",
        "1 Januari 1901",
        "0001-01-01",
        "0001-01-01T00:30:00",
        "9999-12-31T23:59:59-08:00",
    ],
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


@given(st.dates(date(2021, 11, 23), date(2026, 11, 21)), st.booleans())
def test_a_day_without_a_year_is_the_last_of_its_weekday(day: date, in_words: bool) -> None:
    weekdays = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Ahad")
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
    told = f"{day.day} {months[day.month - 1]}" if in_words else f"({day.day}/{day.month})"

    found = day_without_year(f"kata dia, {weekdays[day.weekday()]} {told}.", JAKARTA, NOW)

    assert found is not None
    assert day <= found.astimezone(JAKARTA).date() <= (NOW + FUTURE_GRACE).date()
    assert found.astimezone(JAKARTA).weekday() == day.weekday()


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
