"""The orders of the embedded index other than relevance, and how a walk goes on in them.

Owns: what comes after a row. Each row has one key, so an order has no ties, and a walk that goes on
after a key has neither gap nor repeat, whatever is added meanwhile. Leaves keys to `embedded_schema`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tantivy import DocAddress, FieldType, Occur, Order, Query, Schema, Searcher

from search.cursor import Key
from search.embedded_match import Clause, every, how_many, silent
from search.embedded_schema import foremost_key, halves, newest_key, read_foremost, read_newest
from search.index import Sort
from search.plan import microseconds

_SMALLEST_FIRST = (Sort.OLDEST,)
_HOUR = 3_600_000_000  # microseconds
_FIRST, _LAST = -(2**63), 2**63 - 1  # that a column can hold
_STRETCHES = tuple(4**n for n in range(10))  # hours; the last is thirty years
_Column = tuple[str, FieldType, Any]  # name, type, the value of the row gone on after
Found = list[tuple[Key, DocAddress]]


def in_order(
    searcher: Searcher, schema: Schema, clauses: Sequence[Clause], sort: Sort, after: Key, limit: int
) -> tuple[Found, int]:
    """Return up to `limit` (key, address) after the row of `after`, and how many rows match there."""
    field, read = ("foremost", read_foremost) if sort is Sort.PRIORITY else ("newest", read_newest)
    order = Order.Asc if sort in _SMALLEST_FIRST else Order.Desc
    last = _key_text(sort, after) if after else ""
    query = every([*clauses, *(_after(schema, sort, after) if after else ())])
    wanted = limit + bool(after)
    while True:
        found = searcher.search(query, wanted, order_by_field=field, order=order)
        rows = [(key, at) for key, at in found.hits if not after or _is_beyond(key, last, order)]
        if len(rows) >= limit or len(found.hits) < wanted:
            return [(read(key), at) for key, at in rows[:limit]], how_many(found)
        wanted *= 2  # only where ids that are no UUIDs begin alike


def near(
    searcher: Searcher,
    schema: Schema,
    clauses: Sequence[Clause],
    sort: Sort,
    after: Key,
    limit: int,
    begins: int,
) -> Found | None:
    """Return `limit` (key, address) after the row of `after`, found without looking at the rows far from
    `begins`; None where there are not so many. Only for orders of time.

    Of a stretch of time that has enough rows, the first are the first of the whole. It is made longer
    until it has: what is looked at grows with what is asked for, not with the archive. `begins`: the
    microsecond of `after`; without it, by NEWEST only, about that of the newest row: a wrong guess
    costs time and nothing else.
    """
    for hours in _STRETCHES:
        ends = begins + (hours if sort is Sort.OLDEST else -hours) * _HOUR
        ends = max(_FIRST, min(ends, _LAST))
        # Without a row to go on after there is no upper end: rows may be dated in the future.
        lower, upper = (begins, ends) if sort is Sort.OLDEST else (ends, begins if after else None)
        stretch = silent(Query.range_query(schema, "published", FieldType.Integer, lower, upper))
        found, _ = in_order(searcher, schema, [*clauses, (Occur.Must, stretch)], sort, after, limit)
        if len(found) >= limit:
            return found
    return None


def latest(searcher: Searcher, schema: Schema) -> int:
    """Return when the newest of all rows is, or now where it is older than thirty years."""
    now = microseconds(datetime.now(UTC))
    found = near(searcher, schema, (), Sort.NEWEST, (), 1, now)
    return int(found[0][0][0]) if found else now


def _key_text(sort: Sort, key: Key) -> str:
    if sort is Sort.PRIORITY:
        priority, published, id_ = key
        return foremost_key(float(priority), int(published), str(id_))
    published, id_ = key
    return newest_key(int(published), str(id_))


def _is_beyond(key: str, last: str, order: Order) -> bool:
    return key > last if order == Order.Asc else key < last


def _after(schema: Schema, sort: Sort, key: Key) -> list[Clause]:
    """Return the clauses of what stands where the row of `key` stands, or after it."""
    high, low = halves(str(key[-1]))
    columns: list[_Column] = [("high", FieldType.Unsigned, high), ("low", FieldType.Unsigned, low)]
    columns.insert(0, ("published", FieldType.Integer, int(key[-2])))
    if sort is Sort.PRIORITY:
        columns.insert(0, ("priority", FieldType.Float, float(key[0])))
    smallest_first = sort in _SMALLEST_FIRST
    name, kind, value = columns[0]
    bounds = (value, None) if smallest_first else (None, value)
    tied = Query.boolean_query(
        [(Occur.Must, _equal(schema, columns[0])), (Occur.Must, _before(schema, columns[1:], smallest_first))]
    )
    return [
        (Occur.Must, silent(Query.range_query(schema, name, kind, *bounds))),
        (Occur.MustNot, tied),
    ]


def _before(schema: Schema, columns: Sequence[_Column], smallest_first: bool) -> Query:
    """Return the query of rows that come before the values of these columns."""
    name, kind, value = columns[0]
    lower, upper = (None, value) if smallest_first else (value, None)
    sooner = Query.range_query(
        schema, name, kind, lower, upper, include_lower=lower is None, include_upper=upper is None
    )
    if len(columns) == 1:
        return sooner
    tied = Query.boolean_query(
        [
            (Occur.Must, _equal(schema, columns[0])),
            (Occur.Must, _before(schema, columns[1:], smallest_first)),
        ]
    )
    return Query.boolean_query([(Occur.Should, sooner), (Occur.Should, tied)])


def _equal(schema: Schema, column: _Column) -> Query:
    name, kind, value = column
    return Query.range_query(schema, name, kind, value, value)
