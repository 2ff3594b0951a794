"""Where the crawler and importers put what they found, durably and once.

Owns: identity of items (canonical URL, the id a file gave, or content), revisions,
evidence, masking at the border. Leaves judging to the conveyor, which takes every item
from stage `collected`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kentongan.collecting import PageSeen
from kentongan.domain import (
    FactCheckId,
    ItemId,
    NewFactCheck,
    NewItem,
    Platform,
    Source,
    SourceKind,
    Stage,
)
from kentongan.errors import BadInput
from kentongan.ids import new_id
from kentongan.private_names import mask_private
from kentongan.pseudonym import is_pseudonym
from kentongan.store.crawls import Crawls
from kentongan.store.database import Database, now
from kentongan.store.edits import hold_grouping
from kentongan.store.evidence import add_evidence
from kentongan.store.outbox import FACT_CHECK, enqueue
from kentongan.store.pages import Pages, note_page
from kentongan.store.schema import FactCheckRow, FetchRow, ItemRow, RevisionRow, SourceRow
from kentongan.store.turned import turn_source
from kentongan.text import clean, mask_personal

MAX_URL_BYTES = 2_000  # PostgreSQL's indexes hold 2,704 at most
MAX_EXTERNAL_ID_BYTES, MAX_LANGUAGE_BYTES = 500, 20


@dataclass(frozen=True, slots=True)
class SavedItem:
    id: ItemId
    created: bool
    revised: bool


@dataclass(frozen=True, slots=True)
class SavedFactCheck:
    id: FactCheckId
    created: bool
    revised: bool


class Collector:
    """The record's front door. Everything is idempotent: saying a thing twice changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.pages = Pages(database)
        self.crawls = Crawls(database)

    def save_source(self, source: Source) -> None:
        """Add the source, or bring its row up to date."""
        said = {
            "title": source.title,
            "kind": source.kind.value,
            "permission": source.permission.value,
            "home": source.home,
            "region": source.region,
            "time_zone": source.time_zone,
            "press_council": source.press_council,
            "owner": source.owner,
            "basis": source.basis,
            "expected_daily": source.expected_daily,
            "every_minutes": source.every_minutes,
            "active": source.active,
            "updated_at": now(),
        }
        with self._database.write() as session:
            before = session.scalar(select(SourceRow.kind).where(SourceRow.name == source.name))
            turned = before not in (None, source.kind.value)
            if turned:
                hold_grouping(session, self._database)  # before any row: others who hold it wait for rows
            session.execute(self._database.insert_new(SourceRow).values(name=source.name, **said))
            session.execute(update(SourceRow).where(SourceRow.name == source.name).values(**said))
            if turned:
                turn_source(session, source)

    def save_item(
        self, item: NewItem, given: Mapping[str, Any] | None = None, page: PageSeen | None = None
    ) -> SavedItem:
        """Keep an item in a transaction of its own; a text that its source changed becomes a new revision.

        With `page`, the address it was read at is noted in the same transaction. Personal data in
        the text is masked here, whatever the caller did (R6). Raises BadInput for an empty text, an
        unknown source, a post with a bare author, or an address, id or language too long to be one.
        """
        with self._database.write() as session:
            saved = self._save_item(session, new_id(), item, given or {})
            if page is not None:
                note_page(session, self._database, item.source, page, saved.id)
            return saved

    def save_item_in(self, session: Session, item: NewItem, given: Mapping[str, Any]) -> SavedItem:
        """As `save_item`, within the session's transaction."""
        return self._save_item(session, new_id(), item, given)

    def save_items(self, items: Sequence[tuple[NewItem, Mapping[str, Any]]]) -> list[SavedItem]:
        """Keep many items in one transaction: all of them or, when one is refused, none."""
        keys = [new_id() for _ in items]
        # In one order everywhere, so that two writers never wait for each other.
        order = sorted(range(len(items)), key=lambda i: _sort_key(items[i][0]))
        with self._database.write() as session:
            saved = {i: self._save_item(session, keys[i], *items[i]) for i in order}
        return [saved[i] for i in range(len(items))]

    def _save_item(self, session: Session, key: UUID, item: NewItem, given: Mapping[str, Any]) -> SavedItem:
        title, text, content_hash = _content_of(item)
        if not text:
            raise BadInput(
                f"{item.source}: an item without text ({item.url or item.external_id or 'no address'})"
            )
        if (
            item.platform in (Platform.POST, Platform.REPORT)
            and item.author
            and not is_pseudonym(item.author)
        ):
            raise BadInput(f"{item.source}: a post's author must be a pseudonym or empty")
        for name, value, most in (
            ("url", item.url, MAX_URL_BYTES),
            ("external_id", item.external_id, MAX_EXTERNAL_ID_BYTES),
            ("language", item.language, MAX_LANGUAGE_BYTES),
        ):
            _check_length(item.source, name, value, most)
        source = session.get(SourceRow, item.source, with_for_update={"read": True}, populate_existing=True)
        if source is None:
            raise BadInput(f"unknown source {item.source!r}")
        seen = item.seen_at or now()
        identity = _identity(item, content_hash)
        row = self._by_identity(session, identity)
        if row is None:
            fresh = self._item_values(key, item, identity, title, text, content_hash, seen, given)
            press = source.kind == SourceKind.PRESS.value
            insert = self._database.insert_new(ItemRow).values(press=press, **fresh).returning(ItemRow.id)
            inserted = session.scalar(insert) is not None
            row = self._by_identity(session, identity)
            assert row is not None
            if inserted:
                session.add(_revision(row, seen))
                for evidence in (item.evidence, *item.further):
                    add_evidence(session, evidence, revision=1, item_id=row.id)
                return SavedItem(ItemId(row.id), created=True, revised=False)
        row.last_seen_at = max(row.last_seen_at, seen)
        # Another source may tell of an address, and never what it says.
        if row.source != item.source:
            return SavedItem(ItemId(row.id), created=False, revised=False)
        row.views = row.views if item.views is None else item.views
        row.edited = row.edited or item.edited
        if row.content_hash == content_hash:
            return SavedItem(ItemId(row.id), created=False, revised=False)
        row.title, row.text, row.content_hash = title, text, content_hash
        row.revision += 1
        row.assessment_id = None  # its spans are positions in the old text
        row.stage, row.lease_owner, row.lease_until, row.trouble = Stage.COLLECTED.value, None, None, None
        session.add(_revision(row, seen))
        for evidence in (item.evidence, *item.further):
            add_evidence(session, evidence, revision=row.revision, item_id=row.id)
        return SavedItem(ItemId(row.id), created=False, revised=True)

    @staticmethod
    def _by_identity(session: Session, identity: str) -> ItemRow | None:
        return session.scalar(select(ItemRow).where(ItemRow.identity == identity).with_for_update())

    @staticmethod
    def _item_values(
        key: UUID,
        item: NewItem,
        identity: str,
        title: str,
        text: str,
        content_hash: str,
        seen: datetime,
        given: Mapping[str, Any],
    ) -> dict[str, Any]:
        return {
            "id": key,
            "identity": identity,
            "source": item.source,
            "platform": item.platform.value,
            "url": item.url,
            "title": title,
            "text": text,
            "author": item.author if is_pseudonym(item.author) else mask_personal(clean(item.author)),
            "language": item.language,
            "external_id": item.external_id,
            "published_at": item.published_at,
            "first_seen_at": seen,
            "last_seen_at": seen,
            "content_hash": content_hash,
            "revision": 1,
            "hoax": False,
            "black_campaign": False,
            "identity_politics": False,
            "risk": 0.0,
            "refuted": False,
            "surest": 0.0,
            "voice": item.source,
            "wire": "",
            "pinned": False,
            "stage": Stage.COLLECTED.value,
            "given": dict(given),
            "section": item.section,
            "tags": list(item.tags),
            "views": item.views,
            "edited": item.edited,
        }

    def says_nothing_new(self, item: NewItem) -> bool:
        """Tell whether the record has just this text of this item of this source already."""
        content_hash = _content_of(item)[2]
        same = (ItemRow.identity == _identity(item, content_hash), ItemRow.content_hash == content_hash)
        with self._database.read() as session:
            return session.scalar(select(ItemRow.source).where(*same)) == item.source

    def save_fact_check(self, check: NewFactCheck, page: PageSeen | None = None) -> SavedFactCheck:
        """Keep a published check, its claim masked; a changed claim or verdict replaces the old.

        With `page`, the address it was read at is noted in the same transaction.
        """
        with self._database.write() as session:
            saved = self._save_fact_check(session, check)
            if page is not None:
                note_page(session, self._database, check.source, page)
            return saved

    def save_fact_checks(self, checks: Sequence[NewFactCheck]) -> list[SavedFactCheck]:
        """Keep many checks in one transaction; the answers are in the order given."""
        order = sorted(range(len(checks)), key=lambda i: checks[i].url)  # as `save_items` does
        with self._database.write() as session:
            saved = {i: self._save_fact_check(session, checks[i]) for i in order}
        return [saved[i] for i in range(len(checks))]

    def _save_fact_check(self, session: Session, check: NewFactCheck) -> SavedFactCheck:
        claim, title = mask_personal(clean(check.claim)), mask_personal(clean(check.title)).replace("\n", " ")
        if not claim or not check.url:
            raise BadInput(
                f"{check.publisher}: a fact-check needs a claim and an address ({check.url or 'none'})"
            )
        _check_length(check.publisher, "url", check.url, MAX_URL_BYTES)
        content_hash = hash_content(title, f"{claim}\n{check.verdict}\n{check.verdict_text}")
        row = session.scalar(select(FactCheckRow).where(FactCheckRow.url == check.url).with_for_update())
        if row is not None and row.content_hash == content_hash:
            return SavedFactCheck(FactCheckId(row.id), created=False, revised=False)
        said = {
            "publisher": check.publisher,
            "source": check.source,
            "claim": claim,
            "title": title,
            "verdict": check.verdict.value,
            "verdict_text": clean(check.verdict_text),
            "published_at": check.published_at,
            "content_hash": content_hash,
            "embedding": b"",
            "embedded_by": "",
            "looked_back": False,
        }
        key, created = (row.id, False) if row else (new_id(), True)
        if created:
            fresh = {"id": key, "url": check.url, "first_seen_at": now(), **said}
            insert = self._database.insert_new(FactCheckRow).values(**fresh).returning(FactCheckRow.id)
            if session.scalar(insert) is None:  # somebody else has just kept it
                return self._save_fact_check(session, check)
        else:
            session.execute(update(FactCheckRow).where(FactCheckRow.id == key).values(**said))
        add_evidence(session, check.evidence, revision=1, fact_check_id=key)
        enqueue(session, FACT_CHECK, key)
        return SavedFactCheck(FactCheckId(key), created=created, revised=not created)

    def record_fetch(
        self, source: str, url: str, *, status: int, error: str = "", at: datetime | None = None
    ) -> None:
        """Keep what became of a request: its HTTP status (0: none came) and any trouble in words."""
        with self._database.write() as session:
            session.add(FetchRow(source=source, url=url, status=status, error=error, at=at or now()))


