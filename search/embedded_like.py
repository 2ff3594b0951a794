"""What is like a text, from one connection: by its rarest words, and by meaning.

Owns: keeping the work bounded. Of the most telling words the rarest are taken until their lists
together hold MOST_ROWS, so a word that is in every text costs little however large the archive is.
"""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from search.embedded_match import STEM, quoted
from search.fusion import DEPTH
from search.index import Like
from search.vectors import VectorCache

MOST_WORDS = 60
MOST_ROWS = 4_000  # of all words' lists together
MOST_COUNTED = 5 * MOST_ROWS  # a list is read through to be counted: no more than these
_FEWEST_WORDS = 2  # however common they are

_SHARING = """
SELECT d.id FROM terms CROSS JOIN document d ON d.doc = terms.rowid
WHERE d.kind = :kind AND terms MATCH :match AND d.id NOT IN (SELECT value FROM json_each(:left_out))
ORDER BY bm25(terms, 0.0, 0.0, 1.0, 1.0, 0.0), d.id LIMIT :limit
"""


def sharing_words(connection: sqlite3.Connection, like: Like) -> list[str]:
    """Return the ids that share the words of `like` and are of its kind, best first by BM25."""
    chosen = _affordable(connection, like.words)
    if not chosen:
        return []
    match = f"{STEM} : (" + " OR ".join(quoted(word) for word in chosen) + ")"
    rows = connection.execute(
        _SHARING,
        {
            "kind": like.kind.value,
            "match": match,
            "left_out": json.dumps(sorted(like.exclude)),
            "limit": DEPTH,
        },
    )
    return [id_ for (id_,) in rows]


def nearest(connection: sqlite3.Connection, path: Path, vectors: VectorCache, like: Like) -> list[str]:
    """Return the ids of its kind that are nearest in meaning."""
    limit = DEPTH + len(like.exclude)
    docs = vectors.nearest(connection, path, like.vector, limit, like.kind.value, None, like.recent)
    named = "SELECT doc, id FROM document WHERE doc IN (SELECT value FROM json_each(?))"
    ids = dict(connection.execute(named, (json.dumps(docs),)))
    return [ids[doc] for doc in docs if doc in ids and ids[doc] not in like.exclude][:DEPTH]


def _affordable(connection: sqlite3.Connection, words: Sequence[str]) -> list[str]:
    """Return the words to look for: of the most telling ones those in the fewest documents, as long as
    their lists together are short enough."""
    asked = "SELECT doc FROM temp.vocabulary WHERE term = ?"
    told = list(dict.fromkeys(words))[:MOST_WORDS]
    counts: list[tuple[int, int]] = []
    counted = 0
    for at, word in enumerate(told):
        if counted > MOST_COUNTED:
            break
        if row := connection.execute(asked, (word,)).fetchone():
            counts.append((row[0], at))
            counted += row[0]
    chosen: list[str] = []
    left = MOST_ROWS
    for rows, at in sorted(counts):
        left -= rows
        if left < 0 and len(chosen) >= _FEWEST_WORDS:
            break
        chosen.append(told[at])
    return chosen
