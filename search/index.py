"""The one protocol of search, and the values that go in and come out.

Owns: what an index promises. Leaves how to `embedded` and `elastic`, and what to put in
to `pipeline`. "No results" is an empty page; "search is down" is `IndexUnavailable`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from kentongan.errors import BadInput, KentonganError


class SearchError(KentonganError):
    """Searching failed for a reason we can name."""


class IndexUnavailable(SearchError):
    """The index cannot be reached or read now; the record is untouched."""


class IndexNotReady(SearchError):
    """There is no index yet, or one of another mapping: run `kentongan reindex`."""


class BadCursor(SearchError, BadInput):
    """The cursor is not one that a page of this same query gave out."""


class Kind(StrEnum):
    ITEM = "item"
    FACT_CHECK = "fact_check"


class Sort(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"  # then by id, largest first
    OLDEST = "oldest"  # then by id
    PRIORITY = "priority"  # then as NEWEST


class Interval(StrEnum):
    DAY = "day"
    WEEK = "week"  # beginning on Monday
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Document:
    """What the index holds of one item or fact-check. No author: nobody is searchable (R5)."""

    id: str  # UUID of the item or fact-check
    kind: Kind
    title: str
    text: str
    url: str
    source: str  # source name, or publisher for fact-checks
    platform: str
    published_at: datetime  # publication, or first sight where unknown
    labels: tuple[str, ...] = ()  # flagged labels; for press items empty
    stance: str = ""
    state: str = ""  # of its claim; the verdict for fact-checks
    claim_id: str = ""
    place: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()  # of elections that its day falls into: "pilkada 2024", "masa tenang"
    priority: float = 0.0
    vector: bytes = field(default=b"", repr=False)  # float16, unit length, 384; may be empty


@dataclass(frozen=True, slots=True)
class Query:
    """What someone asks. `text` is as typed: any string is legal.

    Syntax: words, "phrase", -not, OR, prefix*, (groups), field:value with the fields of
    `FIELDS`; see `search.query`. Without words, relevance means newest. With a vector,
    sorts other than relevance ignore it; without words it ranks the nearest and no others.
    """

    text: str = ""
    kind: Kind | None = Kind.ITEM
    # field -> any of these values; none at all is no filter
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    since: datetime | None = None  # inclusive
    until: datetime | None = None  # exclusive
    sort: Sort = Sort.RELEVANCE
    limit: int = 20
    cursor: str = ""  # of the page before
    vector: bytes = field(default=b"", repr=False)  # given: hybrid ranking with the words
    facets: bool = False
    histogram: Interval | None = None  # how many matches in each; by days of `zone`
    zone: str = "Asia/Jakarta"  # IANA name of a zone without summer time
    exclude: frozenset[str] = frozenset()  # ids
    any_word: bool = False  # of those asked for together one is enough; see `search.wider`
    snippets: bool = True  # whether hits bear their pieces of text and title, with the words marked


@dataclass(frozen=True, slots=True)
class Like:
    """A text whose like is looked for. What neither its words nor its vector find is not found."""

    kind: Kind
    words: Sequence[str] = ()  # stems as `analysis` makes them, the most telling first
    vector: bytes = field(default=b"", repr=False)
    limit: int = 60
    exclude: frozenset[str] = frozenset()  # ids
    recent: int | None = None  # by meaning, only among about so many of the newest are promised


FIELDS = ("label", "stance", "state", "source", "platform", "place", "stage", "claim")
FACETS = ("label", "stance", "state", "source", "platform", "place", "stage")
DIMENSIONS = 384  # of the vectors, in the embedded and the Elasticsearch engine alike


@dataclass(frozen=True, slots=True)
class Hit:
    id: str
    kind: Kind
    score: float  # comparable within one page only
    title: str
    url: str
    source: str
    platform: str
    published_at: datetime
    labels: tuple[str, ...]
    stance: str
    state: str
    claim_id: str
    snippet: tuple[tuple[str, bool], ...]  # pieces of plain text, True where it matched; () if not wanted
    title_pieces: tuple[tuple[str, bool], ...] = ()  # the whole title likewise


@dataclass(frozen=True, slots=True)
class Page:
    hits: tuple[Hit, ...]
    total: int
    cursor: str  # pass it back for the next page; empty after the last
    understood: str  # the query as it was read, for the searcher to see
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    histogram: tuple[tuple[date, int], ...] = ()  # first day of each interval with matches, in order


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that this engine will never take as it is, and why; the others are in."""

    id: str
    kind: Kind
    reason: str


@dataclass(frozen=True, slots=True)
class Rebuilt:
    held: int
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True)
class Health:
    engine: str
    documents: int
    detail: str


class SearchIndex(Protocol):
    """Every engine keeps these promises; tests/contract runs the same cases on each."""

    def prepare(self) -> None:
        """Make the index if there is none. Idempotent. Raises IndexNotReady for another mapping."""

    def put(self, documents: Sequence[Document]) -> list[Refused]:
        """Add or replace by id, searchable when this returns; give back what the engine will never take.

        Raises IndexUnavailable while the index is down, busy or read-only: the jobs wait in the
        outbox, and putting a document twice changes nothing.
        """

    def remove(self, ids: Sequence[str]) -> None:
        """Take out; unknown ids are no error."""

    def search(self, query: Query) -> Page:
        """Return one page. Never raises for anything typed in `text`.

        Raises IndexUnavailable, IndexNotReady, BadCursor, and BadInput for a filter on no field.
        """

    def like(self, like: Like) -> list[str]:
        """Return the ids of what is likest a text by words and by meaning, likest first.

        Both rankings are fused. The work is bounded, however large the archive is: the commonest of
        the words may be left out. Raises IndexUnavailable, IndexNotReady.
        """

    def ids(self, kind: Kind | None = None) -> Iterator[str]:
        """Yield every id held, each once."""

    def rebuild(self, documents: Iterator[Document]) -> Rebuilt:
        """Replace everything by `documents`; searches see the old index until the new one is full.

        What is put meanwhile goes into the old one: `pipeline.reindexing` tells it to the new one.
        Raises IndexUnavailable while another rebuild is at it.
        """

    def health(self) -> Health:
        """Return what the index holds. Raises IndexUnavailable, IndexNotReady."""

    def close(self) -> None: ...
