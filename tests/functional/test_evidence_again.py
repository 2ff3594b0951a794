"""Evidence of what was read in parts, and of what was taken away: both replay offline."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import build_app
from kentongan.store import Store, open_store
from tests.commands import Outcome
from tests.functional.again import make_due
from tests.functional.crawl_sites import Site, article, database_url, make_source, run_crawl, serve

PATH = "/berita/pasar"
PARTS = (
    "<p>Wali Kota Arunika meminta warga tidak percaya kabar bahwa pasar kota akan ditutup tiga hari.</p>",
    "<p>Pedagang mengaku lega setelah mendengar penjelasan itu dari lurah dan petugas pasar setempat.</p>",
)


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as served:
        pager = "".join(f'<a href="{PATH}?page={n}">{n}</a> ' for n in (1, 2))
        for number, body in enumerate(PARTS, 1):
            page = article("Pasar Arunika tetap buka", f'{body}<div class="paging">{pager}</div>')
            served.add(f"{PATH}?page={number}" if number > 1 else PATH, page)
        served.add("/", f'<main><a href="{PATH}">Pasar</a></main>')
        yield served


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(database_url(tmp_path))
    yield opened
    opened.close()


def crawl(home: Path, site: Site) -> None:
    run_crawl(home, make_source(site.url, f'index: {{urls: ["{site.url}/"], links: "main a"}}'))


def evidence(home: Path, site: Site, *words: str) -> Outcome:
    result = CliRunner().invoke(
        build_app(["evidence"]),
        ["evidence", f"{site.url}{PATH}", *words],
        env={"KENTONGAN_HOME": str(home), "KENTONGAN_REGION": "arunika"},
        catch_exceptions=False,
    )
    return Outcome(result.exit_code, result.stdout, result.stderr)


def test_captures_that_are_only_together_the_text_of_a_version_say_so(
    site: Site, store: Store, tmp_path: Path
) -> None:
    crawl(tmp_path, site)
    captures = evidence(tmp_path, site, "--json").json["captures"]

    assert [(c["state"], c["revision"], c["part"]) for c in captures] == [("ok", 1, True), ("ok", 1, True)]
    assert "a part of the text of version 1" in evidence(tmp_path, site).out


def test_the_answer_that_an_article_was_taken_away_is_evidence_and_no_version_of_it(
    site: Site, store: Store, tmp_path: Path
) -> None:
    crawl(tmp_path, site)
    site.add(
        PATH,
        article("Tidak ditemukan", "<p>Halaman ini sudah tidak tersedia lagi di situs kami.</p>"),
        status=410,
    )
    make_due(store)
    crawl(tmp_path, site)
    outcome = evidence(tmp_path, site, "--json")
    last = outcome.json["captures"][-1]

    assert outcome.code == 0
    assert (last["state"], last["http_status"], last["revision"], last["text"]) == ("ok", 410, None, "")
    assert "not there any more" in last["unread"]
