"""From what someone typed and ticked to a query, and back into links that keep it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from flask import abort, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from search.index import Interval, Kind, Query, Sort
from webui.parts import read_uuid
from webui.times import day_begins, today

ROWS = 20
MAX_CHARACTERS = 500
FILTERS = ("label", "state", "stance", "place", "platform", "source", "stage")
"""What may be filtered by; never by who posted it (R5)."""
_EVERYTHING = "all"
_DAYS, _WEEKS = 62, 400  # up to so many days a chart shows days, then weeks: about sixty bars


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as the reader put it."""

    text: str
    kind: str  # of `Kind`, or "all"
    filters: dict[str, list[str]]
    claim: str  # of this claim only; may be empty
    since: date | None
    until: date | None  # this day included
    sort: Sort
    by_meaning: bool
    cursor: str

    def query(self, zone: str, vector: bytes = b"") -> Query:
        """Return the same for the index. `vector` is that of the words, where meaning is asked for."""
        filters = {name: tuple(values) for name, values in self.filters.items()}
        return Query(
            text=self.text,
            kind=None if self.kind == _EVERYTHING else Kind(self.kind),
            filters=filters | ({"claim": (self.claim,)} if self.claim else {}),
            since=day_begins(self.since) if self.since else None,
            until=day_begins(self.until + timedelta(days=1)) if self.until else None,
            sort=self.sort,
            limit=ROWS,
            cursor=self.cursor,
            vector=vector,
            facets=True,
            histogram=self.interval,
            zone=zone,
        )

    @property
    def interval(self) -> Interval:
        """What the chart counts by: the shorter the time asked for, the finer."""
        days = ((self.until or today()) - self.since).days if self.since else _WEEKS + 1
        return Interval.DAY if days <= _DAYS else Interval.WEEK if days <= _WEEKS else Interval.MONTH

    def arguments(self) -> dict[str, Any]:
        """Return what of the address says this search, without the page."""
        return {
            "q": self.text or None,
            "kind": self.kind if self.kind != Kind.ITEM else None,
            "claim": self.claim or None,
            "since": self.since,
            "until": self.until,
            "sort": self.sort.value if self.sort is not Sort.RELEVANCE else None,
            "meaning": "1" if self.by_meaning else None,
            **self.filters,
        }

    def link(self, cursor: str = "") -> str:
        """Return the address of this search, at the page that `cursor` begins."""
        return url_for("archive.search", **self.arguments(), cursor=cursor or None)

    def between(self, since: date, until: date) -> str:
        """Return the address of this search among these days only."""
        return replace(self, since=since, until=until).link()

    def without_claim(self) -> str:
        return replace(self, claim="").link()


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
    claim = args.get("claim", "")
    if claim and read_uuid(claim) is None:
        abort(400)
    filters = {name: sorted({v for v in args.getlist(name) if v}) for name in FILTERS}
    return Asked(
        text=text,
        kind=kind,
        filters={name: values for name, values in filters.items() if values},
        claim=claim,
        since=_day(args.get("since", ""), gettext("From")),
        until=_day(args.get("until", ""), gettext("Until")),
        sort=sort,
        by_meaning=args.get("meaning") == "1",
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
