"""Exports over HTTP: what a browser receives, what is written down, what happens when search fails."""

import re
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, IncompleteRead
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from kentongan.domain import Decision, Role
from pipeline.documents import RecordDocuments
from pipeline.formats import read_items
from pipeline.tables import Addresses, Walk
from search.embedded import EmbeddedIndex
from search.index import Document, Kind, Query, Sort
from search.sync import Job
from tests.exported import BreaksAfter, read_csv
from tests.web_city import CITY, NOW, Browser, Seen, Site, see
from webui.archive.exporting import AT_ONCE, EXPORTS_PER_USER, Slots
from webui.serve import WebServer

SOME = Addresses(lambda address: address, str)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.tables.walk.PAGE", 2)
    monkeypatch.setattr("pipeline.tables.walk.BATCH", 1)
    monkeypatch.setattr("pipeline.tables.delimited._ROWS_A_CHUNK", 1)
    monkeypatch.setattr("pipeline.tables.lines._ROWS_A_CHUNK", 1)


def breaking(site: Site, pages: int) -> Site:
    return Site(site.home, index=BreaksAfter(EmbeddedIndex(site.home / "index"), pages))


@pytest.fixture
def served(site: Site) -> Iterator[tuple[Site, HTTPConnection]]:
    """Yield a site whose index is gone after its second page, and a connection to it as the analyst."""
    other = breaking(site, 2)
    cookie = other.client(Role.ANALYST).client.get_cookie("kentongan")
    assert cookie is not None
    server = WebServer(other.app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.connect()
    connection.putrequest("GET", "/archive/export?format=csv")
    connection.putheader("Cookie", f"kentongan={cookie.value}")
    connection.endheaders()
    yield other, connection
    connection.close()
    server.stop()
    thread.join(timeout=20)
    other.close()


@pytest.mark.usefixtures("small_pages")
def test_a_csv_holds_every_row_newest_first_and_is_a_download(site: Site, analyst: Browser) -> None:
    answer = analyst.get("/archive/export?format=csv")
    rows = read_csv(answer.data)
    assert answer.status_code == 200
    assert answer.content_type == "text/csv; charset=utf-8; header=present"
    assert re.fullmatch(
        r'attachment; filename="kentongan-arunika-[0-9a-f-]{36}\.csv"', answer.headers["Content-Disposition"]
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert [row["kind"] for row in rows] == ["item"] * len(CITY) + ["whole"]
    published = [row["published_at"] for row in rows[:-1]]
    assert published == sorted(published, reverse=True)
    assert {row["text"] for row in rows[:-1]} == {seen.text for seen in CITY}  # whole, not cut


def test_the_search_of_the_page_is_the_search_of_its_export(analyst: Browser) -> None:
    for asked, number in (("q=mekarjaya", 3), ("label=identity_politics", 1), ("stance=reports", 1),
                          ("q=xyzzyq", 0), ("kind=fact_check", 1), ("kind=all", 10), ("cursor=nonsense", 9)):  # fmt: skip
        answer = analyst.get(f"/archive/export?format=csv&{asked}")
        assert len(read_csv(answer.data)) == number + 1, asked


def test_an_excel_file_and_json_lines_are_sent_too(analyst: Browser, tmp_path: Path) -> None:
    book = load_workbook(BytesIO(analyst.get("/archive/export?format=xlsx&q=mekarjaya").data))
    assert book["Data"].max_row == 4
    assert "analyst" in {row[1] for row in book["Keterangan"].iter_rows(values_only=True)}
    path = tmp_path / "a.jsonl"
    path.write_bytes(analyst.get("/archive/export?format=jsonl&q=mekarjaya").data)
    assert len(list(read_items(path))) == 3


def test_a_decision_stands_beside_its_claim(site: Site, analyst: Browser) -> None:
    claim = site.claims()[0]
    user = site.store.users.add("sari", Role.ANALYST, "kentongan berbunyi tiga kali", by="test")
    version = site.store.claims.get(claim).version
    site.store.reviews.decide(claim, user.id, Decision.ESCALATE, version_seen=version)
    rows = [
        row for row in read_csv(analyst.get("/archive/export?format=csv").data) if row["claim"] == str(claim)
    ]
    assert rows
    assert all((row["decision"], row["state"]) == ("escalate", "escalated") for row in rows)
    assert all(row["decided_at"].endswith("+07:00") for row in rows)
    assert not any("sari" in value for row in rows for value in row.values())


def test_an_export_is_written_down_before_its_first_byte_and_after_its_last(
    site: Site, analyst: Browser
) -> None:
    answer = analyst.client.get("/archive/export?format=csv&q=mekarjaya&label=hoax&sort=oldest")
    begun = site.store.audit.latest(1)[0]
    assert (begun.actor, begun.action, begun.subject) == ("analyst", "export", "mekarjaya")
    assert (begun.detail["format"], begun.detail["total"]) == ("csv", 3)
    assert (begun.detail["filters"], begun.detail["sort"]) == ({"label": ["hoax"]}, "oldest")
    assert begun.detail["export"] in answer.headers["Content-Disposition"]
    assert len(read_csv(answer.data)) == 4
    ended = site.store.audit.latest(1)[0]
    assert (ended.action, ended.subject) == ("export ended", begun.detail["export"])
    assert (ended.detail["rows"], ended.detail["whole"]) == (3, True)
    assert site.store.audit.verify() is None


def test_a_browser_that_leaves_is_written_down_and_may_come_again(site: Site, analyst: Browser) -> None:
    answer = analyst.client.get("/archive/export?format=csv")
    assert analyst.get("/archive/export?format=csv").status_code == 429  # one at a time
    answer.close()
    assert site.store.audit.latest(1)[0].detail["whole"] is False
    assert analyst.get("/archive/export?format=csv").status_code == 200


def test_so_many_exports_at_once_and_no_more() -> None:
    slots = Slots()
    held = [slots.take(name) for name in ("a", "b", "c")]  # type: ignore[arg-type]
    assert len(held) == AT_ONCE
    assert slots.take("a") is None  # type: ignore[arg-type]
    assert slots.take("d") is None  # type: ignore[arg-type]
    assert held[0] is not None
    held[0]()
    again = slots.take("a")  # type: ignore[arg-type]
    assert again is not None
    held[0]()  # twice gives nothing of the next one back
    assert slots.take("e") is None  # type: ignore[arg-type]


def test_whoever_exports_without_end_is_asked_to_wait(analyst: Browser) -> None:
    most = int(EXPORTS_PER_USER.split()[0])
    codes = [analyst.get("/archive/export?format=jsonl&q=xyzzyq").status_code for _ in range(most + 1)]
    assert codes == [200] * most + [429]


def test_a_search_that_is_down_is_a_page_and_not_a_broken_file(site: Site) -> None:
    for form in ("csv", "jsonl", "xlsx"):
        other = breaking(site, 0)
        answer = other.client(Role.ANALYST).get(f"/archive/export?format={form}")
        assert answer.status_code == 503
        assert "Pencarian sedang mati" in answer.text
        assert "Content-Disposition" not in answer.headers
        assert other.store.audit.latest(1)[0].action != "export"
        other.close()


def test_an_index_that_was_never_built_is_a_page_too(site: Site, tmp_path: Path) -> None:
    other = Site(site.home, index=EmbeddedIndex(tmp_path / "nothing"))
    answer = other.client(Role.ANALYST).get("/archive/export?format=csv")
    assert answer.status_code == 503
    other.close()


@pytest.mark.usefixtures("small_pages")
def test_a_csv_whose_search_fails_half_way_never_looks_whole(
    served: tuple[Site, HTTPConnection],
) -> None:
    site, connection = served
    answer = connection.getresponse()
    assert answer.status == 200
    with pytest.raises(IncompleteRead) as broken:  # the connection is broken off: no last chunk came
        answer.read()
    *rows, end = read_csv(broken.value.partial)
    assert len(rows) == 4
    assert (end["id"], end["kind"]) == ("#", "incomplete")
    assert "TIDAK LENGKAP" in end["notice"]
    ended = site.store.audit.latest(1)[0]
    assert (ended.action, ended.detail["rows"], ended.detail["whole"]) == ("export ended", 4, False)


@pytest.mark.usefixtures("small_pages")
def test_an_excel_file_whose_search_fails_half_way_is_a_page(site: Site) -> None:
    other = breaking(site, 2)
    answer = other.client(Role.ANALYST).get("/archive/export?format=xlsx")
    assert answer.status_code == 503
    ended = other.store.audit.latest(1)[0]
    assert (ended.action, ended.detail["whole"]) == ("export ended", False)
    other.close()


@pytest.mark.parametrize("query", ["", "format=pdf", "format=csv&since=yesterday", "format=csv&sort=rumour"])
def test_what_cannot_be_read_is_refused_with_a_page(analyst: Browser, query: str) -> None:
    answer = analyst.get(f"/archive/export?{query}")
    assert answer.status_code == 400
    assert "Isian tidak dapat dibaca" in answer.text


def test_a_head_request_exports_nothing(site: Site, analyst: Browser) -> None:
    assert analyst.client.head("/archive/export?format=csv").status_code == 200
    assert site.store.audit.latest(1)[0].action != "export"


@pytest.mark.usefixtures("small_pages")
def test_a_walk_meets_no_gap_and_no_repeat_while_items_come_and_change(site: Site) -> None:
    assert site.index is not None
    before = {str(key) for key in site.store.items.all_ids()}
    walk = Walk(site.store, site.index, Query(sort=Sort.NEWEST), places={}, addresses=SOME)
    check = site.store.fact_checks.get_many([c.id for c in site.store.fact_checks.all()])[0].id
    met: list[str] = []
    for number, row in enumerate(walk):
        met.append(row.id)
        if number < 5:
            see(
                site.store,
                Seen("kanal-warga", f"Kabar baru nomor {number} dari pasar.", hours=0),
                100 + number,
                check,
            )
            site.index.put(RecordDocuments(site.store).load(_jobs(site)))
    assert len(met) == len(set(met))
    assert before <= set(met)


def _jobs(site: Site) -> list[Job]:
    return [Job(job.id, Kind(job.kind), job.document_id) for job in site.store.outbox.pending(1000)]


@pytest.mark.usefixtures("small_pages")
def test_what_the_record_holds_no_more_is_skipped_and_counted(site: Site, analyst: Browser) -> None:
    assert site.index is not None
    gone = Document(
        "01a2001f-0000-7000-8000-000000000000", Kind.ITEM, "", "Sudah dihapus.", "", "warta", "news", NOW
    )
    site.index.put([gone])
    rows = read_csv(analyst.get("/archive/export?format=csv").data)
    assert len(rows) == len(CITY) + 1
    assert site.store.audit.latest(1)[0].detail["skipped"] == 1
