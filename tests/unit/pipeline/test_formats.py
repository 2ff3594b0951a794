"""Files of items: what is read, and how what cannot be read is named."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kentongan.domain import Label, Platform, Stance
from kentongan.errors import BadInput, FormatError
from pipeline.formats import MAX_LINE_CHARACTERS, read_items


def write(folder: Path, *lines: str, name: str = "items.jsonl") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_only_the_text_is_required(tmp_path: Path) -> None:
    (record,) = read_items(write(tmp_path, '{"text": "TPS 4 pindah"}'))

    assert (record.text, record.line, record.platform, record.labels) == ("TPS 4 pindah", 1, None, {})


def test_every_field_is_read(tmp_path: Path) -> None:
    row = {
        "id": "a1",
        "url": "https://kabar.example/1",
        "source": "kabar",
        "platform": "news",
        "title": "Judul",
        "text": "Isi",
        "author": "Redaksi",
        "published_at": "2024-11-27T08:00:00+07:00",
        "labels": {"hoax": 1, "black_campaign": 0, "identity_politics": None},
        "stance": "asserts",
        "claim_id": "c1",
        "fact_check_url": "https://cek.example/1",
    }
    (record,) = read_items(write(tmp_path, json.dumps(row)))

    assert record.platform is Platform.NEWS
    assert record.stance is Stance.ASSERTS
    assert record.published_at == datetime(2024, 11, 27, 1, tzinfo=UTC)
    assert record.published_at.tzinfo is UTC
    assert record.labels == {Label.HOAX: 1, Label.BLACK_CAMPAIGN: 0, Label.IDENTITY_POLITICS: None}


def test_csv_says_the_same_as_json_lines(tmp_path: Path) -> None:
    header = "id,text,platform,labels.hoax,labels.black_campaign,published_at"
    path = write(tmp_path, header, '7,"satu, dua",post,1,,2024-11-27T08:00:00Z', name="items.csv")
    (record,) = read_items(path)

    assert (record.id, record.text, record.platform) == ("7", "satu, dua", Platform.POST)
    assert record.labels == {Label.HOAX: 1, Label.BLACK_CAMPAIGN: None}


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"text": ""}', "text: missing or empty"),
        ("{}", "text: missing or empty"),
        ('{"text": 3}', "text: not a string"),
        ('{"text": "a", "teks": "b"}', "unknown field 'teks'"),
        ('{"text": "a", "platform": "fax"}', "platform: 'fax' is not one of"),
        ('{"text": "a", "stance": "maybe"}', "stance: 'maybe' is not one of"),
        ('{"text": "a", "published_at": "kemarin"}', "published_at: 'kemarin' is not an RFC 3339 time"),
        ('{"text": "a", "published_at": "2024-11-27T08:00:00"}', "has no time zone"),
        ('{"text": "a", "labels": {"spam": 1}}', "labels: unknown label 'spam'"),
        ('{"text": "a", "labels": {"hoax": 2}}', "labels.hoax: 2 is not 0, 1 or null"),
        ('{"text": "a", "labels": {"hoax": true}}', "labels.hoax: True is not 0, 1 or null"),
        (
            '{"text": "a", "url": "javascript:alert(1)"}',
            "url: 'javascript:alert(1)' is not an http(s) address",
        ),
        ("[" * 100_000, "not JSON"),
        ('{"text": "a", "labels": {"hoax": %s}}' % ("1" * 5000), "not JSON: a number of too many digits"),
        ('{"text": "\\u200b"}', "text: missing or empty"),
        ('{"platform": "factcheck", "text": " \\u2060 "}', "text: missing or empty"),
        (
            '{"text": "a", "published_at": "0001-01-01T00:00:00+14:00"}',
            "published_at: '0001-01-01T00:00:00+14:00'",
        ),
        (
            '{"text": "a", "published_at": "9999-12-31T23:59:59-12:00"}',
            "published_at: '9999-12-31T23:59:59-12:00'",
        ),
        ('{"text": "a", "published_at": "1989-12-31T23:59:59Z"}', "not between 1990 and 2100"),
        ('{"text": "a", "published_at": "2100-12-31T23:59:59-01:00"}', "not between 1990 and 2100"),
        ('{"text": "a", "url": "https://a.example/%s"}' % ("x" * 2000), "url: longer than 2000 bytes"),
        ('{"text": "a", "url": "https://a.example/%s"}' % ("é" * 1000), "url: longer than 2000 bytes"),
        (
            '{"text": "a", "fact_check_url": "https://a.example/%s"}' % ("x" * 2000),
            "fact_check_url: longer than",
        ),
        (
            '{"text": "a", "url": "https://sari@a.example/"}',
            "url: 'https://sari@a.example/' is not an http(s)",
        ),
        ('{"text": "a", "id": "%s"}' % ("x" * 101), "id: not one line of at most 100 characters"),
    ],
)
def test_a_bad_line_is_named_with_its_number_and_field(tmp_path: Path, line: str, named: str) -> None:
    path = write(tmp_path, '{"text": "baik"}', line)

    with pytest.raises(FormatError) as caught:
        list(read_items(path))
    assert f"{path}, line 2" in str(caught.value)
    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        (("text,labels.hoax", "a,ya"), "labels.hoax: 'ya' is not 0, 1 or empty"),
        (("text,platform", "a,post,lebih"), "another number of columns than the header"),
        (("text,labels.hoax", "a,11"), "labels.hoax: '11' is not 0, 1 or empty"),
    ],
)
def test_a_bad_csv_row_is_named_too(tmp_path: Path, lines: tuple[str, ...], named: str) -> None:
    with pytest.raises(FormatError, match="line 2") as caught:
        list(read_items(write(tmp_path, *lines, name="items.csv")))
    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("text,teks", "unknown field 'teks'"),
        ("text,", "unknown field ''"),
        ("text,labels", "unknown field 'labels'"),
        ("text,labels.spam", "unknown field 'labels.spam'"),
        ("text,id,text", "field 'text' twice"),
        ("id,title", "text: no such column"),
    ],
)
@pytest.mark.parametrize("rows", [(), ("a,",), ("a,,",)], ids=["no-rows", "short", "empty-cells"])
def test_a_bad_csv_header_is_refused_whatever_its_cells_say(
    tmp_path: Path, header: str, named: str, rows: tuple[str, ...]
) -> None:
    with pytest.raises(FormatError, match="line 1") as caught:
        list(read_items(write(tmp_path, header, *rows, name="items.csv")))
    assert named in str(caught.value)


def test_addresses_are_written_as_the_crawler_writes_them(tmp_path: Path) -> None:
    row = {
        "text": "a",
        "url": "https://A.example:443/x/?utm_source=fb#f",
        "fact_check_url": "HTTP://cek.example",
    }
    (record,) = read_items(write(tmp_path, json.dumps(row)))

    assert (record.url, record.fact_check_url) == ("https://a.example/x/", "http://cek.example/")


def test_an_address_of_numbers_keeps_its_brackets(tmp_path: Path) -> None:
    (record,) = read_items(write(tmp_path, '{"text": "a", "url": "http://[2001:DB8::1]:8080/x"}'))

    assert record.url == "http://[2001:db8::1]:8080/x"


def test_a_label_written_as_a_decimal_is_kept_as_a_whole_number(tmp_path: Path) -> None:
    (record,) = read_items(write(tmp_path, '{"text": "a", "labels": {"hoax": 1.0}}'))

    assert repr(record.labels[Label.HOAX]) == "1"


def test_a_line_without_end_is_refused_without_reading_it_whole(tmp_path: Path) -> None:
    path = write(tmp_path, "text", name="items.csv")
    with path.open("ab") as out:
        out.truncate(1_000_000_000_000)  # sparse: more than any memory holds

    with pytest.raises(FormatError, match=f"line 2: longer than {MAX_LINE_CHARACTERS} characters"):
        list(read_items(path))


def test_a_folder_and_an_endless_device_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=f"{tmp_path}: a folder, not a file"):
        list(read_items(tmp_path))
    with pytest.raises(FormatError, match=f"/dev/zero, line 1: longer than {MAX_LINE_CHARACTERS} characters"):
        list(read_items(Path("/dev/zero")))


def test_a_missing_file_and_one_that_is_not_utf8_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nowhere"):
        list(read_items(tmp_path / "nowhere.jsonl"))
    latin = tmp_path / "latin.jsonl"
    latin.write_bytes('{"text": "caf\xe9"}'.encode("latin-1"))
    with pytest.raises(BadInput, match="not UTF-8"):
        list(read_items(latin))


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_bad_input(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "items.jsonl"
    path.write_bytes(raw)
    with suppress(BadInput):
        list(read_items(path))
