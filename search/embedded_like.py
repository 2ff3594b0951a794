"""What is like a text, in one state of the index: by its rarest words, and by meaning.

Owns: keeping the work bounded. Of the most telling words the rarest are taken until their lists
together hold MOST_ROWS, so a word that is in every text costs little however large the archive is.
"""

from collections.abc import Sequence

from tantivy import Occur

from search.embedded_match import Clause, any_of, either, every, term, to_query
from search.embedded_moments import Moment
from search.embedded_near import ids_of, nearest
from search.fields import without_surrogates
from search.fusion import DEPTH
from search.index import Like
from search.tree import Field

MOST_WORDS = 60
MOST_ROWS = 4_000  # of all words' lists together
_FEWEST_WORDS = 2  # however common they are


def sharing_words(of: Moment, like: Like) -> list[str]:
    """Return the ids that share the words of `like` and are of its kind, best first by BM25."""
    chosen = _affordable(of, like.words)
    if not chosen:
        return []
    schema = of.generation.schema
    words = either(term(schema, "stem", word) for word in chosen)
    query = every([(Occur.Must, words), *_bounds(of, like)])
    found = of.searcher.search(query, DEPTH, count=False).hits
    ids = ids_of(of.searcher, [at for _, at in found])
    return [id_ for _, id_ in sorted(zip((-score for score, _ in found), ids, strict=True))]


def like_in_meaning(of: Moment, like: Like) -> list[str]:
    """Return the ids of its kind that are nearest in meaning."""
    return list(nearest(of, like.vector, DEPTH, every(_bounds(of, like)), like.recent))


def _bounds(of: Moment, like: Like) -> list[Clause]:
    schema = of.generation.schema
    clauses = [(Occur.Must, to_query(schema, Field("kind", like.kind.value)))]
    if like.exclude:
        clauses.append((Occur.MustNot, any_of(schema, "id", sorted(like.exclude))))
    return clauses


def _affordable(of: Moment, words: Sequence[str]) -> list[str]:
    """Return the words to look for: of the most telling ones those in the fewest documents, as long as
    their lists together are short enough."""
    told = list(dict.fromkeys(map(without_surrogates, words)))[:MOST_WORDS]
    counts = sorted((of.searcher.doc_freq("stem", word), at) for at, word in enumerate(told))
    chosen: list[str] = []
    left = MOST_ROWS
    for rows, at in counts:
        if not rows:
            continue
        left -= rows
        if left < 0 and len(chosen) >= _FEWEST_WORDS:
            break
        chosen.append(told[at])
    return chosen
