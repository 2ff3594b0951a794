"""Addresses of one article's parts: `?page=2`, `/2/`, `/page/2`, `judul-2.html`, `?page=all`.

Owns: telling from two addresses alone whether one is a part of the article at the other. Leaves what
a page links to and where to `paging`. The forms are those that Indonesian outlets use (DOMAIN 4.1) and
that WordPress writes for `<!--nextpage-->`; comments have their own (`cpage`, `comment-page-2`).
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from crawler.source_file import host_of
from crawler.urls import clean_url

MAX_WRITTEN = 999  # some sites count lines instead of parts: /15, /30; more is an id or a year
_NUMBERED = frozenset({"page", "halaman", "hal", "laman", "showpage"})
_WHOLE = frozenset(
    {"page=all", "page=semua", "halaman=all", "halaman=semua", "showpage=all", "view=all", "single=1"}
    | {"singlepage=1", "tampil=semua"}
)
_NAMES = "part|page|halaman|hal|laman"
_BELOW = re.compile(rf"(?:(?:{_NAMES})[/-]?)?(?P<number>\d{{1,3}})|(?P<whole>all|semua)", re.I)
_BESIDE = re.compile(rf"[-_](?:(?:{_NAMES})[-_]?)?(?P<number>\d{{1,2}})", re.I)
_BESIDE_NAMED = re.compile(rf"[-_](?:{_NAMES})[-_]?(?P<number>\d{{1,2}})", re.I)
_FILE = re.compile(r"(?P<root>.+)(?P<kind>\.(?:html?|php|aspx?|shtml))", re.I)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in an article an address leads."""

    written: int = 1  # the number in the address; 1 when there is none
    whole: bool = False  # to all of it on one page


def first_address(url: str) -> str:
    """Return the address without what names a part in its query; '' when it is no http(s) address.

    A number in the path stays: it may as well be the article's own.
    """
    parts = urlsplit(clean_url(url))
    own, _ = _query(parts.query)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "&".join(own), "")) if parts.netloc else ""


def place_of(url: str, first: str) -> Place | None:
    """Return where in the article at `first` the address leads; None when it is not of that article."""
    here, there = urlsplit(clean_url(url)), urlsplit(clean_url(first))
    if not here.netloc or not there.netloc or host_of(here.geturl()) != host_of(there.geturl()):
        return None
    own, place = _query(here.query)
    same = sorted(_query(there.query)[0])
    if sorted(own) != same:
        return None
    path, stem = here.path.rstrip("/"), there.path.rstrip("/")
    if path == stem:
        return (place or Place()) if stem or same else None  # the front page has parts of its own
    return _in_path(path, stem) if place is None and stem else None


def _query(query: str) -> tuple[list[str], Place | None]:
    """Return the parameters that are the article's own, and the place that the others name."""
    own: list[str] = []
    place: Place | None = None
    for parameter in query.split("&") if query else ():
        name, _, value = parameter.lower().partition("=")
        if parameter.lower() in _WHOLE:
            place = Place(whole=True)
        elif name in _NUMBERED and value.isascii() and value.isdigit() and int(value[:4]) <= MAX_WRITTEN:
            place = Place(max(1, int(value[:4])))
        else:
            own.append(parameter)
    return own, place


def _in_path(path: str, stem: str) -> Place | None:
    found = None
    if path.startswith(f"{stem}/"):
        found = _BELOW.fullmatch(path[len(stem) + 1 :])
    elif (file := _FILE.fullmatch(stem)) is not None:
        root, kind = file["root"], file["kind"]
        if path.startswith(root) and path.endswith(kind):
            found = _BESIDE.fullmatch(path[len(root) : -len(kind)])
    elif path.startswith(stem):
        # Bare, "judul-2" is WordPress's address for another article with the same title.
        found = _BESIDE_NAMED.fullmatch(path[len(stem) :])
    if found is None:
        return None
    if found.groupdict().get("whole"):
        return Place(whole=True)
    return Place(int(found["number"])) if int(found["number"]) > 0 else None
