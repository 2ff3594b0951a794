"""`kentongan evidence`: real crawls into real WARC files, the sites gone, everything read back offline."""

import shutil
import stat
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import build_app
from kentongan.domain import NewItem, Platform
from kentongan.store import open_store
from tests.commands import Command, Outcome
from tests.factories import make_source as make_record_source
from tests.functional.again import make_due
from tests.functional.crawl_sites import article, database_url, make_source, prose, run_crawl, serve

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Kabar</title><item><title>Kabar singkat</title>
<link>{0}/c1</link><description>Ringkasan kabar singkat dari Arunika.</description></item></channel></rss>"""
POST = """<html><body><div class="tgme_widget_message" data-post="pasar/{0}"><div class="tgme_widget_message_text">
Sebarkan! Pasar ditutup besok, hubungi 0812-3456-7890</div></div></body></html>"""


@dataclass
class Archive:
    home: Path
    news: str  # addresses
    feed: str
    post: str
    pages: dict[str, bytes]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    home = tmp_path_factory.mktemp("evidence")
    with serve() as news, serve() as feed, serve() as channel:
        sources = [
            make_source(news.url, f'index: {{urls: ["{news.url}/"], links: "a"}}', name="news"),
            make_source(feed.url, f'feeds: ["{feed.url}/rss"]', name="feed", permission="feed-saja"),
            make_source(channel.url, f"channel: {channel.url}/s/pasar", name="kanal", kind="public_channel"),
        ]
        first = article(
            "Pasar Arunika Ditutup Tiga Hari", prose("pasar") + "<script>alert(1)</script>"
        ).encode()
        later = first.replace(b"Tiga Hari", b"Dua Hari").replace(b"empat puluh orang", b"lima puluh orang")
        news.add("/", '<html><body><a href="/a1">baca</a></body></html>')
        news.add("/a1", first)
        feed.add("/rss", FEED.format(feed.url), kind="text/xml")
        channel.add("/s/pasar", POST.format(7))
        run_crawl(home, *sources)
        news.add("/a1", later)
        store = open_store(database_url(home))
        make_due(store)
        run_crawl(home, sources[0])
        store.collector.save_source(make_record_source("laporan"))
        store.collector.save_item(
            NewItem("laporan", Platform.NEWS, "Teks dari warga.", "https://w.example/1")
        )
        store.close()
        where = (f"{news.url}/a1", f"{feed.url}/c1", f"{channel.url}/pasar/7")
    return Archive(home, *where, {"first": first, "later": later})


@pytest.fixture
def archive(crawled: Archive, tmp_path: Path) -> Archive:
    """Return a copy of the data folder, to be damaged."""
    home = Path(shutil.copytree(crawled.home, tmp_path / "home"))
    return Archive(home, crawled.news, crawled.feed, crawled.post, crawled.pages)


@pytest.fixture
def evidence(archive: Archive) -> Command:
    def run(*words: str) -> Outcome:
        result = CliRunner().invoke(
            build_app(["evidence"]),
            ["evidence", *words],
            env={"KENTONGAN_HOME": str(archive.home), "KENTONGAN_REGION": "arunika", "COLUMNS": "100"},
            catch_exceptions=False,
        )
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return run


def test_both_versions_of_an_edited_page_are_replayed_offline_and_verified(
    archive: Archive, evidence: Command
) -> None:
    outcome = evidence(archive.news, "--json")
    first, later = outcome.json["captures"]

    assert (outcome.code, outcome.err) == (0, "")
    assert [first["state"], later["state"]] == ["ok", "ok"]
    assert [first["revision"], later["revision"]] == [1, 2]
    assert [first["sha256"], later["sha256"]] == [
        sha256(archive.pages[name]).hexdigest() for name in ("first", "later")
    ]
    assert (first["title"], later["title"]) == (
        "Pasar Arunika Ditutup Tiga Hari",
        "Pasar Arunika Ditutup Dua Hari",
    )
    assert "empat puluh orang" in first["text"]
    assert "lima puluh orang" in later["text"]
    assert first["warc_path"].startswith("evidence/")
    assert first["fetched_at"] < later["fetched_at"]
    assert (first["bytes"], first["http_status"]) == (len(archive.pages["first"]), 200)
    assert evidence(outcome.json["item"], "--json").json == outcome.json


def test_what_is_printed_is_text_and_never_html(archive: Archive, evidence: Command) -> None:
    outcome = evidence(archive.news)

    assert outcome.code == 0
    assert "capture 1: ok" in outcome.out
    assert "the text of version 2" in outcome.out
    assert "Warga Sawah Luhur membahas pasar" in outcome.out
    assert not any(mark in outcome.out for mark in ("<p>", "<script", "alert(1)", "</"))


def test_items_of_feeds_and_channels_are_found_in_what_was_kept_for_their_list(
    archive: Archive, evidence: Command
) -> None:
    [from_feed] = evidence(archive.feed, "--json").json["captures"]
    [post] = evidence(archive.post, "--json").json["captures"]

    assert (from_feed["text"], from_feed["revision"]) == ("Ringkasan kabar singkat dari Arunika.", 1)
    assert (post["text"], post["revision"]) == ("Sebarkan! Pasar ditutup besok, hubungi NOMOR", 1)


def test_the_stored_bytes_are_written_once_for_this_user_alone(
    archive: Archive, evidence: Command, tmp_path: Path
) -> None:
    target = tmp_path / "halaman.html"

    assert evidence(archive.news, "--payload", str(target)).code == 0
    assert target.read_bytes() == archive.pages["later"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    again = evidence(archive.news, "--payload", str(target), "--capture", "1")
    assert (again.code, "File exists" in again.err) == (2, True)
    assert target.read_bytes() == archive.pages["later"]
    older = tmp_path / "lama.html"
    assert evidence(archive.news, "--payload", str(older), "--capture", "1").code == 0
    assert older.read_bytes() == archive.pages["first"]


@pytest.mark.parametrize("flaw", ["missing", "damaged", "different"])
def test_a_flaw_is_named_with_its_capture_and_fails(
    archive: Archive, evidence: Command, tmp_path: Path, flaw: str
) -> None:
    first, later = evidence(archive.news, "--json").json["captures"]
    path = archive.home / later["warc_path"]
    if flaw == "missing":
        path.unlink()
    elif flaw == "damaged":
        path.write_bytes(path.read_bytes()[:-20])
    else:
        path.write_bytes((archive.home / first["warc_path"]).read_bytes()[first["warc_offset"] :])
    target = tmp_path / "halaman.html"
    outcome = evidence(archive.news, "--json", "--payload", str(target))

    assert outcome.code == 1
    assert outcome.err.count("\n") == 1
    assert f"capture 2 ({flaw}): {later['warc_path']}" in outcome.err
    assert [c["state"] for c in outcome.json["captures"]] == ["ok", flaw]
    assert outcome.json["captures"][1]["text"] == ""
    assert not target.exists()
    assert f"capture 2: {flaw} - " in evidence(archive.news).out
    assert evidence(archive.news, "--capture", "1").code == 0


def test_a_text_that_was_handed_in_has_no_captures(evidence: Command, tmp_path: Path) -> None:
    outcome = evidence("https://w.example/1", "--json")
    assert (outcome.code, outcome.json["captures"]) == (0, [])
    assert "handed in" in evidence("https://w.example/1").out
    assert evidence("https://w.example/1", "--payload", str(tmp_path / "x")).code == 2


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["https://w.example/2"], 1),
        (["01a2001f-0000-7000-8000-000000000000"], 1),
        (["https://w.example/1", "--capture", "1"], 2),
        (["https://w.example/1", "--capture", "0"], 2),
        ([], 2),
    ],
)
def test_what_is_not_there_is_one_line_and_a_code(evidence: Command, words: list[str], code: int) -> None:
    outcome = evidence(*words)
    assert outcome.code == code
    assert outcome.err.startswith("kentongan: ")


def test_each_look_is_in_the_audit_log(archive: Archive, evidence: Command, tmp_path: Path) -> None:
    item = evidence(archive.news, "--json", "--payload", str(tmp_path / "x")).json["item"]
    store = open_store(database_url(archive.home))
    entry = store.audit.latest(1)[0]
    store.close()
    assert (entry.action, entry.subject) == ("view evidence", item)
    assert entry.actor.startswith("cli:")
    assert entry.detail["payload"] == str(tmp_path / "x")
