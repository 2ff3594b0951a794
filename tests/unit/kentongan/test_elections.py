"""The election calendar: what is known of a day, and nothing guessed."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from kentongan.elections import Calendar, read_calendar, stages_of
from kentongan.errors import BadInput, FormatError, SettingError

CITY = read_calendar("arunika", None)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "tahapan.yaml"


@pytest.mark.parametrize("region", ["pangkalpinang", "balikpapan"])
def test_both_cities_voted_on_the_same_days_of_2024(region: str) -> None:
    calendar = read_calendar(region, None)
    voting = [s for s in calendar.stages if s.name == "pemungutan suara" and s.first.year == 2024]
    assert [(s.election, s.first, s.last) for s in voting] == [
        ("Pemilu 2024", date(2024, 2, 14), date(2024, 2, 14)),
        ("Pilkada 2024", date(2024, 11, 27), date(2024, 11, 27)),
    ]


def test_only_pangkalpinang_voted_again_in_2025() -> None:
    again = date(2025, 8, 27)
    assert stages_of(read_calendar("pangkalpinang", None), again) == (
        "pilkada ulang 2025",
        "pemungutan suara",
    )
    assert stages_of(read_calendar("balikpapan", None), again) == ()


@pytest.mark.parametrize("region", ["pangkalpinang", "balikpapan", "arunika"])
def test_the_quiet_days_are_the_three_before_each_voting(region: str) -> None:
    stages = read_calendar(region, None).stages
    voting = {s.election: s.first for s in stages if s.name == "pemungutan suara"}
    quiet = {s.election: (s.first, s.last) for s in stages if s.name == "masa tenang"}
    assert quiet == {name: (d - timedelta(days=3), d - timedelta(days=1)) for name, d in voting.items()}


def test_a_day_bears_its_election_and_every_stage_that_holds_it() -> None:
    assert stages_of(CITY, date(2024, 11, 25)) == ("pilkada arunika 2024", "masa tenang")
    assert stages_of(CITY, date(2024, 11, 27)) == (
        "pilkada arunika 2024",
        "pemungutan suara",
        "rekapitulasi",
    )


def test_a_day_outside_elections_bears_nothing() -> None:
    assert stages_of(CITY, date(2025, 6, 1)) == ()
    assert stages_of(Calendar(), date(2024, 11, 25)) == ()


def test_a_day_between_two_stages_still_lies_in_the_election(own: Path) -> None:
    own.write_text(
        "stages:\n"
        "  - {election: Pemilu 2029, stage: pendaftaran, from: 2028-05-01, to: 2028-05-14}\n"
        "  - {election: Pemilu 2029, stage: kampanye, from: 2028-11-28, to: 2029-02-10}\n"
    )
    calendar = read_calendar("balikpapan", own)
    assert stages_of(calendar, date(2028, 8, 1)) == ("pemilu 2029",)
    assert calendar.stage_ends(date(2028, 8, 1)) is None
    following = calendar.next_after(date(2028, 8, 1))
    assert following is not None
    assert following.name == "kampanye"
    assert calendar.next_after(date(2029, 3, 1)) is None


def test_a_stage_ends_on_its_last_day_and_the_later_of_two_counts() -> None:
    assert CITY.stage_ends(date(2024, 11, 24)) == CITY.stage_ends(date(2024, 11, 26)) == date(2024, 11, 26)
    assert CITY.stage_ends(date(2024, 11, 27)) == date(2024, 12, 16)


def test_the_deployments_own_dates_stand_instead_of_the_regions(own: Path) -> None:
    own.write_text(
        "stages:\n  - {election: PILKADA ARUNIKA 2024, stage: Masa Tenang, from: 2024-11-20, to: 2024-11-21}\n"
    )
    calendar = read_calendar("arunika", own)
    assert "masa tenang" in stages_of(calendar, date(2024, 11, 20))
    assert "masa tenang" not in stages_of(calendar, date(2024, 11, 25))


def test_a_deployment_without_a_file_of_its_own_has_the_regions_stages(own: Path) -> None:
    assert read_calendar("arunika", own) == CITY


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("stages: 3\n", r"line 1: stages: must be a list"),
        ("tahapan: []\n", r"line 1: tahapan: no such field"),
        (
            "stages:\n  - {election: A, stage: b, from: 2024-01-02}\n",
            r"line 2: stages\[1\]\.to: is missing",
        ),
        (
            "stages:\n  - {election: A, stage: b, from: besok, to: 2024-01-02}\n",
            r"line 2: stages\[1\]\.from: must be a date",
        ),
        (
            "stages:\n  - {election: A, stage: b, from: 2024-01-02, to: 2024-01-01}\n",
            r"line 2: stages\[1\]\.to: 2024-01-01 is before 2024-01-02",
        ),
        (
            "stages:\n  - {election: A, stage: b, from: 2024-01-02, to: 2024-01-02, apa: 1}\n",
            r"line 2: stages\[1\]\.apa: no such field",
        ),
        (
            "stages:\n"
            "  - {election: A, stage: b, from: 2024-01-02, to: 2024-01-02}\n"
            "  - {election: a, stage: B, from: 2024-01-03, to: 2024-01-03}\n",
            r"line 3: stages\[2\]\.stage: 'B' of 'a' is given twice",
        ),
    ],
)
def test_a_bad_file_is_refused_with_its_line_and_field(own: Path, text: str, problem: str) -> None:
    own.write_text(text)
    with pytest.raises(FormatError, match=rf"tahapan\.yaml, {problem}"):
        read_calendar("arunika", own)


def test_a_file_that_is_no_text_is_refused_by_name(own: Path) -> None:
    own.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match=r"tahapan\.yaml: cannot be read"):
        read_calendar("arunika", own)


def test_an_unknown_region_names_those_there_are() -> None:
    with pytest.raises(SettingError, match=r"arunika, balikpapan, pangkalpinang"):
        read_calendar("jauh", None)
