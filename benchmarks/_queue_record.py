"""A record of many claims, filled straight into its tables: invented, and quick to make.

Triggers and indexes of the items are taken away while they are put in and made again after; what the triggers
would have counted is counted at once. What claims say of their items is made up to fit, not read from them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from math import log2
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, text

from kentongan.domain import Lane, Platform, SourceKind, Stance
from kentongan.gazetteer import read_gazetteer
from kentongan.store import Store
from kentongan.store.marks import bit_of, marks_of, place_bits
from kentongan.store.schema import AssessmentRow, ClaimRow, ItemPlaceRow, ItemRow, NarrativeRow
from tests.factories import make_source

_NOW = datetime.now(UTC).replace(microsecond=0)
_BATCH = 2_000
_LANES = (
    (Lane.NEW, "new", 0.10),
    (Lane.PRESS, "new", 0.02),
    (Lane.SECOND, "new", 0.01),
    (Lane.VERIFICATION, "needs_verification", 0.03),
    (Lane.WATCHING, "watching", 0.04),
    (Lane.ESCALATED, "escalated", 0.01),
    (Lane.CLOSED, "dismissed", 0.13),
    (Lane.SAMPLE, "new", 0.03),
    (Lane.UNFLAGGED, "new", 0.63),
)
_WORDS = (
    *("warga", "pasar", "banjir", "jembatan", "sekolah", "kelurahan", "rapat", "jalan", "lampu", "air"),
    *("hujan", "malam", "pagi", "besok", "katanya", "sebarkan", "ditutup", "hilang", "semua", "grup"),
)
_SOURCES = 60  # the first ten of the press
_NARRATIVES = 100


def fill(store: Store, claims: int) -> int:
    """Put so many claims into an empty record on SQLite, with about ten times as many items; return how
    many items there are."""
    for number in range(_SOURCES):
        kind = SourceKind.PRESS if number < 10 else SourceKind.PUBLIC_CHANNEL
        store.collector.save_source(make_source(f"sumber-{number}", kind))
    places = sorted(read_gazetteer("arunika").places)
    items = 0
    with store.database.engine.connect() as connection, _unbound(connection):
        connection.execute(insert(NarrativeRow), [_narrative(n) for n in range(_NARRATIVES)])
        for start in range(0, claims, _BATCH):
            items += _put(connection, range(start, min(start + _BATCH, claims)), places)
        _count(connection)
    store.database.close()  # the next connection writes ahead again, as a record does
    return items


def _put(connection: Connection, numbers: range, places: list[str]) -> int:
    claims: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    assessments: list[dict[str, Any]] = []
    spoken: list[dict[str, Any]] = []
    for n in numbers:
        chance = Random(n)
        lane, state = _lane(chance.random())
        own = list(_items(n, lane, chance))
        claims.append(_claim(n, lane, state, own, chance))
        if lane is not Lane.UNFLAGGED:
            assessments.append(_assessment(own[0]))
        for item in own:
            if chance.random() < 0.5:
                place = chance.choice(places)
                claims[-1]["place_bits"] |= place_bits([place])
                spoken.append({"item_id": item["id"], "place": place, "votes": 1.0})
        items += own
    connection.execute(insert(ClaimRow), claims)
    connection.execute(insert(ItemRow), items)
    connection.execute(insert(AssessmentRow), assessments)
    connection.execute(insert(ItemPlaceRow), spoken)
    connection.commit()
    return len(items)


def _lane(chance: float) -> tuple[Lane, str]:
    for lane, state, share in _LANES:
        chance -= share
        if chance < 0:
            return lane, state
    return Lane.UNFLAGGED, "new"


def _items(n: int, lane: Lane, chance: Random) -> Iterator[dict[str, Any]]:
    count = 2_000 if n % 1_000 == 500 else 100 if n % 100 == 50 else chance.randint(1, 13)
    days = 20 if lane in (Lane.NEW, Lane.PRESS, Lane.SECOND) else 400
    first = _NOW - timedelta(minutes=chance.randint(60, 1440 * days))
    sentence = " ".join(chance.choices(_WORDS, k=24)).capitalize() + f" nomor {n}."
    flagged = lane not in (Lane.SAMPLE, Lane.UNFLAGGED)
    for number in range(count):
        source = chance.randrange(10) if lane is Lane.PRESS else chance.randrange(10, _SOURCES)
        at = min(_NOW, first + timedelta(minutes=37 * number))
        yield {
            "id": UUID(int=(1 << 100) + n * 4_096 + number), "identity": f"{n:08}:{number:05}",
            "source": f"sumber-{source}", "platform": Platform.NEWS if source < 10 else Platform.POST,
            "url": f"https://sumber-{source}.example/{n}/{number}", "title": "", "text": sentence,
            "author": "", "language": "id", "external_id": "", "published_at": at, "first_seen_at": at,
            "last_seen_at": at, "content_hash": f"{n:064x}", "revision": 1, "stage": "linked",
            "lease_owner": None, "lease_until": None, "trouble": None, "claim_id": _claim_key(n),
            "press": source < 10,
            "assessment_id": UUID(int=(3 << 100) + n) if number == 0 and lane is not Lane.UNFLAGGED else None,
            "hoax": flagged, "black_campaign": False, "identity_politics": flagged and n % 9 == 0,
            "risk": 0.5 + 0.5 * chance.random() if flagged and number else float(flagged), "refuted": False,
            "surest": 0.0, "voice": f"sumber-{source}", "wire": "", "copy_of": None, "pinned": False,
            "given": {}, "section": "", "tags": [], "views": None, "edited": False, "gone_at": None,
        }  # fmt: skip


def _claim(n: int, lane: Lane, state: str, items: list[dict[str, Any]], chance: Random) -> dict[str, Any]:
    flagged = lane not in (Lane.SAMPLE, Lane.UNFLAGGED)
    sources = len({item["source"] for item in items})
    kinds = [SourceKind.PRESS if lane is Lane.PRESS else SourceKind.PUBLIC_CHANNEL]
    platforms = {Platform(item["platform"]) for item in items}
    labels = (1 if flagged else 0) | (4 if flagged and n % 9 == 0 else 0)
    stance = Stance.ASSERTS if flagged else Stance.REPORTS
    checked = chance.random() < 0.15
    marks = labels | marks_of([stance, *platforms, *kinds], press=lane is Lane.PRESS, checked=checked)
    assert marks & bit_of(stance)
    return {
        "id": _claim_key(n), "headline": items[0]["text"], "lane": lane.value, "state": state,
        "priority": flagged * chance.random() * (1 + log2(len(items))) * (1 + log2(sources) / 2),
        "hoax": flagged, "black_campaign": False, "identity_politics": flagged and n % 9 == 0,
        "item_count": len(items), "source_count": sources, "voice_count": sources,
        "first_seen_at": items[0]["first_seen_at"], "last_seen_at": items[-1]["first_seen_at"], "version": 1,
        "resurfaced_at": None, "merged_into": None, "parted": False,
        "narrative_id": _narrative_key(n % _NARRATIVES) if flagged else None,
        "waits": lane is Lane.SECOND, "special": False,
        "answered_at": _NOW if lane is Lane.VERIFICATION and n % 20 == 0 else None, "election": n % 3 == 0,
        "marks": marks, "place_bits": 0, "lead_id": items[0]["id"],
        "checked_id": items[0]["id"] if checked else None,
        "laned_at": items[0]["first_seen_at"],
    }  # fmt: skip


def _assessment(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": item["assessment_id"], "item_id": item["id"], "revision": 1, "model": "model-1",
        "content_hash": item["content_hash"],
        "probabilities": {"hoax": 0.8, "black_campaign": 0.05, "identity_politics": 0.05},
        "stance": "asserts" if item["hoax"] else "reports", "stance_probability": 0.9,
        "flagged": ["hoax"] if item["hoax"] else [], "abstained": [], "spans": [[0, 80, "hoax", 0.4]],
        "cues": [], "embedding": bytes(768), "assessed_at": _NOW,
    }  # fmt: skip


def _claim_key(n: int) -> UUID:
    return UUID(int=(2 << 100) + n)


def _narrative(n: int) -> dict[str, Any]:
    words = Random(n).sample(_WORDS, k=3)
    return {
        "id": _narrative_key(n), "label": f"{' '.join(words)} {n}", "words": words, "claim_count": 0,
        "item_count": 0, "first_seen_at": _NOW, "last_seen_at": _NOW, "centre": bytes(768), "active": True,
    }  # fmt: skip


def _narrative_key(n: int) -> UUID:
    return UUID(int=(3 << 100) + n)


@contextmanager
def _unbound(connection: Connection) -> Iterator[None]:
    """Take the triggers and indexes of items and their places away, and make them again at the end."""
    connection.exec_driver_sql("COMMIT")
    for setting in ("synchronous=OFF", "foreign_keys=OFF", "journal_mode=OFF", "cache_size=-500000"):
        connection.exec_driver_sql(f"PRAGMA {setting}")
    connection.exec_driver_sql("BEGIN")
    made = connection.execute(
        text(
            "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') "
            "AND tbl_name IN ('items', 'item_places') AND sql IS NOT NULL"
        )
    ).all()
    for kind, name, _ in made:
        connection.exec_driver_sql(f"DROP {kind} {name}")
    yield
    for _, _, sql in made:
        connection.exec_driver_sql(sql)
    connection.commit()


def _count(connection: Connection) -> None:
    """Count what the triggers would have."""
    key = "claim_id, source, voice, refuted, hoax, black_campaign, identity_politics"
    hour = "CAST(strftime('%s', published_at) AS INTEGER) / 3600"
    for statement in (
        f"INSERT INTO claim_tallies ({key}, items) SELECT {key}, count(*) FROM items GROUP BY {key}",
        f"INSERT INTO claim_hours SELECT claim_id, {hour}, count(*) FROM items GROUP BY 1, 2",
        "INSERT INTO claim_places SELECT claim_id, place, count(*) FROM item_places "
        "JOIN items ON items.id = item_id GROUP BY 1, 2",
        "UPDATE narratives SET (claim_count, item_count, first_seen_at, last_seen_at) = (SELECT count(*), "
        "coalesce(sum(item_count), 0), coalesce(min(first_seen_at), narratives.first_seen_at), "
        "coalesce(max(last_seen_at), narratives.last_seen_at) FROM claims "
        "WHERE narrative_id = narratives.id)",
    ):
        connection.exec_driver_sql(statement)
    connection.commit()
