"""What extraction reads from invented pages, well-formed and hostile."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import CrawlError
from crawler.extract import Extracted, extract_page
from crawler.source_file import Selectors

URL = "https://kabar.example/berita/1"
BODY = "".join(
    f"<p>{s}</p>"
    for s in (
        "ARUNIKA, KabarArunika.com - Wali Kota Arunika meminta warga tidak percaya kabar bahwa pasar ditutup.",
        "Menurut dia, pasar tetap buka seperti biasa dan pedagang tidak perlu pindah ke tempat yang lain.",
    )
)


def page(body: str = BODY, head: str = "", after: str = "", title: str = "Pasar Arunika tetap buka") -> bytes:
    return f"""<!doctype html><html lang="en-US"><head><title>{title} | Kabar Arunika News</title>{head}</head><body>
    <h1>{title}</h1><div class="tgl">Senin, 3 November 2025 09:15 WITA</div>
    <div class="entry-content">{body}</div>{after}</body></html>""".encode()


def read(html: bytes, selectors: Selectors | None = None) -> Extracted:
    return extract_page(html, URL, time_zone="Asia/Jakarta", selectors=selectors)


def test_a_page_gives_title_body_date_and_language() -> None:
    found = read(page())

    assert found.title == "Pasar Arunika tetap buka"
    assert found.text.startswith("ARUNIKA, KabarArunika.com - Wali Kota")
    assert found.text.count("\n") == 1
    assert found.published_at == datetime(2025, 11, 3, 1, 15, tzinfo=UTC)
    assert found.language == "id"  # whatever lang="en-US" says
    assert found.url == URL


def test_declared_data_goes_before_what_is_shown() -> None:
    head = """<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","headline":"Pasar Arunika tetap buka",
    "datePublished":"2025-11-03T08:00:00+07:00","author":[{"@type":"Person","name":"Sari Wulan"}],
    "articleSection":"Ekonomi"}]}</script><link rel="canonical" href="/berita/satu?utm_source=x">"""

    found = read(page(head=head))

    assert found.published_at == datetime(2025, 11, 3, 1, 0, tzinfo=UTC)
    assert (found.author, found.section, found.url) == (
        "Sari Wulan",
        "Ekonomi",
        "https://kabar.example/berita/satu",
    )


def test_a_local_clock_that_calls_itself_utc_is_corrected_by_the_zone_shown() -> None:
    head = '<meta name="pubdate" content="2025-11-03T09:15:30Z">'

    assert read(page(head=head)).published_at == datetime(2025, 11, 3, 1, 15, 30, tzinfo=UTC)


def test_broken_json_ld_is_passed_over() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": </script>'

    assert read(page(head=head)).title == "Pasar Arunika tetap buka"


@pytest.mark.parametrize(
    "furniture",
    [
        '<p>Baca juga: <a href="/x">Harga ikan di Arunika turun lagi</a></p>',
        '<ul><li><a href="/x">Harga ikan di Arunika turun lagi</a></li><li><a href="/y">Jembatan baru dibuka</a></li></ul>',
        '<a href="/x">Harga ikan di Arunika turun lagi</a><br><a href="/y">Jembatan Arunika baru dibuka</a><br>',
        "<p>Editor: Sari Wulan</p><p>COPYRIGHT © Kabar Arunika 2025</p>",
        "<script>var iklan = 1</script><style>p {color: red}</style><form>Kirim komentar</form>",
        "<h3>Tinggalkan Balasan</h3><p>Great post about ikan, visit my casino</p>",
    ],
)
def test_furniture_inside_the_article_is_cut(furniture: str) -> None:
    assert read(page(BODY + furniture)).text == read(page()).text


def test_comments_below_the_article_are_not_read() -> None:
    spam = "<p>Nice article, visit my casino page for more bonus.</p>" * 50

    found = read(page(after=f'<div id="comments"><h3>50 Komentar</h3>{spam}</div>'))

    assert "casino" not in found.text


def test_a_page_without_a_known_container_is_read_by_trafilatura() -> None:
    html = page(BODY * 3).replace(b"entry-content", b"x1")

    assert "pasar tetap buka seperti biasa" in read(html).text


def test_the_headline_is_not_repeated_as_the_first_line_of_the_article() -> None:
    html = page(f"<h2>Pasar Arunika tetap buka</h2>{BODY}")

    assert read(html).text == read(page()).text


def test_a_source_may_name_its_own_elements() -> None:
    html = page('<div class="isi">Isi yang benar.</div><div class="iklan">Beli</div>')

    found = read(html, Selectors(title=".tgl", body=".isi", date=".tgl"))

    assert found.text == "Isi yang benar."
    assert found.title.startswith("Senin")


def test_a_selector_that_no_longer_finds_anything_gives_no_text_rather_than_a_guess() -> None:
    assert read(page(), Selectors(body=".isi-lama")).text == ""


def test_a_page_that_asks_not_to_be_kept_says_so() -> None:
    assert read(page(head='<meta name="robots" content="noindex, follow">')).noindex
    assert not read(page(head='<meta name="robots" content="max-image-preview:large">')).noindex


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16", "cp1252", "no-such-encoding"])
def test_any_declared_encoding_is_survived(encoding: str) -> None:
    assert extract_page(page(), URL, time_zone="Asia/Jakarta", encoding=encoding).url == URL


def test_text_in_latin_1_is_read_as_the_page_declares() -> None:
    html = (
        page(head='<meta charset="iso-8859-1">', title="Kafé Arunika dibuka kembali")
        .decode()
        .encode("cp1252")
    )

    assert read(html).title == "Kafé Arunika dibuka kembali"


@pytest.mark.parametrize(
    "html",
    [
        page("<div>" * 20_000 + "inti" + "</div>" * 20_000),
        page("<b>" * 50_000 + "inti"),
        page("<p>x" * 60_000),
        page('<a href="/a">tautan yang cukup panjang</a><br>' * 20_000),
        page("\u202e\u0000\ufeff" + BODY),
        page("A" * 3_000_000),
        page(head="<script type='application/ld+json'>" + "[" * 50_000 + "</script>"),
        page(head='<meta name="pubdate" content="' + "9" * 100_000 + '">'),
        page(title="1 " * 50_000),
        page("<table>" * 3000),
        bytes(range(256)) * 2000,
    ],
    ids=[
        "divs",
        "open-b",
        "open-p",
        "links",
        "controls",
        "one-word",
        "json",
        "date",
        "title",
        "tables",
        "noise",
    ],
)
def test_a_hostile_page_costs_bounded_time_and_no_surprise(html: bytes) -> None:
    started = time.process_time()

    try:
        found = read(html)
    except CrawlError:
        found = None

    assert time.process_time() - started < 5
    assert found is None or "\u202e" not in found.text


@pytest.mark.parametrize("html", [b"", b"   "])
def test_what_is_no_page_is_an_error(html: bytes) -> None:
    with pytest.raises(CrawlError, match="not a readable page"):
        read(html)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_give_an_answer_or_one_clear_error(raw: bytes) -> None:
    try:
        found = read(raw)
    except CrawlError:
        return
    assert isinstance(found.text, str)
