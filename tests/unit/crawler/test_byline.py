"""Who signs an article, where the page only shows it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.byline import read_byline
from crawler.page import parse


def byline(html: str, site: str = "") -> str:
    return read_byline(parse(f"<html><body><h1>Pasar Arunika tetap buka</h1>{html}</body></html>"), site)


@pytest.mark.parametrize(
    ("html", "name"),
    [
        ("<p>Penulis: <a href='/p'>Sari Wulan</a> | Editor: Bagas Winarta</p>", "Sari Wulan"),
        (
            "<div><span>Reporter: </span> Bimo Saputro | <span>Editor: </span> Sekar Arum</div>",
            "Bimo Saputro",
        ),
        ("<small>Oleh: Benyamin Ayorba - Jum'at, 18 Juli 2025 - 00:15 WIT</small>", "Benyamin Ayorba"),
        ("<div>Dikirim oleh <span>Humas</span> pada Jum, 07/04/2025</div>", "Humas"),
        ("<span>Diposting oleh Redaksi Gema pada Jum'at, 11/07/2025</span>", "Redaksi Gema"),
        ("<div class='byline'>by <a href='/a'>Wening Astari</a></div>", "Wening Astari"),
        ("<div class='penulis-tanggal'>Kirana Dewanti | Senin (12/10)</div>", "Kirana Dewanti"),
        ("<span class='author'>Dr. Ir. Hj. Nurul Hikmah</span>", "Dr. Ir. Hj. Nurul Hikmah"),
        ("<div>Teks dan foto oleh Sekar Kinanti</div>", "Sekar Kinanti"),
        ("<div class='detail__author'>Irwan Mahendra - <span>sekejapNews</span></div>", "Irwan Mahendra"),
    ],
)
def test_a_shown_byline_is_read(html: str, name: str) -> None:
    assert byline(html) == name


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p>Editor: Bagas Winarta</p>",
        "<p>Pasar itu dibuka oleh wali kota pada Senin.</p>",
        "<div class='author'>Penulis</div>",
        "<div class='author'>3 November 2025</div>",
        "<p>Oleh karena itu pasar tetap dibuka.</p>",
    ],
)
def test_what_is_no_byline_gives_no_name(html: str) -> None:
    assert byline(html) == ""


def test_the_name_of_the_outlet_beside_it_is_left_out() -> None:
    assert (
        byline("<div class='writer'><b>Ayunda Sari</b> <i>KanalKota</i></div>", "KanalKota") == "Ayunda Sari"
    )


@given(st.text(max_size=150))
def test_any_line_gives_a_short_name_or_none(text: str) -> None:
    tree = parse("<html><body><p id='x'></p></body></html>")
    paragraph = tree.get_element_by_id("x")
    paragraph.text = "Penulis: " + "".join(c for c in text if c.isprintable())

    assert len(read_byline(tree)) <= 60
