"""What one robots.txt says to us, however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.robots import MAX_BYTES, read_rules

SITE = "https://arunika.example"
CLOSED = b"User-agent: *\nDisallow: /\n"


def allows(body: bytes, path: str = "/berita") -> bool:
    return read_rules(body, "Kentongan").allow(f"{SITE}{path}")


@pytest.mark.parametrize(
    "body",
    [
        CLOSED,
        b"\xef\xbb\xbf" + CLOSED,
        CLOSED.replace(b"\n", b"\r\n"),
        CLOSED.replace(b"\n", b"\r"),
        b"\xff\xfe\x80\n" + CLOSED,
        b"user-AGENT:*\nDISALLOW:/ # semua\n",
        b"User-agent: Kentongan\nDisallow: /\n",
        b"User-agent: KENTONGAN\nDisallow: /\n",
        b"User-agent: Kentongan/1.0 (+https://x.example)\nDisallow: /\n",
        b"User-agent kentongan\nDisallow /\n",
        b"User-agent: lain\nUser-agent: kentongan\nDisallow: /\n",
        b"User-agent: kentongan\nDisallow: /a\n\nUser-agent: lain\nAllow: /\n\nUser-agent: kentongan\nDisallow: /\n",
    ],
)
def test_what_is_closed_to_us_is_closed_in_each_way_of_writing_it(body: bytes) -> None:
    assert not allows(body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"# kosong\n",
        b"User-agent: Ken\nDisallow: /\n",
        b"User-agent: Kentongan-Foto\nDisallow: /\n",
        b"User-agent: tongan\nDisallow: /\n",
        CLOSED + b"User-agent: Kentongan\nAllow: /\n",
        b"User-agent: *\nDisallow:\n",
        b"Disallow: /\n",
    ],
)
def test_what_is_said_to_others_is_not_said_to_us(body: bytes) -> None:
    assert allows(body)


def test_a_group_that_only_begins_like_our_name_does_not_open_what_is_closed_to_all() -> None:
    assert not allows(CLOSED + b"User-agent: Ken\nAllow: /\n")


def test_the_longest_rule_wins_and_at_the_same_length_the_one_that_allows() -> None:
    body = b"User-agent: *\nAllow: /berita/\nDisallow: /berita/arsip\nAllow: /sama\nDisallow: /sama\n"

    assert allows(body, "/berita/baru")
    assert not allows(body, "/berita/arsip/1")
    assert allows(body, "/sama")


def test_a_rule_at_500_kibibytes_is_heeded_and_a_line_that_is_cut_is_not() -> None:
    rule = b"Disallow: /rahasia\n"
    early = b"User-agent: *\n" + b"#" * (500 * 1024 - 40) + b"\n" + rule + b"#" * 1_000_000
    start = b"User-agent: *\n" + b"#" * (MAX_BYTES - 14 - len("Disallow: /r") - 1) + b"\n"

    assert not allows(early, "/rahasia")
    assert allows(start + rule + b"Disallow: /lain\n", "/ramai")


@pytest.mark.parametrize(
    ("line", "seconds"),
    [("7", 7), ("0.5", 0.5), ("-1", 0), ("nan", 0), ("inf", 0), ("segera", 0), ("1e400", 0), ("3600", 3600)],
)
def test_the_pause_between_requests_is_a_number_of_seconds(line: str, seconds: float) -> None:
    assert read_rules(f"User-agent: *\nCrawl-delay: {line}\n".encode(), "Kentongan").crawl_delay == seconds


def test_our_own_pause_counts_and_not_everybodys() -> None:
    body = b"User-agent: *\nCrawl-delay: 60\nUser-agent: kentongan\nCrawl-delay: 2\n"

    assert read_rules(body, "Kentongan").crawl_delay == 2


@pytest.mark.parametrize(
    ("body", "strange"),
    [
        (b"<!doctype html><title>Arunika</title><p>Beranda</p>", True),
        (b"\x1f\x8b\x08\x00\x80\x81", True),
        (b"", False),
        (b"# tidak ada aturan\n", False),
        (b"Sitemap: https://arunika.example/peta.xml\n", False),
        (CLOSED, False),
    ],
)
def test_a_file_without_any_rule_is_noticed(body: bytes, strange: bool) -> None:
    assert read_rules(body, "Kentongan").strange is strange


def test_rules_with_many_stars_take_no_time_to_speak_of() -> None:
    body = b"User-agent: *\n" + b"Disallow: /" + b"*a" * 200 + b"*b$\n"

    assert allows(body, "/" + "a" * 1900)


@given(
    st.binary(max_size=300)
    | st.text(alphabet="user-agent:*\n disallow/#K\r\ufeff", max_size=200).map(str.encode)
)
def test_whatever_the_bytes_are_there_is_an_answer(body: bytes) -> None:
    rules = read_rules(body, "Kentongan")

    assert rules.allow(f"{SITE}/berita") in (True, False)
    assert rules.crawl_delay >= 0
