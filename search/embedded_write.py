"""Rows into and out of the embedded index, inside a transaction that the caller holds.

Owns: what of a document goes into which table. The FTS5 table is contentless: it keeps
no copy of the text, and taking a row out needs exactly the terms that were put in, which
`body.terms` holds compressed. A change of the analysis can so never corrupt it.
"""

import json
import sqlite3
import zlib
from collections.abc import Sequence

from search.analysis import exact_terms, stem_terms
from search.embedded_match import EVERY, tag_term
from search.fields import field_tags
from search.index import Document
from search.plan import microseconds
from search.vectors import read_vector

SEPARATOR = "\x1f"  # between the values of one column; never in a cleaned text
_INSERT_TERMS = (
    "INSERT INTO terms (rowid, title_exact, text_exact, title_stem, text_stem, tags)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)
_DELETE_TERMS = (
    "INSERT INTO terms (terms, rowid, title_exact, text_exact, title_stem, text_stem, tags)"
    " VALUES ('delete', ?, ?, ?, ?, ?, ?)"
)


def put_document(connection: sqlite3.Connection, document: Document, seq: int) -> None:
    """Add the document, or replace the one of its id. `seq` is that of this transaction."""
    if document.vector:
        read_vector(document.vector, f"document {document.id}")
    doc = _remove_terms(connection, document.id)
    terms = _terms(document)
    row = (
        document.id,
        document.kind.value,
        microseconds(document.published_at),
        document.priority,
        document.source,
        document.platform,
        SEPARATOR.join(document.labels),
        document.stance,
        document.state,
        document.claim_id,
        SEPARATOR.join(document.place),
        f" {terms[-1]} ",
    )
    cursor = connection.execute(
        "INSERT OR REPLACE INTO document (doc, id, kind, published, priority, source, platform, labels,"
        " stance, state, claim, place, tags) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (doc, *row),
    )
    doc = cursor.lastrowid
    connection.execute(_INSERT_TERMS, (doc, *terms))
    packed = zlib.compress(json.dumps(terms, ensure_ascii=False).encode(), level=1)
    connection.execute(
        "INSERT OR REPLACE INTO body VALUES (?, ?, ?, ?, ?)",
        (doc, document.title, document.text, document.url, packed),
    )
    if document.vector:
        vector = (doc, seq, document.kind.value, document.vector)
        connection.execute("INSERT OR REPLACE INTO vector VALUES (?, ?, ?, ?)", vector)
    else:
        _forget_vector(connection, doc, seq)


def remove_document(connection: sqlite3.Connection, id_: str, seq: int) -> None:
    """Take the document out; one that is not there is no error."""
    doc = _remove_terms(connection, id_)
    if doc is not None:
        connection.execute("DELETE FROM document WHERE doc = ?", (doc,))
        connection.execute("DELETE FROM body WHERE doc = ?", (doc,))
        _forget_vector(connection, doc, seq)


def next_seq(connection: sqlite3.Connection) -> int:
    """Return the number of this transaction; each is larger than those before it."""
    (seq,) = connection.execute(
        "UPDATE meta SET value = value + 1 WHERE name = 'seq' RETURNING CAST(value AS INTEGER)"
    ).fetchone()
    return int(seq)


def _forget_vector(connection: sqlite3.Connection, doc: int | None, seq: int) -> None:
    """Leave an empty row, so that the other processes' matrices learn of it."""
    connection.execute("UPDATE vector SET data = x'', seq = ? WHERE doc = ?", (seq, doc))


def _remove_terms(connection: sqlite3.Connection, id_: str) -> int | None:
    row = connection.execute(
        "SELECT doc, body.terms FROM document JOIN body USING (doc) WHERE id = ?", (id_,)
    ).fetchone()
    if row is None:
        return None
    terms: Sequence[str] = json.loads(zlib.decompress(row[1]))
    connection.execute(_DELETE_TERMS, (row[0], *terms))
    return int(row[0])


def _terms(document: Document) -> list[str]:
    title, text = exact_terms(document.title), exact_terms(document.text)
    tags = [EVERY, *map(tag_term, field_tags(document))]
    columns = (title, text, stem_terms(title), stem_terms(text), tags)
    return [" ".join(column) for column in columns]
