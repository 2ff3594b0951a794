"""The whole index made anew from the record."""

from collections.abc import Iterator

from search.index import Document, Rebuilt, SearchIndex


def reindex(index: SearchIndex, documents: Iterator[Document]) -> Rebuilt:
    """Replace what the index holds by `documents` and return what became of it.

    Searches see the old index until the new one is full; a failure leaves the old one. `documents`
    should read the record lazily: the engine goes over to the new index once they have ended.
    """
    rebuilt = index.rebuild(documents)
    index.prepare()
    return rebuilt
