"""Exports into the record: all of a file or nothing, each post once, and nobody's name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kentongan.domain import Platform
from kentongan.errors import BadInput, FormatError
from kentongan.pseudonym import is_pseudonym
from kentongan.store import Store, open_store
from pipeline.exports.registry import ExportName
from pipeline.importing import BATCH
from pipeline.importing_exports import ExportImport, import_export
from tests.unit.pipeline import export_rows as rows

KEY = "rahasia-uji"


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path / 'record.db'}")
    yield store
    store.close()


def bring_in(
    record: Store, path: Path, name: ExportName, *, url: str = "", key: str | None = KEY
) -> ExportImport:
    return import_export(
        record, path, name, url=url, region="arunika", time_zone="Asia/Jakarta", pseudonym_key=key
    )


def items(record: Store) -> list[Any]:
    return [view.item for view in record.items.views(list(record.items.all_ids()))]


def counts(report: ExportImport) -> tuple[int, int, int, int]:
    return report.created, report.revised, report.unchanged, report.repeated


def test_a_post_is_kept_masked_under_a_pseudonym_and_without_a_handle_anywhere(
    record: Store, tmp_path: Path
) -> None:
    path = rows.write_lines(tmp_path / "a.ndjson", [rows.zeeschuimer(rows.tweet(1861))])
    report = bring_in(record, path, ExportName.ZEESCHUIMER)
    (item,) = items(record)

    assert (counts(report), report.new_sources, report.authors_dropped) == ((1, 0, 0, 0), ("x",), 0)
    assert item.platform is Platform.POST
    assert item.text == "TPS 4 Arunika pindah, tanya @USER di NOMOR"
    assert is_pseudonym(item.author)
    assert "budi" not in repr(item).lower()


def test_without_a_key_authors_are_dropped_and_counted(record: Store, tmp_path: Path) -> None:
    path = rows.write_lines(tmp_path / "a.jsonl", [rows.API_TWEET])
    report = bring_in(record, path, ExportName.TWITTER, key=None)

    assert report.authors_dropped == 1
    assert [item.author for item in items(record)] == [""]


def test_one_post_in_the_exports_of_five_tools_is_one_item_of_one_author(
    record: Store, tmp_path: Path
) -> None:
    files = [
        (rows.write_lines(tmp_path / "1", [rows.zeeschuimer(rows.tweet(1861))]), ExportName.ZEESCHUIMER),
        (rows.write_table(tmp_path / "2.csv", [rows.FOURCAT]), ExportName.FOURCAT),
        (rows.write_table(tmp_path / "3.csv", [rows.FOURCAT], ";"), ExportName.FOURCAT),
        (rows.write_lines(tmp_path / "4", [rows.API_TWEET]), ExportName.TWITTER),
        (rows.write_lines(tmp_path / "5", [rows.SNSCRAPE]), ExportName.SNSCRAPE),
    ]
    authors = set()
    for path, name in files:
        bring_in(record, path, name)
        authors.add(items(record)[0].author)

    assert len(items(record)) == len(authors) == 1


def test_an_edit_is_a_revision_and_the_same_file_again_changes_nothing(record: Store, tmp_path: Path) -> None:
    first = rows.API_TWEET | {"id": "10", "text": "Kata lama", "edit_history_tweet_ids": ["10"]}
    edit = rows.API_TWEET | {"id": "12", "text": "Kata baru", "edit_history_tweet_ids": ["10", "12"]}
    bring_in(record, rows.write_lines(tmp_path / "a.jsonl", [first]), ExportName.TWITTER)
    path = rows.write_lines(tmp_path / "b.jsonl", [edit, first])  # the newest first, as answers come
    report, again = (bring_in(record, path, ExportName.TWITTER) for _ in range(2))

    assert (counts(report), counts(again)) == ((0, 1, 0, 1), (0, 0, 1, 1))
    assert [item.text for item in items(record)] == ["Kata baru"]


def test_an_edited_message_is_a_revision_by_its_number(record: Store, tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    for said in (rows.message(1), rows.message(1, text="Ralat: tidak pindah", edited_unixtime="1732670000")):
        rows.write_document(path, rows.chat("public_supergroup", said))
        report = bring_in(record, path, ExportName.TELEGRAM)

    assert counts(report) == (0, 1, 0, 0)


def test_words_passed_on_are_kept_once_and_not_beside_the_post_that_says_them(
    record: Store, tmp_path: Path
) -> None:
    def retweet(id: int, text: str) -> dict[str, str]:
        link = f"https://x.com/penerus{id}/status/{id}"
        return rows.FOURCAT | {"id": str(id), "link": link, "body": f"RT @lain: {text}", "is_retweet": "yes"}

    table = [retweet(1, "Asli"), retweet(2, "Asli"), retweet(3, rows.TEXT), rows.FOURCAT]
    path = rows.write_table(tmp_path / "a.csv", table)
    report, again = (bring_in(record, path, ExportName.FOURCAT) for _ in range(2))

    assert (counts(report), counts(again)) == ((2, 0, 0, 2), (0, 0, 2, 2))
    assert {(item.text, bool(item.author)) for item in items(record)} == {
        ("Asli", False),
        ("TPS 4 Arunika pindah, tanya @USER di NOMOR", True),
    }


def test_rows_that_are_no_post_are_told_by_their_reasons(record: Store, tmp_path: Path) -> None:
    table = [
        rows.FOURCAT,
        *({**rows.FOURCAT, "id": str(n), "link": f"https://x.com/a/status/{n}", "body": ""} for n in (2, 3)),
        rows.FOURCAT | {"id": "4", "is_withheld": "yes"},
    ]
    report = bring_in(record, rows.write_table(tmp_path / "a.csv", table), ExportName.FOURCAT)

    assert report.passed_over == {"without text": 2, "withheld": 1}
    assert report.created == 1


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        ({"unix_timestamp": "kemarin"}, "unix_timestamp: not a whole number"),
        ({"unix_timestamp": "1"}, "published_at: .* is not between 1990"),
        ({"id": "", "link": ""}, "id: missing or empty"),
    ],
)
def test_a_bad_row_deep_in_the_file_leaves_the_record_as_it_was(
    record: Store, tmp_path: Path, bad: dict[str, str], problem: str
) -> None:
    good = [rows.FOURCAT | {"id": str(n), "link": f"https://x.com/a/status/{n}"} for n in range(1, BATCH + 2)]
    path = rows.write_table(tmp_path / "a.csv", [*good, rows.FOURCAT | bad])

    with pytest.raises(FormatError, match=problem) as caught:
        bring_in(record, path, ExportName.FOURCAT)
    assert caught.value.line == len(good) + 2
    assert record.items.counts()["items"] == 0
    assert record.items.sources() == []


def test_more_posts_than_a_batch_are_all_kept(record: Store, tmp_path: Path) -> None:
    table = [
        rows.FOURCAT | {"id": str(n), "link": f"https://x.com/a/status/{n}"} for n in range(1, BATCH + 2)
    ]
    report = bring_in(record, rows.write_table(tmp_path / "a.csv", table), ExportName.FOURCAT)

    assert report.created == BATCH + 1


@pytest.mark.parametrize(
    ("name", "url", "problem"),
    [
        (ExportName.TWITTER, "https://t.me/InfoArunika", "--url: not with --export twitter-v2"),
        (ExportName.TELEGRAM, "https://lain.example/", "--url: .* is no public channel's address"),
        (ExportName.TELEGRAM, "https://t.me/InfoArunika", "--url: .* holds several chats"),
    ],
)
def test_an_address_that_fits_no_post_is_refused(
    record: Store, tmp_path: Path, name: ExportName, url: str, problem: str
) -> None:
    chats = [rows.chat("public_channel", rows.message(1), id=id) for id in (1, 2)]
    path = rows.write_document(tmp_path / "result.json", {"chats": {"list": chats}})

    with pytest.raises(BadInput, match=problem):
        bring_in(record, path, name, url=url)
    assert record.items.sources() == []
