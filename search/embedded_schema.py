"""What the embedded index holds of a document: the fields, and a document in their form.

Owns: the schema, the keys by which rows stand in order, and reading them back. Leaves ready terms to
`analysis`, tags to `fields`, and files to `embedded_files`.

`exact` and `stem` hold the terms of title and text, separated by spaces, the title three times: so a
word in the title counts three times, and one plain BM25 field is scored.
"""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from uuid import UUID

import tantivy

from search.analysis import terms_of
from search.fields import field_tags, field_values, without_surrogates
from search.index import FACETS, Document, Hit, Kind
from search.plan import microseconds, moment
from search.snippet import Pieces

SCHEMA = 2
SEPARATOR = "¦"  # between titles and text: no term is so, and no phrase reaches over it
TITLE_TIMES = 3
_EARLIEST = 10**17  # microseconds: more than from the year 1 to 1970, so that no key is negative
_HEX = 32  # characters of an id in a key
_MAX_VALUE = 512  # characters of a value that is counted, as of an address


def schema() -> tantivy.Schema:
    """Return the fields. Raising SCHEMA tells the indexes of another one apart."""
    made = tantivy.SchemaBuilder()
    made.add_text_field("exact", tokenizer_name="whitespace", index_option="position")
    made.add_text_field("stem", tokenizer_name="whitespace", index_option="freq")
    made.add_text_field("tag", tokenizer_name="raw", index_option="basic")
    for name in FACETS:
        made.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    made.add_text_field("id", tokenizer_name="raw", index_option="basic")
    for name in ("newest", "foremost"):  # the orders; see `newest_key` and `foremost_key`
        made.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    made.add_integer_field("published", indexed=True, fast=True)  # microseconds since 1970
    made.add_float_field("priority", indexed=True, fast=True)
    for name in ("high", "low"):  # the halves of the id, for going on after a row
        made.add_unsigned_field(name, fast=True)
    made.add_boolean_field("uuid", fast=True)  # whether the halves are the whole id
    made.add_unsigned_field("doc", indexed=True, fast=True)  # its row in the vector store; may be missing
    made.add_unsigned_field("vector", fast=True)  # a digest of its vector
    made.add_bytes_field("kept", stored=True)
    return made.build()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document with its terms made, ready to be added under the lock of writers."""

    document: Document
    exact: str
    stem: str
    tags: Sequence[str]


def prepare_document(document: Document) -> Prepared:
    """Return the document analysed."""
    title_exact, title_stem = terms_of(document.title)
    text_exact, text_stem = terms_of(document.text)
    return Prepared(
        document, _column(title_exact, text_exact), _column(title_stem, text_stem), field_tags(document)
    )


def to_row(prepared: Prepared, doc: int | None) -> tantivy.Document:
    """Return the document as it is added; `doc` is the row of its vector."""
    document = prepared.document
    published = microseconds(document.published_at)
    high, low, uuid = _halves(document.id)
    row = tantivy.Document()
    row.add_text("exact", prepared.exact)
    row.add_text("stem", prepared.stem)
    for tag in prepared.tags:
        row.add_text("tag", tag)
    for name, value in set(field_values(document)):
        if name in FACETS:
            row.add_text(name, without_surrogates(value)[:_MAX_VALUE])
    row.add_text("id", document.id)
    newest = _newest_key(published, document.id, high, low, uuid)
    row.add_text("newest", newest)
    row.add_text("foremost", _float_key(document.priority) + newest)
    row.add_integer("published", published)
    row.add_float("priority", document.priority)
    row.add_unsigned("high", high)
    row.add_unsigned("low", low)
    row.add_boolean("uuid", uuid)
    if doc is not None:
        row.add_unsigned("doc", doc)
        row.add_unsigned("vector", vector_digest(document.vector))
    row.add_bytes("kept", _kept(document, published))
    return row


def newest_key(published: int, id_: str) -> str:
    """Return the text by which rows stand in the order of `published`, then of ids."""
    return _newest_key(published, id_, *_halves(id_))


def foremost_key(priority: float, published: int, id_: str) -> str:
    """Return the text by which rows stand in the order of `priority`, then of `newest_key`."""
    return _float_key(priority) + newest_key(published, id_)


def read_newest(key: str) -> tuple[int, str]:
    """Return (published, id) of a key."""
    published, halves, rest = key[:18], key[18 : 18 + _HEX], key[18 + _HEX :]
    return int(published) - _EARLIEST, rest or str(UUID(halves))


def read_foremost(key: str) -> tuple[float, int, str]:
    """Return (priority, published, id) of a key."""
    return (_read_float(key[:16]), *read_newest(key[16:]))


def halves(id_: str) -> tuple[int, int]:
    """Return two numbers that stand in the order of ids; several ids have the same only if none is a UUID."""
    return _halves(id_)[:2]


def id_of(high: int, low: int) -> str:
    """Return the id that is a UUID of these halves."""
    return str(UUID(int=high << 64 | low))


def vector_digest(vector: bytes) -> int:
    """Return what tells one vector from another."""
    return int.from_bytes(blake2b(vector, digest_size=8).digest(), "big")


def kept_of(row: tantivy.Document) -> dict[str, Any]:
    """Return what is kept of a document for showing it."""
    kept: dict[str, Any] = json.loads(bytes(row.get_first("kept")))  # type: ignore[arg-type]
    return kept


def to_hit(kept: dict[str, Any], score: float, snippet: Pieces, title: Pieces) -> Hit:
    """Return the hit of what was kept."""
    return Hit(
        id=kept["id"],
        kind=Kind(kept["kind"]),
        score=score,
        title=kept["title"],
        url=kept["url"],
        source=kept["source"],
        platform=kept["platform"],
        published_at=moment(kept["published"]),
        labels=tuple(kept["labels"]),
        stance=kept["stance"],
        state=kept["state"],
        claim_id=kept["claim"],
        snippet=snippet,
        title_pieces=title,
    )


def _kept(document: Document, published: int) -> bytes:
    kept = {
        "id": document.id,
        "kind": document.kind.value,
        "title": document.title,
        "text": document.text,
        "url": document.url,
        "source": document.source,
        "platform": document.platform,
        "published": published,
        "labels": document.labels,
        "stance": document.stance,
        "state": document.state,
        "claim": document.claim_id,
    }
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "ignore")


def _column(title: Sequence[str], text: Sequence[str]) -> str:
    return " ".join([*([*title, SEPARATOR] * TITLE_TIMES if title else ()), *text])


def _newest_key(published: int, id_: str, high: int, low: int, uuid: bool) -> str:
    return f"{published + _EARLIEST:018d}{high:016x}{low:016x}" + ("" if uuid else id_)


def _halves(id_: str) -> tuple[int, int, bool]:
    if len(id_) == 36:
        try:
            number = UUID(id_).int
        except ValueError:
            number = -1
        if number >= 0 and id_of(number >> 64, number & (2**64 - 1)) == id_:
            return number >> 64, number & (2**64 - 1), True
    first = id_.encode("utf-8", "replace")[:16].ljust(16, b"\0")
    return int.from_bytes(first[:8], "big"), int.from_bytes(first[8:], "big"), False


def _float_key(value: float) -> str:
    """Return 16 hexadecimal digits that stand in the order of numbers."""
    (bits,) = struct.unpack(">Q", struct.pack(">d", value + 0.0))  # + 0.0: no minus zero
    return f"{bits ^ (2**64 - 1 if bits >> 63 else 2**63):016x}"


def _read_float(key: str) -> float:
    bits = int(key, 16)
    (value,) = struct.unpack(">d", struct.pack(">Q", bits ^ (2**63 if bits >> 63 else 2**64 - 1)))
    return float(value)
