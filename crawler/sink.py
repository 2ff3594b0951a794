"""Where spiders put what they found: the front door of the record, as this room sees it."""

from datetime import datetime
from typing import Protocol

from kentongan.domain import NewFactCheck, NewItem, Source


class Saved(Protocol):
    """What became of one item or fact-check."""

    @property
    def created(self) -> bool: ...

    @property
    def revised(self) -> bool: ...


class Sink(Protocol):
    """Keeps sources, items, fact-checks and fetches durably; `kentongan.store.Store.collector` is one.

    Every method returns when the row is committed. Raises BadInput for what the record refuses.
    """

    def save_source(self, source: Source) -> None: ...

    def save_item(self, item: NewItem) -> Saved: ...

    def save_fact_check(self, check: NewFactCheck) -> Saved: ...

    def record_fetch(
        self, source: str, url: str, *, status: int, error: str = "", at: datetime | None = None
    ) -> None: ...
