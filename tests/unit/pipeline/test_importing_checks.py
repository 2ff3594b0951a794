"""Importing fact-checks: a saved answer or page of a publisher, and the development archive."""

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from crawler.factchecks.names import CheckShape
from kentongan.domain import Verdict
from kentongan.errors import BadInput, FormatError
from kentongan.store import Store, open_store
from pipeline.importing_archive import import_archive
from pipeline.importing_checks import CheckImport, import_checks
from tests.unit.crawler.factchecks.invented import ERROR_PAGE, PROSE, claim_review, page

URL = "https://cek.example/cekfakta/pasar-1"


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path / 'record.db'}")
    yield store
    store.close()


def bring_in(record: Store, path: Path, body: object, shape: CheckShape, url: str = "") -> CheckImport:
    path.write_text(body if isinstance(body, str) else json.dumps(body), encoding="utf-8")
    return import_checks(record, path, shape, url=url, region="arunika", time_zone="Asia/Jakarta")


def mafindo(number: int, **fields: object) -> dict[str, object]:
    return {
        "id": str(number),
        "status": "2",
        "classification": "False Context",
        "title": f"[SALAH] Pasar Arunika nomor {number} ditutup",
        "content": "“Pasar ditutup”",
        "fact": PROSE,
        "tanggal": "2025-11-03",
    } | fields


def test_an_answer_is_kept_once_and_what_is_no_check_is_counted_and_named(
    record: Store, tmp_path: Path
) -> None:
    rows = [mafindo(1), mafindo(2), mafindo(3, title="[ENTAHLAH] Pasar"), mafindo(4, title="[ENTAHLAH] Kota")]

    first = bring_in(record, tmp_path / "a.json", rows, CheckShape.YUDISTIRA)
    again = bring_in(record, tmp_path / "a.json", rows, CheckShape.YUDISTIRA)

    assert (first.created, first.unchanged, first.refused) == (2, 0, 2)
    assert first.reasons == {"unknown verdict 'ENTAHLAH'": 2}
    assert "record 3" in first.refusals[0]
    assert (again.created, again.revised, again.unchanged) == (0, 0, 2)
    checks = record.fact_checks.all()
    assert {c.claim for c in checks} == {f"Pasar Arunika nomor {n} ditutup" for n in (1, 2)}
    assert {s.name for s in record.items.sources()} == {"yudistira"}


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([mafindo(1), mafindo(2, title=None)], "record 2: field 'title' is missing or empty"),
        ([mafindo(1), "halo"], "record 2: it is not an object"),
        ([], "neither a record nor a list"),
        (ERROR_PAGE, "not JSON"),
        ([mafindo(1, title="[ENTAHLAH] Pasar")], "nothing to keep"),
    ],
)
def test_a_file_that_lost_its_shape_is_named_and_nothing_is_kept(
    record: Store, tmp_path: Path, rows: object, named: str
) -> None:
    with pytest.raises(BadInput) as caught:
        bring_in(record, tmp_path / "a.json", rows, CheckShape.YUDISTIRA)

    assert named in str(caught.value)
    assert caught.value.exit_code == 2
    assert list(record.fact_checks.all()) == []
    assert record.items.sources() == []


def test_two_checks_of_one_address_are_not_kept_one_over_the_other(record: Store, tmp_path: Path) -> None:
    rows = [mafindo(1), mafindo(1, title="[SALAH] Jembatan Arunika roboh")]

    report = bring_in(record, tmp_path / "a.json", rows, CheckShape.YUDISTIRA)

    assert (report.created, report.refused) == (1, 1)
    assert "another check of the file has this address" in report.refusals[0]


def test_a_saved_page_is_kept_at_the_address_it_came_from(record: Store, tmp_path: Path) -> None:
    body = page("Keliru: Pasar", "", review=claim_review("Pasar Arunika ditutup", "Keliru"))

    with pytest.raises(BadInput, match="--url"):
        bring_in(record, tmp_path / "a.html", body, CheckShape.TEMPO)
    bring_in(record, tmp_path / "a.html", body, CheckShape.TEMPO, url=URL)

    [check] = record.fact_checks.all()
    assert (check.url, check.verdict, check.source) == (URL, Verdict.REFUTED, "tempo-cekfakta")


def test_a_saved_list_that_tells_its_checks_is_read_as_one(record: Store, tmp_path: Path) -> None:
    card = '<a class="cekfakta-list-link" href="/cekfakta/read/2025/11/03/1/pasar"><h1>[HOAKS] Pasar Arunika tutup</h1></a>'
    url = "https://www.kompas.example/cekfakta/hoaks-atau-fakta"

    assert bring_in(record, tmp_path / "a.html", page("x", card), CheckShape.KOMPAS, url=url).created == 1
    with pytest.raises(BadInput, match="drift"):
        bring_in(record, tmp_path / "b.html", ERROR_PAGE, CheckShape.KOMPAS, url=url)


