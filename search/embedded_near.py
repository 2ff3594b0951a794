"""What is nearest in meaning, among what a query allows, in one state of the index.

Owns: bringing the vector store's numbers and the index together. The store also names rows of
documents that are gone, or that the query does not allow: those are left out here, and more are asked for.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from tantivy import DocAddress, Occur, Query, Searcher

from search.embedded_match import any_of, every, how_many
from search.embedded_moments import Moment
from search.embedded_schema import id_of, kept_of

_FIRST = 2  # times as many candidates as are wanted; most live and are allowed
_FURTHER = 8
_FEW = 50_000  # rows allowed that are numbered one by one: about 30 ms


def nearest(
    of: Moment, vector: bytes, limit: int, allowed: Query, recent: int | None = None
) -> Mapping[str, DocAddress]:
    """Return up to `limit` ids and where they are, nearest first.

    `recent`: only among about so many of those last put. Raises SearchError for a malformed vector.
    """
    wanted = _FIRST * limit
    store = of.generation.vectors
    while True:
        candidates = store.nearest(vector, wanted, recent=recent)
        found = _those_allowed(of, candidates, allowed)
        if len(found) >= limit or len(candidates) < wanted:
            break
        if wanted == _FIRST * limit and (numbers := _few(of, allowed)) is not None:
            found = _those_allowed(of, store.nearest(vector, limit, numbers, recent), allowed)
            break
        wanted *= _FURTHER
    places = found[:limit]
    return dict(zip(ids_of(of.searcher, places), places, strict=True))


def ids_of(searcher: Searcher, places: Sequence[DocAddress]) -> list[str]:
    """Return the ids of the rows."""
    if not places:
        return []
    columns = [searcher.fast_field_values(name, list(places)) for name in ("high", "low", "uuid")]
    return [
        id_of(int(high or 0), int(low or 0)) if uuid else str(kept_of(searcher.doc(at))["id"])
        for at, high, low, uuid in zip(places, *columns, strict=True)
    ]


def _those_allowed(of: Moment, numbers: Sequence[int], allowed: Query) -> list[DocAddress]:
    """Return where those of the numbers are that live and are allowed, in the order given."""
    if not numbers:
        return []
    query = every([(Occur.Must, allowed), (Occur.Must, any_of(of.generation.schema, "doc", numbers))])
    places = [at for _, at in of.searcher.search(query, len(numbers), count=False).hits]
    by_number = dict(zip(of.searcher.fast_field_values("doc", places), places, strict=True)) if places else {}
    return [by_number[number] for number in numbers if number in by_number]


def _few(of: Moment, allowed: Query) -> np.typing.NDArray[np.uint64] | None:
    """Return the numbers of all that is allowed where it is little, None where it is much."""
    found = of.searcher.search(allowed, _FEW)
    if how_many(found) > _FEW:
        return None
    numbers = of.searcher.fast_field_values("doc", [at for _, at in found.hits]) if found.hits else []
    return np.array([number for number in numbers if number is not None], dtype=np.uint64)
