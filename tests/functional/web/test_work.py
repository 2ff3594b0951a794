"""Kinerja over HTTP: what is told, what is withheld, what is too little, and that nobody can be told from it."""

import csv
import re
import shutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import get_type_hints
from uuid import UUID

import pytest

from kentongan.domain import Decision, Label, Role, User
from kentongan.teamwork import values
from kentongan.teamwork.periods import Period
from pipeline.teamwork import COLUMNS, Figures
from tests.factories import make_user
from tests.office import Office, fill_weeks, hours
from tests.web_city import Browser, Site

NOW = datetime.now(UTC)
PEOPLE = ("qorisandika", "wijayantara", "zulfakhri")  # such as stand in no other word
READERS = {Role.ADMINISTRATOR, Role.ANALYST, Role.SECOND_READER, Role.REVIEWER, Role.HEAD}


def people(site: Site) -> list[User]:
    return [make_user(site.store, name) for name in PEOPLE]


@pytest.fixture(scope="module")
def busy_home(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the home of the city after four weeks of work, to be copied."""
    home = Path(shutil.copytree(city, tmp_path_factory.mktemp("busy") / "home"))
    site = Site(home)
    fill_weeks(Office(site.store, people(site)), NOW)
    site.close()
    return home


@pytest.fixture
def busy(busy_home: Path, tmp_path: Path) -> Iterator[Site]:
    site = Site(Path(shutil.copytree(busy_home, tmp_path / "busy")))
    yield site
    site.close()


def in_english(site: Site) -> Browser:
    browser = site.client(Role.ANALYST)
    browser.post("/language", page="/kinerja/", language="en")
    return browser


def seen(page: str, section: str) -> str:
    """Return the words of one section."""
    found = re.search(rf'<section[^>]*aria-labelledby="{section}".*?</section>', page, re.S)
    assert found is not None, section
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


@pytest.fixture
def english(site: Site) -> Browser:
    return in_english(site)


def test_an_empty_record_says_of_each_figure_why_there_is_none(english: Browser) -> None:
    page = english.get("/kinerja/").text
    assert "No morning has been noted yet" in seen(page, "top")
    assert "No decision in this period" in seen(page, "times")
    assert "No decision in this period on a marked claim" in seen(page, "rulings")
    assert "No claim was decided by two people" in seen(page, "agreement")
    assert "No figure is a target" in page


def test_every_figure_is_told_with_what_it_is_of(busy: Site) -> None:
    english = in_english(busy)
    for period in Period:
        answer = english.get(f"/kinerja/?period={period.value}")
        assert answer.status_code == 200
        assert len(answer.data) < 100_000
        page = answer.text
        assert re.search(r"\d+% of what is decided: \d+ of \d+\.", seen(page, "top"))
        assert re.search(r"min is the median: .* From \d+ decisions\.", seen(page, "times"))
        assert re.search(r"any mark \d+ of \d+ \d", seen(page, "rulings"))
        assert re.search(r"0\.\d\d", seen(page, "agreement"))
        assert page.count("<svg") > 10
        assert "style=" not in page
    assert english.get("/kinerja/?period=2y").status_code == 400


def test_the_file_holds_the_numbers_of_the_page_and_its_export_is_audited(busy: Site) -> None:
    english = in_english(busy)
    answer = english.get("/kinerja/berkas.csv?period=3m")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "kinerja-3m-" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    top = next(row for row in rows if (row["figure"], row["of"]) == ("top 20: worth work", "period"))
    assert f"{top['counted']} of {top['among']}." in seen(english.get("/kinerja/?period=3m").text, "top")
    holes = [row for row in rows if row["state"] == "not noted"]
    assert len(holes) >= 2
    assert {row["value"] for row in holes} == {""}  # never a zero
    assert busy.store.audit.latest(1)[0].action == "export work figures"


def test_nobody_can_be_told_from_page_or_file(busy: Site) -> None:
    """Names and ids of all who decided, in whatever form, and any id at all: nothing of it is there."""
    english, users = in_english(busy), [busy.store.users.named(name) for name in PEOPLE]
    for path in ("/kinerja/", "/kinerja/?period=1y", "/kinerja/berkas.csv", "/kinerja/berkas.csv?period=1y"):
        text = english.get(path).text
        main = text.split("<main", 1)[-1].split("</main>", 1)[0]
        for user in users:
            assert user is not None
            assert user.name not in text, path
            assert str(user.id) not in text
            assert user.id.hex not in text
        assert re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-", main) == []
    for query in ("user=analyst", "person=analyst", "by=user", "group=person"):  # there is nothing to ask for
        assert english.get(f"/kinerja/berkas.csv?{query}").text == english.get("/kinerja/berkas.csv").text


def test_no_figure_has_room_for_a_person() -> None:
    def parts(kind: object) -> set[object]:
        if not (isinstance(kind, type) and is_dataclass(kind)):
            return {kind}
        hints = get_type_hints(kind)
        return {kind}.union(*(parts(inner) for f in fields(kind) for inner in _inner(hints[f.name])))

    found = parts(Figures)
    assert {
        values.TopDay,
        values.Times,
        values.WeekTimes,
        values.Backlog,
        values.Rulings,
        values.Missed,
    } <= found
    assert not {UUID, User} & found
    names = [f.name for kind in found if isinstance(kind, type) and is_dataclass(kind) for f in fields(kind)]
    assert [name for name in names if re.search("user|person|people|who|name|actor|by_", name)] == []


def _inner(kind: object) -> set[object]:
    return set(getattr(kind, "__args__", ())) or {kind}


def test_times_of_fewer_than_three_people_are_withheld_with_the_reason(site: Site, english: Browser) -> None:
    office = Office(site.store, people(site)[:2])
    for number in range(12):
        came = NOW - hours(60 - number)
        office.decides(office.comes(came, Label.HOAX), came + hours(2), person=number % 2)
    said = seen(english.get("/kinerja/").text, "times")
    assert "Withheld: fewer than 3 people decided in this period." in said
    assert "median" not in said
    rows = list(csv.DictReader(StringIO(english.get("/kinerja/berkas.csv").data.decode("utf-8-sig"))))
    times = [row for row in rows if row["figure"].startswith("waited")]
    assert {row["state"] for row in times} == {"withheld: fewer than three people decided"}
    assert {row["counted"] + row["value"] for row in times} == {""}


def test_a_week_of_one_person_is_withheld_within_a_period_of_three(site: Site, english: Browser) -> None:
    office = Office(site.store, people(site))
    for week in range(2):
        for number in range(6):
            came = NOW - timedelta(weeks=week + 1)
            office.decides(office.comes(came, Label.HOAX), came + hours(2), person=number % 3 if week else 0)
    page = english.get("/kinerja/").text
    assert re.search(r"\d{4} withheld", seen(page, "times"))
    assert "Withheld: fewer" not in seen(page, "times")
    assert re.search(r'<path[^>]*fill="url\(#hatch\)"[^>]*stroke', page)


def test_a_sample_too_small_says_so_and_a_large_one_gives_its_range(site: Site, english: Browser) -> None:
    office = Office(site.store, people(site))
    for number in range(20):
        drawn = office.draws(NOW - hours(5))
        if number == 9:
            assert "Too few to say: 9 of the sample are decided" in seen(
                english.get("/kinerja/").text, "missed"
            )
        if number < 12:
            office.decides(drawn, NOW - hours(4), Decision.WATCH if number < 3 else Decision.DISMISS)
    said = seen(english.get("/kinerja/").text, "missed")
    found = re.search(r"about (\d+) claims missed, (\d+) to (\d+) with 95 % certainty, of about (\d+)", said)
    assert found is not None, said
    count, least, most, every = map(int, found.groups())
    assert every >= 400
    assert count == round(every * 3 / 12)
    assert least < count < most
    assert "3 of 12 decided" in said
    assert "Not decided yet" in said


def test_who_reads_claims_reads_the_figures_and_nobody_else(site: Site) -> None:
    for role in Role:
        status = 200 if role in READERS else 403
        assert site.client(role).get("/kinerja/").status_code == status, role
        assert site.client(role).get("/kinerja/berkas.csv").status_code == status, role
        if status == 200:
            assert 'href="/kinerja/"' in site.client(role).get("/kinerja/").text
