"""A new generation filled from the record.

Owns: doing so quickly and in bounded memory. Leaves adopting it to the caller.
"""

from collections.abc import Iterator
from itertools import islice

from search.embedded_files import Generation
from search.embedded_schema import prepare_document, to_row
from search.embedded_write import append_vectors, why_refused
from search.index import Document, Rebuilt, Refused

_HEAP = 128_000_000  # bytes of terms before they are written: fewer pieces to put together later
_BATCH = 1_000


def fill(generation: Generation, documents: Iterator[Document]) -> Rebuilt:
    """Add all documents, durably; of those with the same id the last counts."""
    refused: list[Refused] = []
    seen: set[int] = set()
    writer = generation.index.writer(_HEAP, 1)
    try:
        while batch := list(islice(documents, _BATCH)):
            fit: list[Document] = []
            for document in batch:
                if reason := why_refused(document):
                    refused.append(Refused(document.id, document.kind, reason))
                else:
                    fit.append(document)
            for document, number in zip(fit, append_vectors(generation, fit), strict=True):
                if hash(document.id) in seen:  # or one of the same hash: no harm
                    writer.delete_documents_by_term("id", document.id)
                seen.add(hash(document.id))
                writer.add_document(to_row(prepare_document(document), number))
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()
    return Rebuilt(generation.searcher().num_docs, tuple(refused))
