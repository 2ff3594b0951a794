"""Importing: all of a file or nothing of it, and each thing once."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from kentongan.errors import FormatError
from kentongan.store import Store, open_store
from pipeline.importing import BATCH, ImportReport, import_items

CHECK = {
    "text": "Semua TPS ditutup",
    "platform": "factcheck",
    "url": "https://cek.example/1",
    "labels": {"hoax": 1},
}
GOOD = [{"text": f"Kabar nomor {n} dari Arunika", "id": f"g{n}", "source": "kanal"} for n in range(BATCH + 1)]


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path / 'record.db'}")
    yield store
    store.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "items.jsonl"


def bring_in(record: Store, path: Path, rows: Sequence[object]) -> ImportReport:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return import_items(record, path, region="arunika", time_zone="Asia/Jakarta", pseudonym_key=None)


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        ({"text": "a", "url": "https://a.example/" + "x" * 3000}, "url: longer than 2000 bytes"),
        ({"text": "\u200b"}, "text: missing or empty"),
        (CHECK | {"text": "\u200b"}, "text: missing or empty"),
        (CHECK | {"url": "https://a.example/" + "é" * 1000}, "url: longer than 2000 bytes"),
        (CHECK | {"url": ""}, "url: a fact-check needs its address"),
        (CHECK | {"labels": {}}, "labels.hoax: a fact-check needs"),
        ({"text": "a", "id": "x" * 101}, "id: not one line"),
        ({"text": "Lain", "id": "g3", "source": "kanal"}, "id: 'g3' is line 4's too, with another text"),
    ],
)
def test_a_bad_line_deep_in_the_file_leaves_the_record_as_it_was(
    record: Store, path: Path, bad: dict[str, object], named: str
) -> None:
    with pytest.raises(FormatError) as caught:
        bring_in(record, path, [*GOOD, bad])

    assert f"{path}, line {len(GOOD) + 1}: {named}" in str(caught.value)
    assert record.items.counts()["items"] == 0
    assert record.items.sources() == []


def test_two_spellings_of_one_address_are_one_item(record: Store, path: Path) -> None:
    said = {"text": "satu dua tiga"}
    urls = ("https://A.example:443/x/?utm_source=fb#f", "https://a.example/x/")
    report = bring_in(record, path, [said | {"url": url} for url in urls])

    assert (report.created, report.revised, report.unchanged) == (1, 0, 1)
    assert [view.item.url for view in record.items.views(list(record.items.all_ids()))] == [urls[1]]


def test_two_posts_that_one_page_quotes_are_two_items_and_stay_two(record: Store, path: Path) -> None:
    rows = [
        {"text": "satu", "id": "a/1", "url": "https://a.example/x"},
        {"text": "dua", "url": "https://a.example/x"},
        {"text": "tiga", "url": "https://a.example/y"},
    ]
    first, again = bring_in(record, path, rows), bring_in(record, path, rows)

    assert (first.created, again.created, again.revised, again.unchanged) == (3, 0, 0, 3)
    urls = {view.item.text: view.item.url for view in record.items.views(list(record.items.all_ids()))}
    assert urls["satu"] == "https://a.example/x#a%2F1"
    assert urls["dua"].startswith("https://a.example/x#")
    assert urls["tiga"] == "https://a.example/y"


def test_a_check_with_two_verdicts_in_one_file_is_refused_naming_both_lines(
    record: Store, path: Path
) -> None:
    with pytest.raises(
        FormatError, match=r"line 2: labels\.hoax: line 1 gives this very check another verdict"
    ):
        bring_in(record, path, [CHECK, CHECK | {"labels": {"hoax": 0}}])


def test_a_check_and_the_article_it_stands_in_may_share_an_address(record: Store, path: Path) -> None:
    article = {"text": "Isi artikel periksa fakta", "platform": "news", "url": CHECK["url"], "source": "cek"}
    report = bring_in(record, path, [CHECK, article])

    assert (report.created, report.fact_checks) == (2, 1)


def test_the_same_text_twice_is_kept_once(record: Store, path: Path) -> None:
    row = {"text": "Kabar  dari Arunika", "id": "a"}
    report = bring_in(record, path, [row, row | {"text": "Kabar dari Arunika "}, {"text": "lain", "id": "b"}])

    assert (report.created, report.revised, report.unchanged) == (2, 0, 1)


def test_one_id_in_two_sources_is_two_items(record: Store, path: Path) -> None:
    rows = [{"text": "satu", "id": "1", "source": "kanal"}, {"text": "dua", "id": "1", "source": "suara"}]

    assert bring_in(record, path, rows).created == 2
