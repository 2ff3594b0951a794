"""Where spiders put what they found: the front door of the record, as this room sees it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from kentongan.collecting import CrawlRun, DuePage, PageSeen
from kentongan.domain import Evidence, NewFactCheck, NewItem, Source


class Saved(Protocol):
    """What became of one item or fact-check."""

    @property
    def created(self) -> bool: ...

    @property
    def revised(self) -> bool: ...


class Ledger(Protocol):
    """Which addresses were read, and when to look again; `kentongan.store.pages.Pages` is one."""

    def unread(self, stamps: Mapping[str, str], *, from_list: bool = False) -> list[str]: ...

    def known(self, urls: Sequence[str]) -> list[str]: ...

    def due(self, source: str, at: datetime, limit: int) -> list[DuePage]: ...

    def mark(self, source: str, page: PageSeen) -> None: ...

    def looked_at(self, source: str, since: datetime, besides: Sequence[str]) -> tuple[int, int]: ...

    def mark_unanswered(self, source: str, url: str, at: datetime, *, asked: bool = True) -> None: ...

    def mark_missed(
        self, url: str, status: int, at: datetime, confirm_after: timedelta, evidence: Evidence | None = None
    ) -> bool: ...


class CrawlDiary(Protocol):
    """What came of each crawl; `kentongan.store.crawls.Crawls` is one."""

    def save(self, run: CrawlRun) -> None: ...

    def last_success(self, source: str) -> datetime | None: ...


class Sink(Protocol):
    """Keeps sources, items, fact-checks and fetches durably; `kentongan.store.Store.collector` is one.

    Every method returns when the row is committed. Raises BadInput for what the record refuses.
    """

    @property
    def pages(self) -> Ledger: ...

    @property
    def crawls(self) -> CrawlDiary: ...

    def save_source(self, source: Source) -> None: ...

    def save_item(
        self, item: NewItem, given: Mapping[str, Any] | None = None, page: PageSeen | None = None
    ) -> Saved: ...

    def says_nothing_new(self, item: NewItem) -> bool: ...

    def save_fact_check(self, check: NewFactCheck, page: PageSeen | None = None) -> Saved: ...

    def record_fetch(
        self, source: str, url: str, *, status: int, error: str = "", at: datetime | None = None
    ) -> None: ...
