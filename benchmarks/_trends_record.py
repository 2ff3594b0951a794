"""A record for trends: the one of the queue, with a ledger of crawls and narratives over its claims."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import insert, text

from benchmarks._queue_record import fill
from kentongan.collecting import Outcome
from kentongan.store import Store
from kentongan.store.schema import CrawlRow, NarrativeRow

DAYS, A_DAY = 420, 4
_NARRATIVES = 200
_NOTHING = dict.fromkeys(
    ("items", "revised", "fact_checks", "errors", "requests", "lists_failed", "listed", "pages", "unread",
     "untitled", "undated", "drift"), 0,
) | {"robots": "", "whole": True, "problem": ""}  # fmt: skip
_SHARE = 3  # one claim in three belongs to one of them


def fill_trends(store: Store, claims: int) -> int:
    """Fill an empty record on SQLite; return how many items there are."""
    items = fill(store, claims)
    add_crawls_and_narratives(store)
    return items


def add_crawls_and_narratives(store: Store) -> None:
    """Crawl each source for DAYS days, failing one time in thirty; give every third claim a theme."""
    chance, now = Random(1), datetime.now(UTC).replace(microsecond=0)
    with store.database.write() as session:
        sources = list(session.scalars(text("SELECT name FROM sources WHERE name LIKE 'sumber-%'")))
        for source in sources:
            runs = []
            for step in range(DAYS * A_DAY):
                at = now - timedelta(days=DAYS) + timedelta(hours=24 / A_DAY * step)
                failed = chance.random() < 1 / 30
                runs.append(
                    _NOTHING | {
                        "source": source, "started_at": at, "ended_at": at, "lists": int(not failed),
                        "outcome": (Outcome.DIED if failed else Outcome.DONE).value,
                    }
                )  # fmt: skip
            session.execute(insert(CrawlRow), runs)
        for theme in range(_NARRATIVES):
            session.add(
                NarrativeRow(
                    id=UUID(int=(6 << 100) + theme), label=f"tema {theme}", words=[], claim_count=1,
                    item_count=1,
                    first_seen_at=now - timedelta(days=DAYS), last_seen_at=now, centre=b"", active=True,
                )
            )  # fmt: skip
        session.flush()
        themes = [key for (key,) in session.execute(text("SELECT id FROM narratives ORDER BY id"))]
        for number, key in enumerate(themes):
            session.execute(
                text(
                    "UPDATE claims SET narrative_id = :key "
                    "WHERE rowid % :every = 0 AND rowid / :every % :all = :number"
                ),
                {"key": key, "every": _SHARE, "all": len(themes), "number": number},
            )
