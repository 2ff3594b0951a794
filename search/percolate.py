"""Search turned round: which of many standing queries does one document match?

Owns: answering that as the engines would, in time bounded by what the document says rather than by
how many queries stand. Each query is filed under a group of terms of which a matching document must
hold one, and under a second such group where it has two; only those are tried of whose groups the
document holds a term each. Queries without such a term ("-word" alone) are always tried. Leaves
where the queries are kept, and whose they are, to the callers.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Generic, TypeVar

from search.analysis import exact_terms, stem_terms
from search.fields import field_tags, tag
from search.index import Document, Query
from search.plan import plan
from search.tree import And, Field, Never, Node, Not, Or, Phrase, Prefix, Word

K = TypeVar("K")
Test = Callable[["_Reading"], bool]
Anchor = tuple[str, str]  # (table, term)

_BETWEEN, _END = "\x1f", "\x1e"  # never in a term
_STEM, _EXACT, _PREFIX, _TAG = "stem", "exact", "prefix", "tag"
# How many documents a term is likely to be in, beside 1 / its length: only the order matters. A long
# word is rarer than a short one; a stop word or the value of a field is in many.
_STOP_COST, _TAG_COST, _NO_COST = 10.0, 5.0, 1_000.0


@dataclass(frozen=True, slots=True)
class Standing:
    """A query for items, read once: its words, fields and filters, and between which moments."""

    node: Node
    since: datetime | None = None  # inclusive
    until: datetime | None = None  # exclusive

    def test(self) -> Test:
        """Return the function that tells whether a document, once read, matches."""
        said = compile_test(self.node)
        if self.since is None and self.until is None:
            return said
        since, until = self.since or datetime.min.replace(tzinfo=UTC), self.until
        return lambda r: since <= r.at and (until is None or r.at < until) and said(r)


def read_standing(query: Query) -> Standing:
    """Return the query as it stands. Raises BadInput naming a filter on no field."""
    planned = plan(query)
    return Standing(planned.node, planned.query.since, planned.query.until)


class Percolator(Generic[K]):
    """A set of standing queries. Made once for many documents; a changed set is a new one."""

    def __init__(self, queries: Iterable[tuple[K, Standing]]) -> None:
        self._queries: list[tuple[K, Test]] = []
        self._always: set[int] = set()
        self._once: set[int] = set()  # filed under one group of terms only
        self._first, self._second = _Files(), _Files()
        for number, (key, query) in enumerate(queries):
            self._queries.append((key, query.test()))
            needed = _needed(query.node)
            if not needed:
                self._always.add(number)
                continue
            self._first.add(number, needed[0])
            if len(needed) > 1:
                self._second.add(number, needed[1])
            else:
                self._once.add(number)

    def __len__(self) -> int:
        return len(self._queries)

    def match(self, document: Document) -> list[K]:
        """Return the keys of the queries that find the document, in the order they were given."""
        reading = _Reading(document)
        return [self._queries[n][0] for n in self._candidates(reading) if self._queries[n][1](reading)]

    def _candidates(self, reading: "_Reading") -> list[int]:
        """Return the queries to try: those of which the document holds a term of both their groups."""
        first = self._first.holding(reading)
        both = first & self._second.holding(reading) if first else first
        return sorted(self._always | both | (first & self._once))


class _Files:
    """Numbers of queries by a term that a matching document must hold, or one of several."""

    def __init__(self) -> None:
        self._filed: dict[str, dict[str, list[int]]] = {t: {} for t in (_STEM, _EXACT, _PREFIX, _TAG)}
        self._lengths: set[int] = set()  # of the prefixes

    def add(self, number: int, anchors: Iterable[Anchor]) -> None:
        for table, term in anchors:
            self._filed[table].setdefault(term, []).append(number)
            if table == _PREFIX:
                self._lengths.add(len(term))

    def holding(self, reading: "_Reading") -> set[int]:
        """Return the numbers filed under any term that the document holds."""
        found: set[int] = set()
        for table, terms in ((_STEM, reading.stems), (_EXACT, reading.exact), (_TAG, reading.tags)):
            filed = self._filed[table]
            for term in filed.keys() & terms:
                found.update(filed[term])
        begins = self._filed[_PREFIX]
        for length in self._lengths:
            for term in reading.exact:
                found.update(begins.get(term[:length], ()))
        return found


def compile_test(node: Node) -> Test:
    """Return the function that tells whether a document, once read, matches the tree."""
    match node:
        case Word(_, stem, (exact,)):
            return lambda r: stem in r.stems or exact in r.exact
        case Word(_, stem, exact):
            return lambda r: stem in r.stems or r.says(exact)
        case Phrase(exact):
            return lambda r: r.says(exact)
        case Prefix(exact):
            return lambda r: r.begins(exact)
        case Field(name, value):
            wanted = tag(name, value)
            return lambda r: wanted in r.tags
        case Never():
            return lambda r: False
        case Not(part):
            unwanted = compile_test(part)
            return lambda r: not unwanted(r)
        case And(parts):
            every = [compile_test(part) for part in parts]
            return lambda r: all(test(r) for test in every)
        case Or(parts):
            return _any_of(parts)


def read_document(document: Document) -> "_Reading":
    """Return what a compiled test looks at."""
    return _Reading(document)


class _Reading:
    """The terms of one document, as every engine holds them."""

    def __init__(self, document: Document) -> None:
        title, text = exact_terms(document.title), exact_terms(document.text)
        self.stems = frozenset(stem_terms(title)).union(stem_terms(text))
        self.exact = frozenset(title).union(text)
        self.tags = frozenset(field_tags(document))
        self.at = document.published_at
        self._fields = (title, text)

    def says(self, phrase: Sequence[str]) -> bool:
        """Tell whether the title or the text holds these terms one after the other."""
        if not self.exact.issuperset(phrase):
            return False
        return len(phrase) == 1 or _in_one_line(phrase) in self._said

    def begins(self, prefix: str) -> bool:
        at = bisect_left(self._sorted, prefix)
        return at < len(self._sorted) and self._sorted[at].startswith(prefix)

    @cached_property
    def _said(self) -> str:
        return _END.join(map(_in_one_line, self._fields))

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.exact)


def _in_one_line(terms: Sequence[str]) -> str:
    return f"{_BETWEEN}{_BETWEEN.join(terms)}{_BETWEEN}"


def _any_of(parts: Sequence[Node]) -> Test:
    """Many single words, as a watch topic has them, are looked up at once."""
    words = [part for part in parts if isinstance(part, Word) and len(part.exact) == 1]
    stems = frozenset(word.stem for word in words)
    exact = frozenset(word.exact[0] for word in words)
    others = [compile_test(part) for part in parts if not (isinstance(part, Word) and len(part.exact) == 1)]

    def test(r: _Reading) -> bool:
        return (
            not stems.isdisjoint(r.stems)
            or not exact.isdisjoint(r.exact)
            or any(other(r) for other in others)
        )

    return test


def _needed(node: Node) -> list[frozenset[Anchor]]:
    """Return the two rarest groups of terms of which every matching document holds one of each.

    Fewer where the tree has fewer; an empty group where nothing can match.
    """
    parts = node.parts if isinstance(node, And) else (node,)
    flat = [part for each in parts for part in (each.parts if isinstance(each, And) else (each,))]
    groups = [(_cost(part), anchors) for part in flat if (anchors := _anchors(part)) is not None]
    return [anchors for _, anchors in sorted(groups, key=lambda group: group[0])[:2]]


def _anchors(node: Node) -> frozenset[Anchor] | None:
    """Return terms of which every matching document holds at least one; None where there are none such.

    Empty where nothing matches.
    """
    match node:
        case Word(_, stem, (_,)):
            return frozenset({(_STEM, stem)})  # whoever holds a word holds its stem
        case Word(_, stem, exact):
            return frozenset({(_STEM, stem), (_EXACT, max(exact, key=len))})
        case Phrase(exact):
            return frozenset({(_EXACT, max(exact, key=len))})
        case Prefix(exact):
            return frozenset({(_PREFIX, exact)})
        case Field(name, value):
            return frozenset({(_TAG, tag(name, value))}) if name != "kind" else None  # nearly all are items
        case Never():
            return frozenset()
        case Not():
            return None
        case And():
            return next(iter(_needed(node)), None)
        case Or(parts):
            either: frozenset[Anchor] = frozenset()
            for part in parts:
                anchors = _anchors(part)
                if anchors is None:
                    return None
                either |= anchors
            return either


def _cost(node: Node) -> float:
    """Return how many documents will be tried for the node's anchors, on no particular scale."""
    match node:
        case Word(_, stem, _, stop):
            return _STOP_COST if stop else 1 / len(stem or " ")
        case Phrase(exact):
            return 1 / (len(max(exact, key=len)) + len(exact))
        case Prefix(exact):
            return 2 / len(exact or " ")
        case Field():
            return _TAG_COST
        case And(parts):
            return min((_cost(part) for part in parts if _anchors(part) is not None), default=_NO_COST)
        case Or(parts):
            return sum(map(_cost, parts))
        case Never():
            return 0.0
        case Not():
            return _NO_COST
