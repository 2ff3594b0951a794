"""Documents into and out of one generation of the index; the caller holds the lock of writers.

Owns: the order of things that makes a broken-off write harmless: vectors first, durably, each under a
number never used before; then the words, in one commit that names those numbers. A vector that no
document names is never found.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import tantivy

from search.embedded_files import Generation
from search.embedded_match import any_of
from search.embedded_schema import Prepared, prepare_document, read_newest, to_row, vector_digest
from search.index import Document, Refused, SearchError
from search.plan import microseconds
from search.vectors import read_vector

_HEAP = 15_000_000  # bytes: the least that the library works well with; a batch has some hundreds of texts


@dataclass(frozen=True, slots=True)
class _Held:
    doc: int
    digest: int


def prepare_all(documents: Sequence[Document]) -> tuple[list[Prepared], list[Refused]]:
    """Return what can be put, each id once, the last given, and what never can be, with the reason."""
    prepared: dict[str, Prepared] = {}
    refused: dict[str, Refused] = {}
    for document in documents:
        prepared.pop(document.id, None)
        refused.pop(document.id, None)
        if reason := why_refused(document):
            refused[document.id] = Refused(document.id, document.kind, reason)
        else:
            prepared[document.id] = prepare_document(document)
    return list(prepared.values()), list(refused.values())


def why_refused(document: Document) -> str:
    """Return why the document can never be put; "" where it can."""
    try:
        microseconds(document.published_at)
        if document.vector:
            read_vector(document.vector, f"document {document.id}")
    except (SearchError, ValueError) as exc:
        return str(exc)
    return ""


def put_documents(generation: Generation, documents: Sequence[Prepared]) -> None:
    """Add the documents, or replace those of their ids; all of them or, after an error, none."""
    held = _held(generation, [prepared.document.id for prepared in documents])
    numbers = _numbers(generation, [prepared.document for prepared in documents], held)
    with _committing(generation) as writer:
        for prepared, number in zip(documents, numbers, strict=True):
            writer.delete_documents_by_term("id", prepared.document.id)
            writer.add_document(to_row(prepared, number))


def remove_documents(generation: Generation, ids: Sequence[str]) -> None:
    """Take the documents out; one that is not there is no error."""
    with _committing(generation) as writer:
        for id_ in ids:
            writer.delete_documents_by_term("id", id_)


def append_vectors(generation: Generation, documents: Sequence[Document]) -> list[int | None]:
    """Append the documents' vectors, durably, and return their numbers, None for those without."""
    return _numbers(generation, documents, {})


@contextmanager
def _committing(generation: Generation) -> Iterator[tantivy.IndexWriter]:
    writer = generation.index.writer(_HEAP, 1)
    try:
        yield writer
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()  # else their work is for nothing; also lets go of its lock


def _numbers(
    generation: Generation, documents: Sequence[Document], held: dict[str, _Held]
) -> list[int | None]:
    numbers: list[int | None] = []
    rows: list[tuple[int, bytes]] = []
    size = generation.vectors.size()  # the number is the row, so none is ever used again
    for document in documents:
        before = held.get(document.id)
        if not document.vector:
            numbers.append(None)
        elif before is not None and before.digest == vector_digest(document.vector):
            numbers.append(before.doc)
        else:
            numbers.append(size + len(rows))
            rows.append((size + len(rows), document.vector))
    generation.vectors.append(rows)
    return numbers


def _held(generation: Generation, ids: Sequence[str]) -> dict[str, _Held]:
    """Return the vectors that the index has of these documents."""
    searcher = generation.searcher()
    query = any_of(generation.schema, "id", list(ids))
    found = searcher.search(query, max(1, len(ids)), count=False, order_by_field="newest").hits
    if not found:
        return {}
    places = [at for _, at in found]
    docs, digests = (searcher.fast_field_values(name, places) for name in ("doc", "vector"))
    return {
        read_newest(key)[1]: _Held(int(doc), int(digest or 0))
        for (key, _), doc, digest in zip(found, docs, digests, strict=True)
        if doc is not None
    }
