"""A chart of Altair as SVG that stands in a page: without fixed sizes, fonts, ids, styles or scripts.

What vl-convert writes is read as XML and written again with what a picture needs, and shapes that look alike
joined: a fifth of the bytes. All text stays text, escaped once more by the writer.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeVar, cast

from flask_babel import get_locale
from lxml import etree
from markupsafe import Markup

from webui.charts.looks import LETTERS, LINE, SOFT

_NAMESPACE = "{http://www.w3.org/2000/svg}"
_KEPT = {
    *("d", "transform", "x", "x2", "y", "y2", "fill", "fill-opacity", "stroke", "stroke-width"),
    *("stroke-dasharray", "font-size", "font-weight", "text-anchor"),
}
_SAME = {"stroke-width": "1", "font-weight": "normal", "transform": "translate(0,0)"}  # as without
_REMEMBERED = 256  # drawings of a kind, of some 3 to 30 KB
_NUMBER = re.compile(r"-?\d+\.\d+")
_LOCALES: Mapping[str, Mapping[str, Any]] = {
    "id": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["Rp", ""]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["Rp", ""]},
}


_Draw = TypeVar("_Draw", bound=Callable[..., Markup])
_caches: list[Any] = []


def kept(draw: _Draw) -> _Draw:
    """Let a function of hashable values draw the same picture once."""
    cached = lru_cache(maxsize=_REMEMBERED)(draw)
    _caches.append(cached)
    return cast(_Draw, cached)


def forget_drawings() -> None:
    """Let every picture be drawn anew: for measuring."""
    for cached in _caches:
        cached.cache_clear()


def language() -> str:
    """Return the reader's language, by which numbers on axes are written."""
    found = str(get_locale() or "id")
    return found if found in _LOCALES else "id"


def render(chart: Any, title: str, in_language: str) -> Markup:
    """Return the chart as an inline picture that is called `title`."""
    import vl_convert  # with an engine for JavaScript: only where something is drawn

    chart = chart.configure(background="transparent").configure_view(stroke=None).configure_axis(
        labelColor=SOFT, titleColor=SOFT, gridColor=LINE, domainColor=SOFT, tickColor=SOFT,
        labelFontSize=LETTERS, titleFontSize=LETTERS, titleFontWeight="normal",
    )  # fmt: skip
    drawn = vl_convert.vegalite_to_svg(chart.to_dict(), format_locale=dict(_LOCALES[in_language]))
    return Markup(_plain(drawn, title))  # noqa: S704  # written by lxml, which escapes


def _plain(drawn: str, title: str) -> str:
    root = etree.fromstring(drawn.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    for element in list(root):
        _tidy(element)
    box = root.get("viewBox") or ""
    root.attrib.clear()
    root.attrib.update({"class": "drawn", "viewBox": box, "role": "img"})
    named = etree.Element(f"{_NAMESPACE}title")
    named.text = title
    root.insert(0, named)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode")


def _tidy(element: Any) -> None:
    """Drop what no picture needs, with the groups that are empty then."""
    hidden = element.get("opacity") == "0" or element.get("display") == "none"
    for name, value in list(element.attrib.items()):
        value = _NUMBER.sub(lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), value)
        if name not in _KEPT or _SAME.get(name) == value:
            del element.attrib[name]
        else:
            element.set(name, value)
    for child in list(element):
        _tidy(child)
    _join(element)
    bare = element.get("fill") is None and element.get("stroke") is None
    unseen = element.tag == f"{_NAMESPACE}path" and (bare or not element.get("d"))
    if hidden or unseen or (element.tag == f"{_NAMESPACE}g" and not len(element)):
        element.getparent().remove(element)


def _join(group: Any) -> None:
    """Make one path of neighbours that differ in their outline alone."""
    before = None
    for child in list(group):
        looks = {name: value for name, value in child.attrib.items() if name != "d"}
        if child.tag == f"{_NAMESPACE}path" and before is not None and before[1] == looks:
            before[0].set("d", before[0].get("d") + child.get("d"))
            group.remove(child)
        else:
            before = (child, looks) if child.tag == f"{_NAMESPACE}path" else None
