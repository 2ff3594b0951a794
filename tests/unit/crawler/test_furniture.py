"""What is told from an article by its tag, its name or how a line begins."""

import pytest
from lxml.html import HtmlElement

from crawler.furniture import is_beside, is_discussion, is_insert, is_insert_line, teasers
from crawler.page import parse


def element(html: str) -> HtmlElement:
    found = parse(f"<html><body>{html}</body></html>").find("body")
    assert found is not None
    return found[0]


@pytest.mark.parametrize(
    "line",
    [
        "Baca juga: Harga ikan di Arunika turun",
        "BACA JUGA : Harga ikan di Arunika turun",
        "Halaman 1 dari 2",
        "Pewarta : Sari Wulan",
        "[Gambas:Video 20detik]",
        "SCROLL TO CONTINUE WITH CONTENT",
        "Sumber:",
        "Cek Berita dan Artikel yang lain di Google News",
        "Dapatkan update berita pilihan setiap hari. Mari bergabung di Grup Telegram kami, caranya klik tautan.",
    ],
)
def test_a_line_that_leads_elsewhere_is_an_insert(line: str) -> None:
    assert is_insert_line(line)


@pytest.mark.parametrize(
    "line",
    [
        "Sumber: Dinas Perhubungan Kota Arunika",
        "Cek kesehatan gratis digelar di Balai Tirta",
        "Ikuti lomba ini, hadiahnya sepeda",
        "Warga diminta mengikuti saluran resmi pemerintah",
        "Share sale dimulai di bursa",
        "(irm/nsa)",
    ],
)
def test_a_line_of_an_article_is_none(line: str) -> None:
    assert not is_insert_line(line)


@pytest.mark.parametrize(
    "name", ["comments-area", "kolom-komentar", "blok_tanggapan", "commentList comments"]
)
def test_readers_comments_are_told_by_their_name(name: str) -> None:
    assert is_discussion(element(f"<div class='{name}'>x</div>"))


@pytest.mark.parametrize(
    "name", ["no-comments", "comments-open", "comments-closed", "commented-on", "recommend"]
)
def test_a_name_about_comments_is_not_the_comments(name: str) -> None:
    assert not is_discussion(element(f"<article class='{name}'>x</article>"))


@pytest.mark.parametrize(
    "name", ["jp-relatedposts", "td_block_related_posts", "berita-terkait", "widget", "newsletter"]
)
def test_what_is_about_other_articles_is_told_by_its_name(name: str) -> None:
    assert is_beside(element(f"<div class='{name}'>x</div>"))


@pytest.mark.parametrize(
    "name", ["elementor-widget", "no-share", "shared-content", "correlated", "padding", "header"]
)
def test_a_name_that_only_holds_such_a_word_is_none(name: str) -> None:
    assert not is_insert(element(f"<div class='{name}'>x</div>"))


def test_a_figure_is_an_insert_unless_it_holds_a_table_or_a_quote() -> None:
    assert is_insert(element("<figure><img src='/x.jpg'><figcaption>Foto</figcaption></figure>"))
    assert not is_insert(
        element("<figure class='wp-block-table'><table><tr><td>1</td></tr></table></figure>")
    )
    assert not is_insert(
        element("<figure class='wp-block-pullquote'><blockquote>Kutipan</blockquote></figure>")
    )


def test_a_card_is_a_heading_that_is_a_link_and_all_about_it() -> None:
    page = element(
        "<div><div id='a'><h3><a href='/1'>Judul satu</a></h3><p>Isi satu.</p></div>"
        "<div id='b'><a href='/2'><h4>Judul dua</h4></a></div><h2><a href='#bagian'>Subjudul</a></h2></div>"
    )

    assert [card.get("id") for card in teasers(page)] == ["a", "b"]
