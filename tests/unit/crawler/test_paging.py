"""Articles in several parts: found where they are, not found where a page has other pagers, made one again."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.extract import Extracted, extract_page
from crawler.joining import join_parts
from crawler.paging import MAX_PARTS, Parts, further_parts
from crawler.part_address import first_address, place_of

URL = "https://kabar.example/berita/2025/11/03/pasar-arunika-tetap-buka"
LEAD = "<p>ARUNIKA - Wali Kota Arunika meminta warga tidak percaya kabar bahwa Pasar Sawahluhur ditutup bulan depan.</p>"
BODY = (
    LEAD
    + "<p>Menurut dia, pasar tetap buka seperti biasa dan para pedagang tidak perlu pindah ke tempat lain.</p>"
)
OTHERS = "".join(
    f'<div class="kartu"><h3><a href="/berita/lain-{n}">Kabar lain nomor {n} dari Kota Arunika hari ini</a></h3>'
    f"<p>Ringkasan kabar nomor {n} yang cukup panjang untuk dibaca sebagai kalimat dalam sebuah artikel.</p></div>"
    for n in range(1, 7)
)


def page(inside: str = "", beneath: str = "", *, head: str = "", body: str = BODY, above: str = "") -> bytes:
    return (
        f"<!doctype html><html><head><title>Pasar Arunika tetap buka | Kabar Arunika</title>{head}</head><body>"
        f'<nav class="menu"><a href="/">Beranda</a><a href="/daerah">Daerah</a><a href="/daerah?page=2">2</a></nav>{above}'
        f'<main><h1>Pasar Arunika tetap buka</h1><div class="isi">{body}{inside}</div>{beneath}</main>'
        f'<footer><a href="/tentang">Tentang kami</a></footer></body></html>'
    ).encode()


def at(ending: str) -> str:
    return URL + ending


PAGED = {
    "numbers with ?page=": (
        page(beneath=f'<div class="paging">Halaman <b>1</b> <a href="{at("?page=2")}">2</a> <a href="{at("?page=3")}">3</a></div>'),
        Parts("", (at("?page=2"), at("?page=3")), 3),
    ),
    "all on one page beside the numbers, inside the article": (
        page(f'<div class="paging mb20">Halaman 1/2 <a href="{at("?page=2")}">2</a> <a href="{at("?page=all")}">Semua Halaman</a></div>'),
        Parts(at("?page=all"), (at("?page=2"),), 2),
    ),
    "show all, in words of its own": (
        page(beneath=f'<div class="pager"><a href="{at("?page=2")}">2</a><a href="{at("?page=all")}">Tampilkan Semua</a></div>'),
        Parts(at("?page=all"), (at("?page=2"),), 2),
    ),
    "a single page beside numbers in the path": (
        page(f'<div class="long-nav"><a href="{URL}">1</a><a href="{at("/2")}">2</a><a href="{at("?single=1")}">Tampilkan semua</a></div>'),
        Parts(at("?single=1"), (at("/2"),), 2),
    ),
    "WordPress, in the article": (
        page(f'<div class="page-links">Halaman: <span class="post-page-numbers current">1</span> <a class="post-page-numbers" href="{at("/2/")}">2</a> <a class="post-page-numbers" href="{at("/3/")}">3</a></div>'),
        Parts("", (at("/2/"), at("/3/")), 3),
    ),
    "WordPress, as navigation": (
        page(f'<nav class="page-links" aria-label="Page"><a class="post-page-numbers" href="{at("/2/")}">Page 2</a></nav>'),
        Parts("", (at("/2/"),), 2),
    ),
    "only the next one, by its word": (
        page(beneath=f'<p>Halaman 1 dari 4</p><p><a href="{at("?halaman=2")}">Selanjutnya</a></p>'),
        Parts("", (at("?halaman=2"),), 2),
    ),
    "a sentence that leads on": (
        page(f'<p><a href="{at("?page=2")}">Baca artikel selengkapnya di halaman berikutnya</a></p>'),
        Parts("", (at("?page=2"),), 2),
    ),
    "rel=next in the article": (
        page(f'<div><a rel="next" href="{at("/page/2")}">Teruskan</a></div>'),
        Parts("", (at("/page/2"),), 2),
    ),
    "an arrow": (
        page(beneath=f'<ul class="pagination"><li><a href="{URL}">1</a></li><li><a href="{at("?page=2")}">»</a></li></ul>'),
        Parts("", (at("?page=2"),), 2),
    ),
    "lines counted instead of parts": (
        page(beneath=f'<div>Halaman : 1 <a href="{at("/15")}">2</a> <a href="{at("/30")}">3</a> <a href="{at("/15")}">Selanjutnya</a></div>'),
        Parts("", (at("/15"), at("/30")), 3),
    ),
    "numbers with a gap: what comes later is asked later": (
        page(beneath=f'<div><a href="{at("?page=2")}">2</a> … <a href="{at("?page=9")}">9</a></div>'),
        Parts("", (at("?page=2"),), 9),
    ),
    "addresses that are relative": (
        page(beneath='<div class="halaman"><span>1</span><a href="?page=2">2</a></div>'),
        Parts("", (at("?page=2"),), 2),
    ),
    "tags and one more article between": (
        page('<p>Tag: <a href="/tag/pasar">pasar</a></p><p>Baca juga: <a href="/berita/lain">Dinas menata pasar di Sawahluhur</a></p>', f'<div class="paging"><a href="{at("?page=2")}">2</a></div>'),
        Parts("", (at("?page=2"),), 2),
    ),
    "broken lines and no element of its own": (
        page(body=f'{BODY.replace("<p>", "").replace("</p>", "<br><br>")}Halaman: 1 <a href="{at("/2/")}">2</a>'),
        Parts("", (at("/2/"),), 2),
    ),
    "a button with an icon": (
        page(beneath=f'<div><a href="{at("?page=2")}" aria-label="Halaman berikutnya"><svg></svg></a></div>'),
        Parts("", (at("?page=2"),), 2),
    ),
    "an address that follows readers about": (
        page(beneath=f'<div>Halaman 1/2 <a href="{at("?page=2")}#isi">Berikutnya</a></div>'),
        Parts("", (at("?page=2"),), 2),
    ),
    "the whole is what the page calls its own address": (
        page(beneath=f'<div><a href="{at("?page=2")}">2</a></div>', head=f'<link rel="canonical" href="{at("?page=all")}">'),
        Parts(at("?page=all"), (at("?page=2"),), 2),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGED)
def test_an_article_in_parts_is_found(name: str) -> None:
    html, expected = PAGED[name]

    assert further_parts(html, URL) == expected


NOT_PAGED = {
    "an article on one page": page(),
    "a list of its section": page(beneath='<div class="pagination"><a href="/daerah?page=2">2</a><a href="/daerah?page=3">3</a></div>'),
    "the next article, called the next page": page(beneath='<div><a rel="next" href="/berita/2025/11/03/dinas-menata-pasar">Halaman Selanjutnya</a></div>'),
    "the next article with the same title": page(beneath=f'<div><a rel="next" href="{at("-2")}">Selanjutnya</a></div>'),
    "pages of comments by their own names": page(beneath=f'<div><a href="{at("/comment-page-2/#comments")}">2</a><a href="{at("?cpage=2")}">Selanjutnya</a></div>'),
    "pages of comments that look like parts": page(beneath=f'<div id="komentar"><p>Warga: pasar ini memang selalu ramai, jadi kabar itu tidak benar.</p><a href="{at("?page=2")}">2</a></div>'),
    "pages of comments under nothing but a heading": page(beneath=f'<h4>12 Komentar</h4><p>Pasar ini memang selalu ramai setiap hari, jadi kabar itu tidak benar sama sekali.</p><div><a href="{at("?page=2")}">2</a></div>'),
    "pages of comments by where they jump to": page(beneath=f'<div><a href="{at("?page=2#komentar")}">2</a></div>'),
    "related articles in pages": page(beneath=f'<section class="berita-terkait"><a href="/berita/lain">Kabar lain dari Arunika</a><a href="{at("?page=2")}">2</a></section>'),
    "other articles in pages, without a name": page(beneath=f'<div>{OTHERS}</div><div class="paging"><a href="{at("?page=2")}">2</a></div>'),
    "a sidebar in pages": page(above=f'<aside><a href="{at("?page=2")}">Selanjutnya</a></aside>'),
    "popular articles in pages": page(beneath=f'<div class="terpopuler"><a href="/berita/lain">Kabar lain</a><a href="{at("?page=2")}">»</a></div>'),
    "pictures of the article": page(f'<div>Foto 1/8 <a href="{at("?page=2")}">Selanjutnya</a></div>'),
    "a picture in the article": page(f'<figure><a href="{at("/2")}">Foto selanjutnya</a></figure>'),
    "a page that declares a gallery": page(beneath=f'<div><a href="{at("?page=2")}">2</a></div>', head='<script type="application/ld+json">{"@type": "ImageGallery"}</script>'),
    "a share button for the same address": page(f'<p><a href="https://sosial.example/share?u={URL}?page=2">2</a></p>'),
    "another site": page(beneath='<div><a href="https://lain.example/berita/2025/11/03/pasar-arunika-tetap-buka?page=2">2</a></div>'),
    "jumps within the page": page('<div>Daftar isi <a href="#2">2</a> <a href="#3">3</a></div>'),
    "years below the article's address": page(beneath=f'<div><a href="{at("/2024")}">2</a></div>'),
    "words that are not a pager's": page(f'<p>Simak <a href="{at("?page=2")}">laporan Dinas Pasar</a> itu.</p>'),
    "a pager and no article": page(body="", beneath=f'<div><a href="{at("?page=2")}">2</a></div>'),
    "a pager of everything, above the article": page(above=f'<div class="paging"><a href="{at("?page=2")}">2</a></div>'),
    "back to the first part": page(beneath=f'<div><a href="{URL}">1</a><a href="{at("?page=1")}">Sebelumnya</a></div>'),
    "the same address with a mark of who sent the reader": page(f'<p><a href="{at("?utm_source=wa")}">Selanjutnya</a></p>'),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_PAGED)
def test_a_page_that_is_not_paged_is_not_fetched_again(name: str) -> None:
    assert further_parts(NOT_PAGED[name], URL) == Parts()


@pytest.mark.parametrize(
    "url",
    [
        "https://kabar.example/",
        "https://kabar.example/foto/2025/pasar-arunika",
        "https://kabar.example/foto-berita/12/pasar",
    ],
)
def test_front_pages_and_galleries_have_no_parts(url: str) -> None:
    html = page(beneath=f'<div><a href="{url}?page=2">2</a></div>')

    assert further_parts(html, url) == Parts()


def test_the_whole_on_one_page_has_no_further_parts() -> None:
    html = page(beneath=f'<div><a href="{at("?page=2")}">2</a><a href="{at("?page=all")}">Semua</a></div>')

    assert further_parts(html, at("?page=all"), first=URL) == Parts()


def test_the_second_part_tells_the_third_and_not_the_first() -> None:
    html = page(
        beneath=f'<div><a href="{URL}">1</a> 2 <a href="{at("/3/")}">3</a> <a href="{at("/9/")}">9</a></div>'
    )

    assert further_parts(html, at("/2/"), first=URL, number=2) == Parts("", (at("/3/"),), 9)


def test_the_word_next_leads_on_from_where_one_is() -> None:
    html = page(
        beneath=f'<div><a href="{URL}">Sebelumnya</a><a href="{at("/30")}">Selanjutnya</a></div>',
    )

    assert further_parts(html, at("/15"), first=URL, number=2).rest == (at("/30"),)


def test_parts_of_one_article_are_bounded() -> None:
    links = "".join(f'<a href="{at(f"?page={n}")}">{n}</a> ' for n in range(2, 40))
    parts = further_parts(page(beneath=f"<div>{links}</div>"), URL)

    assert len(parts.rest) == MAX_PARTS - 1
    assert parts.total == 39
    assert further_parts(page(beneath=f"<div>{links}</div>"), URL, number=MAX_PARTS) == Parts()


def test_an_article_whose_address_is_a_query_has_parts_too() -> None:
    url = "https://kabar.example/?p=123"
    html = page(
        beneath='<div><a href="/?p=123&amp;page=2">2</a><a href="/?p=124&amp;page=3">3</a></div>',
    )

    assert further_parts(html, url).rest == ("https://kabar.example/?p=123&page=2",)


def test_what_is_no_page_has_no_parts() -> None:
    assert further_parts(b"\x00\x01\x02" * 50, URL) == Parts()
    assert further_parts(b"", URL) == Parts()


@pytest.mark.parametrize(
    ("url", "first", "written"),
    [
        (f"{URL}?page=2", URL, 2),
        (f"{URL}/?page=2", URL, 2),
        (f"{URL}/halaman/2", URL, 2),
        (f"{URL}-part2", URL, 2),
        (f"{URL}-2", URL, None),
        ("https://kabar.example/a-2.html", "https://kabar.example/a.html", 2),
        ("https://kabar.example/b-2.html", "https://kabar.example/a.html", None),
        ("https://www.kabar.example/a/3", "http://kabar.example/a", 3),
        ("https://kabar.example/a?id=7&page=3", "https://kabar.example/a?id=7", 3),
        ("https://kabar.example/a?id=8&page=3", "https://kabar.example/a?id=7", None),
        ("https://kabar.example/a/2025", "https://kabar.example/a", None),
        ("https://kabar.example:8443/a/2", "https://kabar.example/a", None),
        ("mailto:redaksi@kabar.example", URL, None),
        (f"{URL}?page=1e9", URL, None),
        (f"{URL}?page=²", URL, None),
    ],
)
def test_an_address_is_of_an_article_or_not(url: str, first: str, written: int | None) -> None:
    place = place_of(url, first)

    assert (place.written if place else None) == written


def test_an_address_without_its_part_is_that_of_the_first() -> None:
    assert first_address(f"{URL}?page=2&utm_source=wa") == URL
    assert first_address(f"{URL}?page=all") == URL
    assert first_address("https://kabar.example/?p=12&page=3") == "https://kabar.example/?p=12"
    assert first_address(f"{URL}/2/") == f"{URL}/2/"  # it may be the article's own number
    assert first_address("mailto:redaksi@kabar.example") == ""


def part(text: str, ending: str = "", title: str = "Pasar Arunika tetap buka") -> Extracted:
    return Extracted(at(ending), title, text, "", None, "", (), "id", noindex=bool(ending))


ONE = "Wali Kota Arunika meminta warga tidak percaya kabar bahwa pasar ditutup.\nPasar tetap buka seperti biasa."
TWO = "Pedagang mengaku lega setelah mendengar penjelasan itu.\nDinas Pasar akan memasang pengumuman."


def test_parts_become_one_article_at_the_address_of_the_first() -> None:
    joined = join_parts([part(ONE), part(TWO, "?page=2", title="Pasar Arunika tetap buka - Halaman 2")])

    assert joined.text == f"{ONE}\n{TWO}"
    assert (joined.url, joined.title) == (URL, "Pasar Arunika tetap buka")
    assert not joined.noindex  # what the second part asks is not asked of the first


@pytest.mark.parametrize(
    "repeated",
    [
        "Pasar Arunika tetap buka",
        "Pasar Arunika Tetap Buka - Halaman 2",
        "Pasar Arunika tetap buka (2)",
        "Wali Kota Arunika meminta warga tidak percaya kabar bahwa pasar ditutup.",
        "Wali Kota Arunika meminta warga tidak percaya kabar…",
        "Halaman: 1 2 3 Selanjutnya",
        "Tampilkan Semua",
    ],
)
def test_title_lead_and_pager_are_not_repeated(repeated: str) -> None:
    assert join_parts([part(ONE), part(f"{repeated}\n{TWO}", "/2/")]).text == f"{ONE}\n{TWO}"


def test_what_may_be_said_twice_is_kept_twice() -> None:
    short = '"Tidak benar," katanya.'

    assert join_parts([part(f"{ONE}\n{short}"), part(f"{short}\n{TWO}", "/2/")]).text.count(short) == 2
    assert join_parts([part(f"{ONE}\n{ONE}")]).text == f"{ONE}\n{ONE}"  # a part is left as it is


def test_the_whole_takes_nothing_from_the_first_part_twice() -> None:
    joined = join_parts([part(f"{ONE}\nHalaman 1 2 Selanjutnya"), part(f"{ONE}\n{TWO}", "?page=all")])

    assert joined.text == f"{ONE}\n{TWO}"
    assert joined.url == URL


def test_date_and_author_come_from_the_first_part_that_tells_them() -> None:
    told = Extracted(at("/2/"), "", TWO, "Sari Wulan", datetime(2025, 11, 3, tzinfo=UTC), "", (), "id", False)

    joined = join_parts([part(ONE), told])

    assert (joined.author, joined.published_at) == ("Sari Wulan", datetime(2025, 11, 3, tzinfo=UTC))


def test_read_pages_in_parts_become_one_text() -> None:
    pager = f'<div class="paging">Halaman 1/2 <a href="{at("?page=2")}">2</a> <a href="{at("?page=2")}">Selanjutnya</a></div>'
    second = (
        "<p>Pedagang mengaku lega setelah mendengar penjelasan itu dari lurah dan dari petugas pasar.</p>"
    )
    pages = [(page(pager), URL), (page(body=LEAD + second), at("?page=2"))]

    joined = join_parts([extract_page(html, url, time_zone="Asia/Jakarta") for html, url in pages])

    assert [line.split()[0] for line in joined.text.splitlines()] == ["ARUNIKA", "Menurut", "Pedagang"]
    assert joined.url == URL


@pytest.fixture(scope="module")
def saved(shared_data: Path) -> list[tuple[str, str, str]]:
    """Saved articles of four outlets, none of them in parts: address, page, the last words of the article."""
    folder = shared_data / "html" / "articles_2015_17"
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    return [
        (said["url"], (folder / name).read_text(encoding="utf-8", errors="replace"), said["content"][-18:])
        for name, said in gold.items()
        if "content" in said and "/readfoto/" not in said["url"]
    ]


def test_no_saved_article_on_one_page_is_taken_for_a_part(saved: list[tuple[str, str, str]]) -> None:
    assert len(saved) == 14
    assert [url for url, html, _ in saved if further_parts(html.encode(), url) != Parts()] == []


def test_a_pager_is_found_beneath_saved_articles_and_nowhere_else(saved: list[tuple[str, str, str]]) -> None:
    """Each saved page with a pager put after its article, at its head and at its foot."""
    beneath = 0
    for url, html, end in saved:
        pager = f'<div class="paging">Halaman 1/2 <a href="{url}?page=2">2</a></div>'
        found = list(re.finditer(r"\s+".join(map(re.escape, end.split())), html))
        if found:
            beneath += 1
            cut = found[-1].end()
            assert further_parts(f"{html[:cut]}{pager}{html[cut:]}".encode(), url).rest == (f"{url}?page=2",)
        head, foot = html.index(">", html.index("<body")) + 1, html.rindex("</body>")
        for cut in (head, foot):
            assert further_parts(f"{html[:cut]}{pager}{html[cut:]}".encode(), url) == Parts()
    assert beneath >= 9
