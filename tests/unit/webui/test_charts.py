"""Charts as inline SVG: escaped, coloured by the sheet, without styles, fonts, sizes or scripts."""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask_babel import Babel
from markupsafe import Markup

from webui.charts import (
    Interval,
    Part,
    Piece,
    draw_bars,
    draw_columns,
    draw_intervals,
    forget_drawings,
)
from webui.charts import svg as drawing

HOSTILE = """<script>alert(1)</script> "&' ${datum} \\u003c"""
SVG = "{http://www.w3.org/2000/svg}"
SLOTS = ["5 Jan", "12 Jan", "19 Jan", "26 Jan"]


@pytest.fixture(autouse=True, scope="module")
def _office() -> Iterator[None]:
    app = Flask("charts")
    Babel(app, default_locale="id")
    with app.test_request_context():
        yield


def read(picture: Markup) -> ElementTree.Element:
    return ElementTree.fromstring(str(picture))


def words(root: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in root.iter(f"{SVG}text")]


PICTURES = {
    "columns": lambda: draw_columns(HOSTILE, SLOTS, [Piece(0, 0, "whole", 7)], unit=HOSTILE),
    "rows": lambda: draw_columns("x", SLOTS, [Piece(0, 0, "whole", 7)], rows=[HOSTILE]),
    "bars": lambda: draw_bars("x", [HOSTILE], [Part(0, "now", 3), Part(0, "before", 4, 1)], unit=HOSTILE),
    "intervals": lambda: draw_intervals("x", [HOSTILE], [Interval(0, 0.5, 0.4, 0.6)]),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_hostile_words_stay_words_and_nothing_is_fixed_that_the_sheet_decides(kind: str) -> None:
    picture = PICTURES[kind]()
    root = read(picture)
    assert (root.get("role"), root.get("width"), root.get("height")) == ("img", None, None)
    assert root.get("viewBox")
    assert root[0].tag == f"{SVG}title"
    assert root[0].text in (HOSTILE, "x")
    assert HOSTILE in words(root) or kind == "columns"
    assert HOSTILE in [*words(root), root[0].text]
    assert "<script" not in picture
    for element in root.iter():
        assert element.tag in {f"{SVG}{tag}" for tag in ("svg", "title", "g", "path", "line", "text")}
        assert not {"style", "class", "id", "font-family", "onload", "href"} & {*element.attrib} - {"class"}
        for paint in ("fill", "stroke"):
            said = element.get(paint, "none")
            assert re.fullmatch(r"none|var\(--[a-z-]+\)|url\(#[a-z]+\)", said), said


def test_what_is_not_known_is_hatched_over_the_whole_height_and_no_zero() -> None:
    root = read(
        draw_columns("x", SLOTS, [Piece(0, 0, "whole", 7), Piece(0, 1, "hole"), Piece(0, 2, "withheld")])
    )
    found = {path.get("fill"): path for path in root.iter(f"{SVG}path")}
    assert {"var(--accent)", "url(#hatch)", "url(#dots)"} <= set(found)
    assert found["url(#hatch)"].get("stroke-dasharray")
    assert "v130" in (found["url(#hatch)"].get("d") or "")  # as tall as the chart


def test_numbers_are_written_as_the_reader_does_and_lie_on_axes_from_nothing() -> None:
    root = read(draw_columns("x", SLOTS, [Piece(0, 0, "whole", 7_900)], unit="item"))
    assert {"0", "8.000", "item", "5 Jan"} <= set(words(root))
    empty = read(draw_columns("x", SLOTS, [], rows=["hampa"]))
    assert words(empty)[0]
    assert read(draw_columns("x", SLOTS, [])).get("viewBox")


def test_columns_that_look_alike_are_one_path_and_small() -> None:
    pieces = [Piece(row, slot, "whole", 1 + slot) for row in range(10) for slot in range(52)]
    picture = draw_columns(
        "x", [f"minggu {n}" for n in range(52)], pieces, rows=[f"tema {n}" for n in range(10)]
    )
    assert len(re.findall("<path", picture)) == 10
    assert len(picture) < 30_000


def test_nothing_but_names_and_numbers_is_written_where_no_series_has_anything() -> None:
    picture = draw_columns("x", ["minggu 1"], [Piece(0, 0, "hole", 1)], rows=["satu", "dua"])
    words = re.findall(r">([^<>]+)</text>", picture)
    assert {word for word in words if word[0].isalpha()} == {"satu", "dua", "minggu 1"}


def test_a_picture_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_drawings()
    drawn: list[str] = []
    plain = drawing._plain

    def count(*given: Any) -> str:
        drawn.append("once")
        return plain(*given)

    monkeypatch.setattr(drawing, "_plain", count)
    first, again = (draw_bars("x", ["a"], [Part(0, "now", 3)]) for _ in range(2))
    other = draw_bars("x", ["a"], [Part(0, "now", 4)])
    assert first == again != other
    assert len(drawn) == 2
