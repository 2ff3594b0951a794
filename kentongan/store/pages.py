"""The addresses that were read: each once, looked at again by a plan, and whether it is still there.

Owns: the ledger of pages, when the next look at one is due, and when an item counts as gone.
Leaves fetching to the crawler and what pages say to `collect`. Everything is idempotent.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kentongan.collecting import DuePage, PageSeen
from kentongan.domain import Evidence
from kentongan.store.database import Database, batched
from kentongan.store.evidence import add_evidence
from kentongan.store.schema import ItemRow, PageRow

LOOKS = tuple(timedelta(hours=hours) for hours in (2, 12, 48, 7 * 24, 14 * 24, 21 * 24, 28 * 24))
"""How old a reading is when its page is looked at again: most edits come in the first hours, and
what is taken away is to be known within seven days (DOMAIN 7.2, R25)."""

SOON = timedelta(hours=1)  # a list that says "just now" of everything has nothing read again sooner
FIRST_RETRY = timedelta(minutes=25)  # of a page that did not answer; then doubled
RETRIES = 8  # the last after about four days; then by the plan of the looks


class Pages:
    def __init__(self, database: Database) -> None:
        self._database = database

    def unread(self, stamps: Mapping[str, str], *, from_list: bool = False) -> list[str]:
        """Return the addresses to read, in order: never met yet, or listed with another stamp since.

        `stamps` holds what the list says of each; one without stamp is read once. With `from_list` the
        list is all that will be read of them: a page that was read before is not replaced by it.
        """
        known: dict[str, tuple[str, datetime]] = {}
        columns = (PageRow.url, PageRow.stamp, PageRow.checked_at, PageRow.from_list, PageRow.item_id)
        with self._database.read() as session:
            for urls in batched(stamps):
                rows = select(*columns).where(PageRow.url.in_(urls))
                for url, stamp, at, listed, item_id in session.execute(rows):
                    better = from_list and not listed and item_id is not None
                    known[url] = (stamps[url] if better else stamp, at)
        return [url for url, stamp in stamps.items() if url not in known or _changed(stamp, *known[url])]

    def known(self, urls: Sequence[str]) -> list[str]:
        """Return those that were met at some time, in order."""
        unread = set(self.unread(dict.fromkeys(urls, "")))
        return [url for url in urls if url not in unread]

    def due(self, source: str, at: datetime, limit: int) -> list[DuePage]:
        """Return the addresses of a source whose next look is due, longest due first."""
        query = (
            select(PageRow.url, PageRow.from_list, func.coalesce(ItemRow.url, ""))
            .outerjoin(ItemRow, ItemRow.id == PageRow.item_id)
            .where(PageRow.source == source, PageRow.check_at <= at)
            .order_by(PageRow.check_at, PageRow.url)
            .limit(limit)
        )
        with self._database.read() as session:
            return [DuePage(*row) for row in session.execute(query)]

    def looked_at(self, source: str, since: datetime, besides: Sequence[str]) -> tuple[int, int]:
        """Return how many addresses of a source were looked at again since, and how many of them missed.

        Those `besides` which they are counted are left out.
        """
        query = select(func.count(), func.count(PageRow.missed_at)).where(
            PageRow.source == source,
            PageRow.checked_at >= since,
            PageRow.checks > 0,
            PageRow.url.not_in(besides),
        )
        with self._database.read() as session:
            looked, missed = session.execute(query).one()
            return looked, missed

    def mark(self, source: str, page: PageSeen) -> None:
        """Note that an address was read, or looked at and is still there; without an item."""
        with self._database.write() as session:
            _hold_item(session, page.url)
            note_page(session, self._database, source, page)

    def mark_unanswered(self, source: str, url: str, at: datetime, *, asked: bool = True) -> None:
        """Note that a page could not be read this time: it is due again soon, then seldom.

        Nothing is lost when its list has moved on until then. What was not even `asked` for, since its
        host wanted to be left alone or the crawl was stopped, is due in the next crawl and no try.
        """
        with self._database.write() as session:
            row = session.get(PageRow, url, with_for_update=True)
            if row is None:
                insert = self._database.insert_new(PageRow)
                session.execute(
                    insert.values(
                        url=url,
                        source=source,
                        stamp="",
                        from_list=False,
                        read_at=at,
                        checked_at=at,
                        checks=0,
                        tries=0,
                    )
                )
                row = session.get_one(PageRow, url, with_for_update=True)
            row.checked_at = at
            if not asked:
                row.check_at = at
                return
            soon = at + FIRST_RETRY * 2**row.tries
            row.check_at = soon if row.tries < RETRIES else next_look(row.read_at, at)
            row.tries += 1

    def mark_missed(
        self, url: str, status: int, at: datetime, confirm_after: timedelta, evidence: Evidence | None = None
    ) -> bool:
        """Note that an address that was read is not there any more; True when its item is gone since now.

        It does once it is missed again `confirm_after` later, and at once where that is zero; then the
        answer that says so is kept with the item. Until then the next look is due just then. False for
        an address that was never read.
        """
        with self._database.write() as session:
            _hold_item(session, url)
            row = session.get(PageRow, url, with_for_update=True)
            if row is None:
                return False
            row.checked_at = at
            row.checks += 1
            since = row.missed_at = row.missed_at or at
            row.missed_status = status
            gone = at - since >= confirm_after
            row.check_at = None if gone else since + confirm_after
            if not gone or row.item_id is None:
                return False
            # An item may be there under another address, and only its own source takes it away.
            elsewhere = select(PageRow.url).where(
                PageRow.item_id == row.item_id, PageRow.url != url, PageRow.missed_at.is_(None)
            )
            still = (ItemRow.id == row.item_id, ItemRow.source == row.source, ItemRow.gone_at.is_(None))
            taken = update(ItemRow).where(*still, ~elsewhere.exists()).values(gone_at=since)
            revision = session.scalar(taken.returning(ItemRow.revision))
            if revision is not None:
                add_evidence(session, evidence, revision=revision, item_id=row.item_id)
            return revision is not None

    def count(self, source: str) -> int:
        """Return how many addresses of a source were met."""
        with self._database.read() as session:
            return session.scalar(select(func.count()).where(PageRow.source == source)) or 0


def _changed(stamp: str, known: str, checked_at: datetime) -> bool:
    """Whether a list's stamp tells of a change since the page was last read.

    Lists of one site write one moment in several ways, and some write the present: what was before
    our reading is in it, and what came soon after is left to the next look. A stamp that is no
    moment tells of a change when it is another one.
    """
    if not stamp or stamp == known:
        return False
    try:
        told = datetime.fromisoformat(stamp)
    except ValueError:
        return True
    return (told if told.tzinfo else told.replace(tzinfo=UTC)) > checked_at + SOON


def note_page(
    session: Session, database: Database, source: str, page: PageSeen, item_id: UUID | None = None
) -> None:
    """Note in this transaction that an address was read; what was missed is there again."""
    fresh = {
        "url": page.url,
        "source": source,
        "item_id": item_id,
        "stamp": page.stamp,
        "from_list": page.from_list,
        "read_at": page.seen_at,
        "checked_at": page.seen_at,
        "checks": 0,
        "tries": 0,
        "check_at": page.seen_at + LOOKS[0] if page.again else None,
    }
    insert = database.insert_new(PageRow).values(**fresh).returning(PageRow.url)
    if session.scalar(insert) is not None:
        return
    row = session.get_one(PageRow, page.url, with_for_update=True, populate_existing=True)
    row.checked_at = max(row.checked_at, page.seen_at)
    row.checks += 1
    row.stamp = page.stamp or row.stamp
    row.from_list = page.from_list
    row.item_id = row.item_id or item_id
    row.check_at = next_look(row.read_at, page.seen_at) if page.again else None
    row.missed_at = row.missed_status = None
    row.tries = 0
    if row.item_id is not None and item_id in (None, row.item_id):
        gone = (ItemRow.id == row.item_id, ItemRow.source == row.source, ItemRow.gone_at.is_not(None))
        session.execute(update(ItemRow).where(*gone).values(gone_at=None))


def _hold_item(session: Session, url: str) -> None:
    """Lock the item that was read at an address before the address itself, in the order of `save_item`."""
    item_id = session.scalar(select(PageRow.item_id).where(PageRow.url == url))
    if item_id is not None:
        session.execute(select(ItemRow.id).where(ItemRow.id == item_id).with_for_update())


def next_look(read_at: datetime, seen_at: datetime) -> datetime | None:
    """Return when a page that was looked at is looked at next; None when it is old enough to be left."""
    return next((read_at + look for look in LOOKS if read_at + look > seen_at), None)
