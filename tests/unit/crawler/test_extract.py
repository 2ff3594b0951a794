"""What extraction reads from invented pages, well-formed and hostile."""

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

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


def test_a_page_without_a_known_container_is_read_by_its_prose() -> None:
    html = page(BODY * 3).replace(b"entry-content", b"x1")

    assert "pasar tetap buka seperti biasa" in read(html).text


def test_a_known_container_that_broken_markup_closes_too_early_is_not_believed() -> None:
    rest = "<p>Pedagang juga meminta lampu jalan di depan pasar diperbaiki sebelum akhir tahun ini.</p>" * 4

    found = read(page(BODY + "</div>" + rest))

    assert found.text.startswith("ARUNIKA, KabarArunika.com")
    assert found.text.endswith("sebelum akhir tahun ini.")


def test_a_table_and_a_quote_in_a_figure_are_of_the_article() -> None:
    table = "<figure class='wp-block-table'><table><tr><td>Cabai</td><td>Rp 95.000</td></tr></table></figure>"

    assert read(page(BODY + table)).text == read(page()).text + "\nCabai\nRp 95.000"


def test_a_title_that_is_only_the_outlet_gives_way_to_the_heading_in_the_address() -> None:
    html = page().replace(b"<title>Pasar Arunika tetap buka | Kabar Arunika News", b"<title>Kabar Arunika")
    address = "https://kabar.example/berita/pasar-arunika-tetap-buka"

    assert extract_page(html, address, time_zone="Asia/Jakarta").title == "Pasar Arunika tetap buka"


def test_an_outlet_is_told_from_the_title_by_its_host() -> None:
    html = b"<html><head><title>Pasar Arunika tetap buka - Gema Rakyat</title></head><body>" + BODY.encode()

    found = extract_page(html, "https://www.gemarakyat.example/1", time_zone="Asia/Jakarta")

    assert found.title == "Pasar Arunika tetap buka"


def test_an_article_that_the_page_only_lists_has_no_say() -> None:
    other = """{"@type":"NewsArticle","headline":"Kapal penumpang ditambah","datePublished":"2025-11-20T08:00:00Z",
    "author":"Penulis Lain"}"""
    own = """{"@type":"NewsArticle","headline":"Pasar Arunika tetap buka","datePublished":"2025-11-03T08:00:00Z",
    "author":"Sari Wulan"}"""
    scripts = "".join(f"<script type='application/ld+json'>{s}</script>" for s in (f"[{other}]", own))

    found = read(page(head=scripts))

    assert found.author == "Sari Wulan"
    assert found.published_at == datetime(2025, 11, 3, 8, 0, tzinfo=UTC)


def test_tags_and_the_section_of_the_breadcrumb_are_read() -> None:
    crumbs = """<script type="application/ld+json">{"@type":"BreadcrumbList","itemListElement":[
    {"@type":"ListItem","name":"Home"},{"@type":"ListItem","item":{"name":"Ekonomi"}},
    {"@type":"ListItem","name":"Pasar Arunika tetap buka"}]}</script>"""
    tags = (
        '<meta property="article:tag" content="pasar"><meta property="article:tag" content="pedagang, pasar">'
    )

    found = read(page(head=crumbs + tags))

    assert (found.section, found.tags) == ("Ekonomi", ("pasar", "pedagang"))


@pytest.mark.parametrize(
    ("shown", "day"),
    [
        ("<span>2 jam yang lalu</span> <span>3 menit baca</span>", 20),
        ("Kemarin", 19),
        ("Rabu (18/11)", 18),
        ("Ahad, 15 November", 15),
    ],
)
def test_a_date_that_counts_from_the_reading_is_read(shown: str, day: int) -> None:
    html = page().replace(b"Senin, 3 November 2025 09:15 WITA", shown.encode())
    now = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)

    found = extract_page(html, URL, time_zone="Asia/Jakarta", now=now)

    assert found.published_at is not None
    assert found.published_at.astimezone(ZoneInfo("Asia/Jakarta")).date() == date(2026, 11, day)


def test_dates_of_comments_and_of_other_articles_are_not_the_page_s() -> None:
    html = page(after="<div class='komentar'><i>5 Desember 2025 pukul 07.02 WIB</i><p>Setuju.</p></div>")
    undated = html.replace(b"Senin, 3 November 2025 09:15 WITA", b"3 November 2025")

    assert read(undated).published_at == datetime(2025, 11, 2, 17, 0, tzinfo=UTC)


def test_a_day_of_publication_goes_before_one_of_a_change() -> None:
    told = b"Diperbarui 5 November 2025 10:00 WIB</div><div>Terbit 3 November 2025 09:15 WIB"
    html = page().replace(b"Senin, 3 November 2025 09:15 WITA", told)

    assert read(html).published_at == datetime(2025, 11, 3, 2, 15, tzinfo=UTC)


def test_the_day_in_the_address_is_read_where_the_page_shows_none() -> None:
    html = page().replace(b"Senin, 3 November 2025 09:15 WITA", b"")

    found = extract_page(html, "https://kabar.example/2025/11/03/pasar", time_zone="Asia/Jakarta")

    assert found.published_at == datetime(2025, 11, 2, 17, 0, tzinfo=UTC)


def test_a_page_in_windows_1252_that_declares_nothing_is_read() -> None:
    html = page(title="“Kafé” Arunika dibuka kembali").decode().encode("cp1252")

    assert read(html).title == "“Kafé” Arunika dibuka kembali"


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
