"""The search engine without a server: words and vectors in one folder.

Owns: the `SearchIndex` promises on top of `embedded_files`, `_write`, `_read` and `_fill`. Several
processes may use the folder at once: any number read, one writes at a time.
docs/decisions/0016-embedded-engine.md says why it is made as it is.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from tantivy import Occur

from search.cursor import Key
from search.embedded_counts import Newest
from search.embedded_files import WAIT_SECONDS, EmbeddedFiles, translated
from search.embedded_fill import fill
from search.embedded_like import like_in_meaning, sharing_words
from search.embedded_match import to_query
from search.embedded_moments import Moment, Moments
from search.embedded_order import in_order
from search.embedded_read import EmbeddedRankings
from search.embedded_write import prepare_all, put_documents, remove_documents
from search.fusion import fuse, walk
from search.index import (
    Document,
    Health,
    IndexNotReady,
    Kind,
    Like,
    Page,
    Query,
    Rebuilt,
    Refused,
    SearchError,
    Sort,
)
from search.plan import Plan, plan
from search.tree import And, Field

_IDS = 10_000  # at a time

T = TypeVar("T")


class EmbeddedIndex:
    """A `SearchIndex` in `folder`. `wait_seconds`: how long a write waits for another one."""

    def __init__(self, folder: Path) -> None:
        self._files = EmbeddedFiles(folder.absolute())
        self._moments = Moments()
        self._newest = Newest()
        self._beside = ThreadPoolExecutor(thread_name_prefix="counting")
        self.wait_seconds = WAIT_SECONDS

    def prepare(self) -> None:
        """Also raises IndexNotReady when any byte of the words is not as it was written."""
        folder = self._files.folder
        with translated(folder):
            if not (folder / "current").exists():
                # A rebuild that fills the first generation must not see it swept away.
                with self._files.rebuilding(self.wait_seconds), self._files.writing(self.wait_seconds):
                    if not (folder / "current").exists():
                        self._files.adopt(self._files.create().path)
            self._files.open().check()

    def put(self, documents: Sequence[Document]) -> list[Refused]:
        prepared, refused = prepare_all(documents)
        if prepared:
            with self._files.writing(self.wait_seconds), translated(self._files.folder):
                put_documents(self._files.open(), prepared)
        return refused

    def remove(self, ids: Sequence[str]) -> None:
        if ids:
            with self._files.writing(self.wait_seconds), translated(self._files.folder):
                remove_documents(self._files.open(), ids)

    def search(self, query: Query) -> Page:
        planned = plan(query)
        return self._answered(lambda: self._search(planned))

    def like(self, like: Like) -> list[str]:
        return self._answered(lambda: self._like(like))

    def ids(self, kind: Kind | None = None) -> Iterator[str]:
        moment = self._answered(self._moment)
        schema = moment.generation.schema
        asked = to_query(schema, Field("kind", kind.value) if kind else And())
        after: Key = ()
        while True:
            with translated(self._files.folder):
                rows, _ = in_order(moment.searcher, schema, [(Occur.Must, asked)], Sort.OLDEST, after, _IDS)
            yield from (str(key[-1]) for key, _ in rows)
            if len(rows) < _IDS:
                return
            after = rows[-1][0]

    def rebuild(self, documents: Iterator[Document]) -> Rebuilt:
        with self._files.rebuilding(), translated(self._files.folder):
            try:
                kept: Path | None = self._files.current()
            except IndexNotReady:
                kept = None
            self._files.sweep(keep=kept)
            made = self._files.create()
            try:
                rebuilt = fill(made, documents)
                made.check()
            except BaseException:
                self._files.sweep(keep=kept)
                raise
            with self._files.writing(self.wait_seconds):
                self._files.adopt(made.path)
        return rebuilt

    def health(self) -> Health:
        return self._answered(self._health)

    def close(self) -> None:
        self._beside.shutdown()
        self._moments.clear()
        self._newest.clear()
        self._files.close()

    def _search(self, planned: Plan) -> Page:
        moment = self._moment(planned.place.moment, same_vectors=planned.by_meaning)
        query = planned.query
        rankings = EmbeddedRankings(moment, planned, self._beside)
        walked = walk(planned, rankings)
        # A walk goes on in an earlier state, but what was erased since is shown no more.
        present = self._moment() if moment.token == planned.place.moment else moment
        hits = rankings.hits(walked.rows, present)
        facets = rankings.facets() if query.facets else {}
        histogram = rankings.histogram() if query.histogram else ()
        if walked.cursor and rankings.moment:
            self._moments.keep(moment)
        return Page(hits, walked.total, walked.cursor, planned.understood, facets, histogram)

    def _like(self, like: Like) -> list[str]:
        moment = self._moment()
        near = like_in_meaning(moment, like) if like.vector else []
        return list(fuse(sharing_words(moment, like), near))[: like.limit]

    def _health(self) -> Health:
        moment = self._moment()
        size = moment.generation.size_bytes()
        return Health("embedded", moment.searcher.num_docs, f"{self._files.folder}, {size / 1e6:.1f} MB")

    def _moment(self, token: str = "", same_vectors: bool = False) -> Moment:
        """Return one state of the index, that of the token or the newest: all in it sees the same rows."""
        kept = self._moments.find(token) if token else None
        # Words stay readable when their files are gone; vectors, which are mapped as needed, do not.
        if kept and not (same_vectors and kept.generation.path != self._files.current()):
            return kept
        generation = self._files.open()
        newest = self._newest.of(generation)
        return Moment(generation, newest.searcher, newest.counts)

    def _answered(self, work: Callable[[], T]) -> T:
        """Return what the work returns, done once more whenever a rebuild took its files away meanwhile."""
        with translated(self._files.folder):
            while True:
                before = self._files.current()
                try:
                    with translated(self._files.folder):
                        return work()
                except SearchError:
                    if self._files.current() == before:
                        raise
