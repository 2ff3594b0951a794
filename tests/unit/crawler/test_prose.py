"""Where the article of an unknown page lies."""

import pytest
from lxml.html import HtmlElement

from crawler.page import parse
from crawler.prose import (
    article_lines,
    drop_beside,
    drop_inserts,
    headline_at,
    main_element,
    read_lines,
    weigh,
)

SENTENCE = "Wali Kota Arunika meminta warga tidak percaya kabar bahwa pasar akan ditutup pekan depan."
TITLE = "Pasar Arunika tetap buka"
ARTICLE = f"<div id='isi'><p>{SENTENCE}</p><p>{SENTENCE}</p></div>"
SPAM = (
    "<p>Great post, please visit my casino page to win the jackpot today with all of your friends.</p>" * 30
)


def body(html: str) -> HtmlElement:
    found = parse(f"<html><head><title>{TITLE} - Kabar</title></head><body>{html}</body></html>").find("body")
    assert found is not None
    return found


def found_in(html: str) -> str | None:
    page = body(f"<h1>{TITLE}</h1>{html}")
    drop_beside(page, TITLE)
    drop_inserts(page, TITLE)
    main = main_element(page, article_lines(read_lines(page), TITLE))
    return None if main is None else main.get("id")


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "<div>{}</div><div class='komentar'>" + SPAM + "</div>",
        "<div>{}</div><h3>30 Tanggapan</h3><div>" + SPAM + "</div>",
        "<div>{}<div><h4><a href='/1'>Judul lain</a></h4><p>" + SENTENCE * 4 + "</p></div></div>",
        "<table><tr><td><a href='/'>Depan</a><br><a href='/kota'>Kota</a></td><td>{}</td></tr></table>",
        "<form id='aspnet'>{}</form>",
        "<div class='sidebar-kiri related'>{}</div>",
    ],
    ids=[
        "alone",
        "named comments",
        "comments by heading",
        "a card",
        "table layout",
        "all in a form",
        "misnamed",
    ],
)
def test_the_article_is_found_whatever_stands_about_it(around: str) -> None:
    assert found_in(around.format(ARTICLE)) == "isi"


def test_an_article_in_many_boxes_is_found_as_what_holds_them() -> None:
    boxes = f"<div class='k'><p>{SENTENCE}</p></div>" * 4

    assert found_in(f"<div><div id='semua'>{boxes}</div><div>{SENTENCE}</div></div>") == "semua"


def test_a_page_without_prose_has_no_article() -> None:
    assert found_in("<ul><li><a href='/1'>Satu</a></li><li><a href='/2'>Dua</a></li></ul>") is None


def test_what_holds_the_headline_is_never_taken_off() -> None:
    page = body(f"<div class='comments related'><h1>{TITLE}</h1>{ARTICLE}</div>")

    drop_beside(page, TITLE)

    assert page.cssselect("#isi")


def test_the_prose_of_an_element_is_that_of_all_within() -> None:
    page = body(f"<div id='luar'><p>{SENTENCE}</p><div><p>{SENTENCE}</p></div></div><p>Menu</p>")

    weights = weigh(page, read_lines(page))

    assert weights[page] == weights[page.cssselect("#luar")[0]] == 2 * len(SENTENCE)


def test_links_and_labels_are_no_prose() -> None:
    page = body(f"<p><a href='/x'>{SENTENCE}</a></p><p>Editor: Sari Wulan.</p><p>Ekonomi</p>")

    assert [line.prose for line in read_lines(page)] == [0, 0, 0]


def test_lines_are_those_a_reader_sees() -> None:
    page = body("satu<br>dua <b>tiga</b><script>var x</script><div>empat</div>lima")

    assert [line.text for line in read_lines(page)] == ["satu", "dua tiga", "empat", "lima"]


def test_an_unclosed_headline_is_found_by_how_its_line_begins() -> None:
    lines = read_lines(body(f"<p>Menu</p><h1>{TITLE} <font>Oleh Sari, 3 November 2025</font>{ARTICLE}"))

    assert headline_at(lines, TITLE) == 1
    assert headline_at(lines, "Judul yang lain sama sekali") == -1
    assert headline_at(lines, "") == -1
