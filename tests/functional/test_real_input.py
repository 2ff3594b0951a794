"""Real input: the saved local articles and real posts, through the commands people use."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from classifier.assess import Assessor
from kentongan.domain import Decision, Lane, Role
from kentongan.opinions import Waiting
from kentongan.store import Store, open_store
from pipeline.checking import check_text
from pipeline.importing import import_items
from pipeline.matching import Matcher
from search.embedded import EmbeddedIndex
from search.index import Query, Sort
from tests.working import make_worker

POSTS = 100  # more is `make bench` matter: each is read by the model


@pytest.fixture(scope="module")
def articles(shared_data: Path) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted((shared_data / "local_news").glob("*.txt"))]


class Parts:
    def __init__(self, home: Path, assessor: Assessor) -> None:
        self.store: Store = open_store(f"sqlite:///{home / 'record.db'}")
        self.index = EmbeddedIndex(home / "index")
        self.assessor = assessor
        self.matcher = Matcher(self.index, self.store.fact_checks.get_many, assessor)
        self.worker = make_worker(self.store, self.index, assessor, self.matcher)

    def bring_in(self, path: Path, rows: list[dict[str, Any]]) -> None:
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
        import_items(
            self.store, path, region="pangkalpinang", time_zone="Asia/Jakarta", pseudonym_key="k" * 32
        )


@pytest.fixture
def parts(tmp_path: Path, assessor: Assessor) -> Iterator[Parts]:
    parts = Parts(tmp_path, assessor)
    yield parts
    parts.index.close()
    parts.store.close()


def test_none_of_the_five_local_articles_is_flagged(articles: list[str], parts: Parts) -> None:
    parts.index.prepare()
    for article in articles:
        found = check_text(article, parts.assessor, parts.store, parts.index, parts.matcher)
        assert found.assessment.flagged == frozenset()
        assert found.archive_problem == ""


def test_the_two_copies_of_one_release_fall_into_one_claim(
    articles: list[str], parts: Parts, tmp_path: Path
) -> None:
    rows = [
        {"id": str(n), "text": text, "platform": "news", "source": f"outlet-{n}"}
        for n, text in enumerate(articles)
    ]
    parts.bring_in(tmp_path / "articles.jsonl", rows)
    parts.worker.run_once()

    views = parts.store.items.views(list(parts.store.items.all_ids()))
    claim_of = {view.item.external_id: view.item.claim_id for view in views}
    assert claim_of["0"] == claim_of["1"]
    assert len(set(claim_of.values())) == 4


def read_posts(shared_data: Path, count: int) -> list[dict[str, Any]]:
    """Return real posts, a third of them checked narratives, in the import format."""
    narratives: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    with gzip.open(shared_data / "posts.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            kind = narratives if (row.get("labels") or {}).get("hoax") == 1 else others
            item = {
                "id": row["id"],
                "text": row["text"],
                "source": row["dataset"],
                "platform": "post",
                "author": "@seseorang",
            }
            if row["text"].strip():
                kind.append(item)
    step = max(1, len(others) // count)
    return [*islice(narratives, count // 3), *islice(others[::step], count - count // 3)]


def test_real_posts_are_imported_assessed_searched_and_decided_on(
    shared_data: Path, parts: Parts, tmp_path: Path
) -> None:
    rows = read_posts(shared_data, POSTS)
    parts.bring_in(tmp_path / "posts.jsonl", rows)

    report = parts.worker.run_once()

    assert report.set_aside == 0
    assert report.assessed == report.grouped == len(rows)
    assert len(set(parts.index.ids())) == len(rows)

    seen: Counter[str] = Counter()
    cursor = ""
    while True:
        page = parts.index.search(Query(sort=Sort.NEWEST, limit=40, cursor=cursor))
        seen.update(hit.id for hit in page.hits)
        cursor = page.cursor
        if not cursor:
            break
    assert len(seen) == len(rows)
    assert set(seen.values()) == {1}
    for row in rows[:50]:
        words = " ".join(row["text"].split()[:6])
        assert parts.index.search(Query(text=words)).understood is not None

    first, second = (
        parts.store.users.add(name, Role.ANALYST, "kata sandi yang panjang", by="test")
        for name in ("sari", "tono")
    )
    decided = 0
    while queue := parts.store.claims.queue(Lane.NEW, limit=50).rows:
        for row_ in queue:
            seen_at = row_.claim.version
            kept = parts.store.reviews.decide(row_.claim.id, first.id, Decision.DISMISS, version_seen=seen_at)
            if isinstance(kept, Waiting):  # identity politics takes two
                parts.store.reviews.decide(row_.claim.id, second.id, Decision.DISMISS, version_seen=seen_at)
            decided += 1
    assert decided > POSTS // 6
    parts.worker.run_once()
    assert parts.index.search(Query(filters={"state": ["dismissed"]})).total >= decided
    assert parts.store.audit.verify() is None
