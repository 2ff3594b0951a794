"""The whole index made anew from the record."""

from collections.abc import Iterator

from search.index import Document, SearchIndex


def reindex(index: SearchIndex, documents: Iterator[Document]) -> int:
    """Replace what the index holds by `documents` and return how many it holds then.

    Searches see the old index until the new one is full; a failure leaves the old one.
    `documents` should read the record lazily: it is first asked once other writers wait.
    """
    held = index.rebuild(documents)
    index.prepare()
    return held
