"""The public statement: on the pages, as files, and from the terminal."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner, Result

from cli.main import build_app
from kentongan.domain import Role
from kentongan.errors import BadInput
from kentongan.reports.canonical import digest
from kentongan.sharing.values import Period
from pipeline.statements.figures import half_year, read_period
from tests.web_city import KEY, Browser, Site

TODAY = datetime.now(ZoneInfo("Asia/Jakarta")).date()  # as the invented city has it
SINCE, UNTIL = TODAY - timedelta(days=40), TODAY - timedelta(days=1)


@pytest.fixture
def site(city: Path, tmp_path: Path) -> Iterator[Site]:
    site = Site(Path(shutil.copytree(city, tmp_path / "home")))
    yield site
    site.close()


@pytest.fixture
def run(site: Site, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("KENTONGAN_HOME", str(site.home))
    monkeypatch.setenv("KENTONGAN_REGION", "arunika")
    monkeypatch.setenv("KENTONGAN_SECRET_KEY", KEY)
    return lambda *words: CliRunner().invoke(build_app(["report"]), ["report", *words])


def publish(browser: Browser, since: date = SINCE, until: date = UNTIL) -> str:
    path = f"/pernyataan/terbitkan?since={since}&until={until}"
    page = browser.get(path).text
    seal = re.search(r'name="sha256" value="(\w{64})"', page)
    assert seal is not None
    answer = browser.post(
        "/pernyataan/terbitkan", since=since.isoformat(), until=until.isoformat(), sha256=seal[1]
    )
    assert answer.status_code == 303, answer.text
    return answer.location or ""


def test_only_what_was_published_is_seen_and_by_everybody(site: Site) -> None:
    stranger, head = site.client(), site.client(Role.HEAD)
    assert "Belum ada yang diterbitkan" in stranger.get("/pernyataan/").text
    assert site.client().get("/pernyataan/terbitkan").status_code == 303
    first = publish(head)
    page = stranger.get("/pernyataan/").text
    assert "<h1" in page
    assert page.partition("<footer")[0] == stranger.get(first).text.partition("<footer")[0]
    assert "belum dicatat oleh versi ini" in page
    for person in Role:
        assert f">{person.value}<" not in page
    data = stranger.get(f"{first}/unduh/json")
    assert digest(data.text) in page
    text = stranger.get(f"{first}/unduh/md").text
    assert text.startswith("# Pernyataan publik Kota Arunika")
    assert digest(data.text) in text
    assert stranger.get(f"{first}/unduh/pdf").status_code == 404
    second = publish(site.client(Role.ADMINISTRATOR))  # a correction
    page = stranger.get("/pernyataan/").text
    assert f'href="{first}"' in page
    assert f'href="{second}" aria-current="page"' in page
    assert [e.action for e in site.store.audit.latest(1)] == ["publish statement"]


def test_no_two_statements_tell_by_their_difference_what_each_withholds(site: Site) -> None:
    head, day = site.client(Role.HEAD), timedelta(days=1)
    publish(head)
    for since, until in ((SINCE, UNTIL - day), (SINCE + day, UNTIL), (SINCE - day, UNTIL), (UNTIL, UNTIL)):
        page = head.get(f"/pernyataan/terbitkan?since={since}&until={until}").text
        seal = re.search(r'name="sha256" value="(\w{64})"', page)
        assert seal is not None
        days = {"since": since.isoformat(), "until": until.isoformat()}
        answer = head.post("/pernyataan/terbitkan", **days, sha256=seal[1])
        assert answer.status_code == 409
        assert "selisih keduanya" in answer.text
    assert len(site.store.statements.all()) == 1
    publish(head, SINCE - 9 * day, SINCE - day)


def test_figures_that_changed_since_they_were_read_are_not_published(site: Site) -> None:
    head = site.client(Role.HEAD)
    answer = head.post(
        "/pernyataan/terbitkan", since=SINCE.isoformat(), until=UNTIL.isoformat(), sha256="0" * 64
    )
    assert answer.status_code == 409
    assert site.store.statements.all() == []
    assert head.get("/pernyataan/terbitkan?since=x&until=y").status_code == 422
    assert head.get(f"/pernyataan/terbitkan?since={SINCE}&until={TODAY}").status_code == 422  # not over


def test_the_document_says_how_each_figure_was_counted_and_hides_what_is_small(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    words = ("--public", "--since", SINCE.isoformat(), "--until", TODAY.isoformat())
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert (document["format"], document["version"]) == ("kentongan-statement", 1)
    figures = document["figures"]
    assert set(figures) == {
        "collected", "flagged", "dismissed", "referred", "missed", "precision", "escrow_openings",
        "data_requests", "coverage",
    }  # fmt: skip
    assert all(figure["counted"] for figure in figures.values())
    assert figures["collected"]["total"] == 9
    kinds = {row["of"]: row["count"] for row in figures["collected"]["source_kinds"]}
    assert kinds == {"press": None, "public_channel": None, "government": 0, "fact_checker": 0, "field": 0}
    assert figures["escrow_openings"]["total"] == 0
    assert figures["data_requests"] == {
        "counted": figures["data_requests"]["counted"], "total": None, "note": "belum dicatat oleh versi ini",
    }  # fmt: skip
    assert small([figures[name] for name in ("flagged", "dismissed", "referred")]) == []
    for name in ("p.md", "p.json"):
        assert run(*words, "-o", str(tmp_path / name)).exit_code == 0
        assert run(*words, "-o", str(tmp_path / name)).exit_code == 1  # never overwrites
    assert json.loads((tmp_path / "p.json").read_text()) == document
    assert (tmp_path / "p.md").read_text().rstrip() == run(*words).stdout.rstrip()


def small(figure: Any) -> list[Any]:
    """Return the numbers from 1 to 4 in a figure, wherever they stand."""
    if isinstance(figure, dict):
        return [n for value in figure.values() for n in small(value)]
    if isinstance(figure, list):
        return [n for value in figure for n in small(value)]
    return [figure] if isinstance(figure, int) and 0 < figure < 5 else []


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--public", "--since", "2026-01-01"), "until: give both"),
        (("--public", "--since", "x", "--until", "2026-01-01"), "since: 'x' is not a date"),
        (("--public", "--since", "2026-02-01", "--until", "2026-01-01"), "until: is before"),
        (("--public", "--since", "2020-01-01", "--until", "2024-01-01"), "more than 366 days"),
        (("--public", "--since", "2098-01-01", "--until", "2098-02-01"), "future"),
        (("--public", "-o", "x.pdf"), "--out"),
        (("--public", "list"), "--public: stands alone"),
        (("--since", "2026-01-01"), "--public: is missing"),
    ],
)
def test_what_is_asked_wrongly_is_named(
    run: Callable[..., Result], words: tuple[str, ...], problem: str
) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert problem in result.stderr


def test_the_other_commands_of_reports_stand_as_they_were(run: Callable[..., Result]) -> None:
    assert run("list", "--json").exit_code == 0
    assert run().exit_code == 2


@pytest.mark.parametrize(
    ("today", "since", "until"),
    [
        ("2026-11-30", "2026-01-01", "2026-06-30"),
        ("2026-07-01", "2026-01-01", "2026-06-30"),
        ("2026-06-30", "2025-07-01", "2025-12-31"),
        ("2026-01-01", "2025-07-01", "2025-12-31"),
    ],
)
def test_the_last_half_year_that_is_over(today: str, since: str, until: str) -> None:
    assert half_year(date.fromisoformat(today)) == Period(
        date.fromisoformat(since), date.fromisoformat(until)
    )


def test_a_period_of_a_year_is_the_longest() -> None:
    assert read_period("2024-01-01", "2024-12-31", TODAY).until == date(2024, 12, 31)
    with pytest.raises(BadInput):
        read_period("2024-01-01", "2025-01-01", TODAY)