def hash_content(title: str, text: str) -> str:
    """Return the SHA-256, in hex, by which two texts count as the same."""
    return sha256(f"{title}\n{text}".encode()).hexdigest()


def _content_of(item: NewItem) -> tuple[str, str, str]:
    """Return title and text as they are kept, and their hash."""
    text, title = mask_personal(clean(item.text)), mask_personal(clean(item.title)).replace("\n", " ")
    if item.platform in (Platform.POST, Platform.REPORT):
        text, title = mask_private(text), mask_private(title)
    return title, text, hash_content(title, text)


def _check_length(source: str, name: str, value: str, most: int) -> None:
    if len(value.encode(errors="replace")) > most:
        raise BadInput(f"{source}: {name} {value[:60]!r}... is longer than {most} bytes")


def _sort_key(item: NewItem) -> str:
    return item.url or item.external_id or item.text


def _identity(item: NewItem, content_hash: str) -> str:
    if item.url:
        return f"url:{item.url}"
    if item.external_id:
        return f"id:{item.source}:{item.external_id}"
    return f"text:{item.source}:{content_hash}"


def _revision(row: ItemRow, seen: datetime) -> RevisionRow:
    return RevisionRow(
        item_id=row.id,
        number=row.revision,
        title=row.title,
        text=row.text,
        content_hash=row.content_hash,
        seen_at=seen,
    )
