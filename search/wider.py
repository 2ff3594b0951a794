"""Going on where few texts hold all the words: with those that hold some of them.

Owns: when that is done, and that nobody takes the two for the same: they are two pages. Measured by
`python -m benchmarks.relevance`: the searchers of the archive often type a word too many.
"""

from dataclasses import replace

from search.index import Page, Query, SearchIndex, Sort
from search.plan import plan
from search.tree import any_word


def also_some(index: SearchIndex, query: Query, page: Page) -> Page | None:
    """Return the best of what holds some of the words, where all that hold every word fill no page.

    `page` is what the index answered to `query`. None where one word was asked for, where rows are
    sorted otherwise than by relevance or by meaning too, and after the first page; its total counts
    what holds any of the words, those with all of them left out.

    Raises as `SearchIndex.search` does.
    """
    left = query.limit - len(page.hits)
    if query.cursor or page.cursor or query.vector or query.sort is not Sort.RELEVANCE or left <= 0:
        return None
    words = plan(query).words
    if any_word(words) == words:
        return None
    found = frozenset(hit.id for hit in page.hits)
    return index.search(
        replace(query, any_word=True, exclude=query.exclude | found, limit=left, facets=False, histogram=None)
    )