@pytest.mark.parametrize("url", ["ftp://a.example/", "pasar"])
def test_an_address_that_is_none_is_refused(record: Store, tmp_path: Path, url: str) -> None:
    with pytest.raises(BadInput, match="--url"):
        bring_in(record, tmp_path / "a.html", page("x", ""), CheckShape.TEMPO, url=url)


def row(number: int, **fields: object) -> dict[str, object]:
    return {
        "id": f"set:{number}",
        "text": f"Pasar Arunika nomor {number} ditutup",
        "title": f"Pasar Arunika nomor {number} ditutup",
        "source": "cek.example",
        "url": f"https://cek.example/{number}",
        "date": "2025-11-03",
        "platform": "factcheck",
        "dataset": "set",
        "labels": {"hoax": 1},
        "raw_label": "SALAH|claim_title",
        "group_id": "g",
        "split": "dev",
    } | fields


def archive(record: Store, folder: Path, claims: Sequence[object], articles: Sequence[object]) -> CheckImport:
    for name, rows in (("claims", claims), ("factcheck_articles", articles)):
        lines = "\n".join(json.dumps(r) for r in rows)
        (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    return import_archive(record, folder, region="arunika", time_zone="Asia/Jakarta")


def test_of_an_article_the_title_is_the_claim_and_its_prose_never(record: Store, tmp_path: Path) -> None:
    article = row(9, title="[SALAH] Jembatan Arunika roboh", text=PROSE, raw_label="SALAH", labels=None)

    archive(record, tmp_path, [row(1)], [article])

    assert {c.claim for c in record.fact_checks.all()} == {
        "Pasar Arunika nomor 1 ditutup",
        "Jembatan Arunika roboh",
    }


def test_rows_without_an_address_or_with_a_shared_one_are_told_apart_by_their_ids(
    record: Store, tmp_path: Path
) -> None:
    shared = "https://cek.example/x"
    rows = [row(1, url=None), row(2, url=shared), row(3, url=shared)]

    first = archive(record, tmp_path, rows, [])
    again = archive(record, tmp_path, rows, [])

    assert (first.created, again.unchanged) == (3, 3)
    assert {c.url for c in record.fact_checks.all()} == {
        "https://cek.example/#set%3A1",
        f"{shared}#set%3A2",
        f"{shared}#set%3A3",
    }


def test_no_row_is_passed_over_in_silence(record: Store, tmp_path: Path) -> None:
    claims = [
        row(1),
        row(2, raw_label="EDUKASI|claim_title", labels=None),
        row(3, raw_label="?|claim_title", labels=None),
        row(4, raw_label="BENAR|claim_title"),
        row(5, raw_label="hoax=1|title_only"),
    ]
    articles = [row(1, raw_label="SALAH", text=PROSE), row(6, title=PROSE, raw_label="SALAH", text=PROSE)]

    report = archive(record, tmp_path, claims, articles)

    assert (report.created, report.refused) == (2, 5)
    assert report.created + report.refused == len(claims) + len(articles)
    assert report.reasons == {
        "unknown verdict 'EDUKASI'": 1,
        "a check without a verdict in words": 1,
        "labels.hoax contradicts the publisher's word 'BENAR'": 1,
        "the check of an earlier file's row": 1,
        "the claim holds the checker's own words, not the claim": 1,
    }


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        ({"id": 5}, "line 2: id: not a text"),
        ({"url": "bukan alamat"}, "line 2: url: no address in it"),
        ({"labels": {"hoax": 7}}, "line 2: labels.hoax"),
        ({"pengarang": "x"}, "line 2: unknown field 'pengarang'"),
        ({"title": "", "raw_label": "SALAH"}, "line 2: title: not a text"),
    ],
)
def test_a_bad_row_is_named_by_line_and_field_and_nothing_is_kept(
    record: Store, tmp_path: Path, bad: dict[str, object], named: str
) -> None:
    with pytest.raises(FormatError, match=named):
        archive(record, tmp_path, [row(1), row(2, **bad)], [])
    assert list(record.fact_checks.all()) == []


@pytest.mark.parametrize("body", [b"\x1f\x8bkacau", b"\xff\xfe\x00", b"{", b"[1]"])
def test_a_file_that_is_no_archive_is_bad_input(record: Store, tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "claims.jsonl.gz"
    path.write_bytes(body)

    with pytest.raises(BadInput, match=r"claims\.jsonl\.gz"):
        import_archive(record, path, region="arunika", time_zone="Asia/Jakarta")


def test_a_part_of_the_real_archive_is_kept_or_counted_row_by_row(
    record: Store, shared_data: Path, tmp_path: Path
) -> None:
    for name in ("claims.jsonl.gz", "factcheck_articles.jsonl.gz"):
        with gzip.open(shared_data / name) as whole:
            (tmp_path / name).write_bytes(b"".join(whole.readline() for _ in range(400)))

    report = import_archive(record, tmp_path, region="arunika", time_zone="Asia/Jakarta")

    assert report.created + report.refused == 800
    assert report.created > 600
    assert not any("faktanya" in c.claim.lower() for c in record.fact_checks.all())
