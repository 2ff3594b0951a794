"""Where a page ended, as an opaque text that the next request brings back.

Owns: packing, and refusing what was not packed here for the same query. A cursor comes
back from outside, so nothing in it is trusted.
"""

import base64
import binascii
import json
import math
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from search.index import BadCursor, Query

Key = tuple[float | int | str, ...]
MAX_MOMENT = 8_000  # characters; a point in time of Elasticsearch over one shard has some hundreds


@dataclass(frozen=True, slots=True)
class Place:
    """How far a walk has come: `fused` rows of the fused list, then after the row of `key`.

    `moment` names the state of the index that the walk began in, where the engine keeps it a while.
    """

    fused: int = 0
    key: Key = ()
    moment: str = ""


def pack(query: Query, place: Place) -> str:
    """Return the cursor that leads on from `place`."""
    raw = json.dumps([_digest(query), place.fused, list(place.key), place.moment], separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def unpack(query: Query) -> Place:
    """Return where the query's cursor points; the beginning when it has none. Raises BadCursor."""
    if not query.cursor:
        return Place()
    try:
        padded = query.cursor + "=" * (-len(query.cursor) % 4)
        digest, fused, key, moment = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, TypeError, RecursionError, binascii.Error) as exc:
        raise BadCursor("cursor: not one of ours") from exc
    if digest != _digest(query):
        raise BadCursor("cursor: of another query")
    if not isinstance(fused, int) or fused < 0 or not isinstance(key, list) or not all(map(_fits, key)):
        raise BadCursor("cursor: not one of ours")
    if not isinstance(moment, str) or len(moment) > MAX_MOMENT:
        raise BadCursor("cursor: not one of ours")
    return Place(fused, tuple(key), moment)


def _fits(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return abs(value) < 2**63
    return isinstance(value, str) or (isinstance(value, float) and math.isfinite(value))


def _digest(query: Query) -> str:
    """Everything that decides order and content; not the page size, which may change on the way."""
    asked = (
        query.text,
        query.kind,
        sorted((name, sorted(values)) for name, values in query.filters.items()),
        query.since and query.since.isoformat(),
        query.until and query.until.isoformat(),
        query.sort,
        query.vector,
        sorted(query.exclude),
        query.any_word,
    )
    return blake2b(repr(asked).encode(), digest_size=8).hexdigest()
