"""Source files: what is read, and what is refused with file, line and field."""

from pathlib import Path

import pytest

from crawler.errors import SourceFileError
from crawler.source_file import host_of, parse_source, read_sources, shipped_sources
from kentongan.domain import Permission, SourceKind

GOOD = """\
name: kabar-arunika
title: Kabar Arunika
kind: press
permission: penuh
home: https://www.kabararunika.example/
region: arunika
time_zone: Asia/Makassar
feeds: ["https://www.kabararunika.example/feed/"]
index:
  urls: ["https://www.kabararunika.example/terkini"]
  links: article h2 a
selectors:
  body: .isi
  remove: [.iklan, .terkait]
delay_seconds: 2.5
"""


def replaced(line: str, by: str) -> str:
    assert line in GOOD
    return GOOD.replace(line, by)


def test_a_source_file_gives_its_source_and_its_lists() -> None:
    parsed = parse_source(GOOD, "kabar.yaml")

    assert parsed.source.kind is SourceKind.PRESS
    assert parsed.source.time_zone == "Asia/Makassar"
    assert parsed.index is not None
    assert parsed.index.links == "article h2 a"
    assert parsed.selectors.remove == (".iklan", ".terkait")
    assert parsed.hosts == {"kabararunika.example"}
    assert parsed.active


def test_permission_is_feed_only_when_the_file_is_silent() -> None:
    text = replaced("permission: penuh\n", "").replace(
        GOOD[GOOD.index("index:") : GOOD.index("selectors")], ""
    )

    parsed = parse_source(text, "kabar.yaml")

    assert parsed.source.permission is Permission.FEED_ONLY
    assert parsed.feed_only


@pytest.mark.parametrize(
    ("line", "by", "field", "number"),
    [
        ("title: Kabar Arunika\n", "", "title: is missing", 1),
        ("kind: press", "kind: koran", "kind: 'koran' is not one of", 3),
        ("permission: penuh", "permission: bebas", "permission: 'bebas'", 4),
        ("home: https://www.kabararunika.example/", "home: ftp://a.example/", "home: 'ftp", 5),
        ("time_zone: Asia/Makassar", "time_zone: Asia/Arunika", "time_zone: 'Asia/Arunika'", 7),
        ("delay_seconds: 2.5", "delay_seconds: -1", "delay_seconds: -1", 15),
        ("delay_seconds: 2.5", "delay_seconds: true", "delay_seconds: True", 15),
        ("delay_seconds: 2.5", "wartawan: Budi", "wartawan: no such field", 15),
        ("  body: .isi", "  badan: .isi", "selectors.badan: no such field", 13),
        ("  body: .isi", "  body: '..isi'", "selectors.body: '..isi' is not a CSS selector", 13),
        ("  links: article h2 a\n", "", "index.links: is missing", 10),
        ("name: kabar-arunika", "name: Kabar Arunika", "name: 'Kabar Arunika' must be", 1),
        ("title: Kabar Arunika", "title: Kabar\ntitle: Arunika", "title: is given twice", 3),
        ("permission: penuh", "permission: feed-saja", "permission: feed-saja reads feeds only", 4),
    ],
)
def test_a_mistake_is_named_with_file_line_and_field(line: str, by: str, field: str, number: int) -> None:
    with pytest.raises(SourceFileError) as caught:
        parse_source(replaced(line, by), "kabar.yaml")

    assert str(caught.value).startswith(f"kabar.yaml, line {number}: {field}")
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "a: [", "just words", "a: &x [*x]", "? [a]\n: b"])
def test_a_file_that_is_no_mapping_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(SourceFileError, match=r"^kabar\.yaml") as caught:
        parse_source(text, "kabar.yaml")

    assert "\n" not in str(caught.value)


def test_a_channel_has_a_channel_and_nothing_else() -> None:
    with pytest.raises(SourceFileError, match="public_channel"):
        parse_source(replaced("kind: press", "kind: public_channel"), "kanal.yaml")


def test_a_fact_checker_cannot_be_read_by_its_feed_alone() -> None:
    text = GOOD[: GOOD.index("index:")].replace("penuh", "feed-saja").replace("press", "fact_checker")

    with pytest.raises(SourceFileError, match="verdicts stand on the pages"):
        parse_source(text, "cek.yaml")


def test_two_files_with_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")

    with pytest.raises(SourceFileError, match=r"b\.yaml: name: 'kabar-arunika' is in another file"):
        read_sources(tmp_path)


def test_shipped_sources_are_readable_and_say_why_they_may_be_read() -> None:
    shipped = shipped_sources()

    assert {"antara-babel", "inibalikpapan", "turnbackhoax"} <= {s.name for s in shipped}
    assert all(s.basis and s.delay_seconds >= 5 for s in shipped)


def test_antara_is_never_read_beyond_its_feed() -> None:
    assert all(s.feed_only for s in shipped_sources() if s.name.startswith("antara-"))


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.kabararunika.example./a", "kabararunika.example"),
        ("http://kabararunika.example.:8080/", "kabararunika.example:8080"),
    ],
)
def test_a_host_with_the_dot_of_the_root_is_the_same_host(url: str, host: str) -> None:
    assert host_of(url) == host
