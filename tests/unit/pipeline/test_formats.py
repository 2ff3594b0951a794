"""Files of items: what is read, and how what cannot be read is named."""

import json
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kentongan.domain import Label, Platform, Stance
from kentongan.errors import BadInput, FormatError
from pipeline.formats import read_items


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
    assert record.published_at is not None
    assert record.published_at.utcoffset() == timedelta(hours=7)
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
        (("text,teks", "a,b"), "unknown field 'teks'"),
    ],
)
def test_a_bad_csv_row_is_named_too(tmp_path: Path, lines: tuple[str, ...], named: str) -> None:
    with pytest.raises(FormatError, match="line 2") as caught:
        list(read_items(write(tmp_path, *lines, name="items.csv")))
    assert named in str(caught.value)


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
