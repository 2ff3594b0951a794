"""How near an election stage is, what that lifts, and which texts it concerns."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kentongan.elections import Calendar, Stage
from kentongan.urgency import HALF_DAYS, MOST_LIFT, is_about_election, nearness

QUIET = Stage("Pilkada", "masa tenang", date(2030, 11, 24), date(2030, 11, 26))
VOTING = Stage("Pilkada", "pemungutan suara", date(2030, 11, 27), date(2030, 11, 27))
CAMPAIGN = Stage("Pilkada", "kampanye", date(2030, 9, 25), date(2030, 11, 23))
CALENDAR = Calendar((CAMPAIGN, QUIET, VOTING))
DAYS = st.dates(date(2030, 1, 1), date(2031, 12, 31))


@pytest.mark.parametrize(
    ("day", "stage", "days"),
    [
        (date(2030, 9, 20), CAMPAIGN, 5),
        (date(2030, 9, 25), CAMPAIGN, 0),
        (date(2030, 10, 1), CAMPAIGN, -6),
        (date(2030, 11, 21), QUIET, 3),
        (date(2030, 11, 24), QUIET, 0),
        (date(2030, 11, 25), QUIET, -1),
        (date(2030, 11, 26), VOTING, 1),
        (date(2030, 11, 27), VOTING, 0),
    ],
)
def test_the_stage_whose_beginning_is_nearest_counts(day: date, stage: Stage, days: int) -> None:
    found = nearness(CALENDAR, day)
    assert (found.stage, found.days) == (stage, days)


def test_a_lift_halves_every_so_many_days_and_is_none_after_the_last_stage() -> None:
    first = nearness(CALENDAR, date(2030, 11, 27)).lift
    assert first == 1 + MOST_LIFT
    assert nearness(Calendar((VOTING,)), VOTING.first - timedelta(HALF_DAYS)).lift == 1 + MOST_LIFT / 2
    assert nearness(CALENDAR, date(2030, 11, 28)).lift == 1
    assert nearness(CALENDAR, date(2030, 11, 28)).stage is None
    assert nearness(Calendar(), date(2030, 11, 28)).lift == 1


@given(DAYS)
def test_a_lift_is_never_below_one_nor_above_its_most(day: date) -> None:
    assert 1 <= nearness(CALENDAR, day).lift <= 1 + MOST_LIFT


@given(st.dates(date(2030, 1, 1), VOTING.first - timedelta(1)))
def test_the_nearer_the_only_stage_the_more_it_lifts(day: date) -> None:
    alone = Calendar((VOTING,))
    assert nearness(alone, day + timedelta(1)).lift > nearness(alone, day).lift


@pytest.mark.parametrize(
    "text",
    [
        "Surat suara sudah dicoblos duluan.",
        "KPU kota diam saja",
        "calon wali kota itu buronan",
        "di masa tenang dilarang kampanye",
        "SERANGAN FAJAR di gang delapan",
        "tps-nya ditutup jam sembilan",
    ],
)
def test_texts_about_elections_are_found(text: str) -> None:
    assert is_about_election(text)


@pytest.mark.parametrize(
    "text",
    [
        "Kampanye imunisasi polio di puskesmas",
        "Banjir di Telaga Bening sudah tiga tahun tidak beres, dpt info dari warga",
        "calon penumpang menunggu di terminal",
        "suara petasan semalam",
        "Wali Kota Arunika dan wakilnya lambat sekali, petahana tidak becus mengurus banjir",
        "Golput itu hak, saya golput saja",
        "Kalau begini terus pilih kotak kosong",
        "Raka Sudirja dan PDIP ditolak warga",
        "",
    ],
)
def test_other_texts_are_not(text: str) -> None:
    assert not is_about_election(text)


def test_a_word_that_begins_beyond_what_is_read_is_not_looked_for() -> None:
    assert not is_about_election("kata " * 4_000 + "pemilu")
