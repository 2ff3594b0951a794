"""The orders of the embedded index other than relevance, and how a walk goes on in them.

Owns: what comes after a row. Each row has one key, so an order has no ties, and a walk that goes on
after a key has neither gap nor repeat, whatever is added meanwhile. Leaves keys to `embedded_schema`.
"""

from collections.abc import Sequence
from typing import Any

from tantivy import DocAddress, FieldType, Occur, Order, Query, Schema, Searcher

from search.cursor import Key
from search.embedded_match import Clause, every, how_many, silent
from search.embedded_schema import foremost_key, halves, newest_key, read_foremost, read_newest
from search.index import Sort

_SMALLEST_FIRST = (Sort.OLDEST,)
_Column = tuple[str, FieldType, Any]  # name, type, the value of the row gone on after


def in_order(
    searcher: Searcher, schema: Schema, clauses: Sequence[Clause], sort: Sort, after: Key, limit: int
) -> tuple[list[tuple[Key, DocAddress]], int]:
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
