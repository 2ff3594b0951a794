"""From what someone typed and ticked to a query, and back into links that keep it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import abort, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from search.index import Kind, Query, Sort
from webui.times import day_begins

ROWS = 20
MAX_CHARACTERS = 500
FILTERS = ("label", "state", "stance", "platform", "source")
"""What may be filtered by; never by who posted it (R5)."""
_EVERYTHING = "all"


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as the reader put it."""

    text: str
    kind: str  # of `Kind`, or "all"
    filters: dict[str, list[str]]
    since: date | None
    until: date | None  # this day included
    sort: Sort
    cursor: str

    def query(self) -> Query:
        """Return the same for the index."""
        return Query(
            text=self.text,
            kind=None if self.kind == _EVERYTHING else Kind(self.kind),
            filters={name: tuple(values) for name, values in self.filters.items()},
            since=day_begins(self.since) if self.since else None,
            until=day_begins(self.until + timedelta(days=1)) if self.until else None,
            sort=self.sort,
            limit=ROWS,
            cursor=self.cursor,
            facets=True,
        )

    def link(self, cursor: str = "") -> str:
        """Return the address of this search, at the page that `cursor` begins."""
        values: dict[str, Any] = {
            "q": self.text or None,
            "kind": self.kind if self.kind != Kind.ITEM else None,
            "since": self.since,
            "until": self.until,
            "sort": self.sort.value if self.sort is not Sort.RELEVANCE else None,
            "cursor": cursor or None,
            **self.filters,
        }
        return url_for("archive.search", **values)


def read_asked(args: MultiDict[str, str]) -> Asked:
    """Return what was asked; answers 400 naming the field that cannot be read."""
    text, kind = args.get("q", "").strip(), args.get("kind") or Kind.ITEM.value
    if len(text) > MAX_CHARACTERS:
        abort(400, gettext("Search words: longer than %(limit)s characters.", limit=MAX_CHARACTERS))
    if kind not in (Kind.ITEM, Kind.FACT_CHECK, _EVERYTHING):
        abort(400)
    try:
        sort = Sort(args.get("sort") or Sort.RELEVANCE)
    except ValueError:
        abort(400)
    filters = {name: sorted({v for v in args.getlist(name) if v}) for name in FILTERS}
    return Asked(
        text=text,
        kind=kind,
        filters={name: values for name, values in filters.items() if values},
        since=_day(args.get("since", ""), gettext("From")),
        until=_day(args.get("until", ""), gettext("Until")),
        sort=sort,
        cursor=args.get("cursor", ""),
    )


def _day(raw: str, field: str) -> date | None:
    if not raw:
        return None
    try:
        found = date.fromisoformat(raw)
    except ValueError:
        abort(400, gettext("%(field)s: “%(raw)s” is not a date.", field=field, raw=raw[:40]))
    if not 1970 <= found.year <= 9000:
        abort(400, gettext("%(field)s: “%(raw)s” is not a date.", field=field, raw=raw))
    return found
