"""A product's way into the record: its response into the evidence, then itself, durably.

Nothing runs before these two and nothing after: what comes next is the conveyor's, which
starts from the record.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem

from crawler.context import Found
from crawler.middlewares import context_of
from kentongan.domain import NewItem
from kentongan.errors import BadInput

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class KeepEvidence:
    """Gives each product the place where its response is kept."""

    def __init__(self, crawler: Crawler) -> None:
        self._context = context_of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> KeepEvidence:
        return cls(crawler)

    def process_item(self, item: Found) -> Found:
        captured = item.captured
        if (
            item.look
            and isinstance(item.product, NewItem)
            and self._context.sink.says_nothing_new(item.product)
        ):
            return item
        now = datetime.now(UTC)
        keep = self._context.evidence.keep
        evidence, *further = (
            keep(c.url, c.status, c.headers, c.payload, now) for c in (captured, *item.further)
        )
        product = item.product
        if isinstance(product, NewItem):
            product = replace(
                product, evidence=evidence, further=tuple(further), seen_at=product.seen_at or now
            )
        else:
            product = replace(product, evidence=evidence)
        return replace(item, product=product)


class SaveProduct:
    """Puts the product into the record and counts what came of it."""

    def __init__(self, crawler: Crawler) -> None:
        self._context = context_of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SaveProduct:
        return cls(crawler)

    def process_item(self, item: Found) -> Found:
        context, product = self._context, item.product
        try:
            if isinstance(product, NewItem):
                saved = context.sink.save_item(product, page=item.page)
            else:
                saved = context.sink.save_fact_check(product, page=item.page)
        except BadInput as exc:
            if item.page is not None:
                context.sink.pages.mark(context.source.name, item.page)
            context.trouble(product.url, f"refused by the record: {exc}")
            raise DropItem(str(exc)) from exc
        tally = context.tally
        if saved.created and isinstance(product, NewItem):
            tally.items += 1
        elif saved.created:
            tally.fact_checks += 1
        elif saved.revised:
            tally.revised += 1
        else:
            tally.unchanged += 1
        return item
