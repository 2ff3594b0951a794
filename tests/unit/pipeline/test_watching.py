"""Every item held against the saved searches: found once, marked when it leaves, never a flag."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from uuid import UUID

import pytest

from kentongan.domain import Decision, ItemId, SourceKind, Stage
from kentongan.region import read_region
from kentongan.saved import SavedSearch, Wanted
from kentongan.store import Store, open_store
from pipeline.documents import RecordDocuments
from pipeline.saving import Rules, read_rules, save
from pipeline.watching import Watcher, watched_loader
from search.embedded import EmbeddedIndex
from search.index import Kind, Query, Refused, SearchError
from search.sync import Job, sync_outbox
from tests.factories import (
    claim_of,
    group,
    make_assessment,
    make_fact_check,
    make_item,
    make_source,
    make_user,
)

REGION = read_region("arunika")
FLOOD = "Banjir merendam jalan di Mekarjaya, posko dibuka."


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def rules(home: Path) -> Rules:
    return read_rules(REGION, home)


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{home / 'record.db'}")
    opened.collector.save_source(make_source("suara", SourceKind.PUBLIC_CHANNEL))
    make_user(opened)
    yield opened
    opened.close()


@pytest.fixture
def watcher(store: Store, rules: Rules) -> Watcher:
    return Watcher(store, rules)


def post(store: Store, text: str, number: int = 1) -> ItemId:
    at = datetime.now(UTC)
    item = make_item(text, "suara", url=f"https://s.example/{number}", published_at=at, seen_at=at)
    saved = store.collector.save_item(item)
    keep = store.conveyor
    for taken in keep.take(Stage.COLLECTED, "w", 9):
        assert keep.save_assessment(taken, "w", make_assessment(embedding=b""))
    for taken in keep.take(Stage.ASSESSED, "w", 9):
        assert keep.save_matches(taken, "w", [])
    for taken in keep.take(Stage.MATCHED, "w", 9):
        assert group(store, taken)
    return saved.id


def jobs_of(store: Store) -> list[Job]:
    return [Job(j.id, Kind(j.kind), j.document_id) for j in store.outbox.pending(1_000)]


def carry(store: Store, watcher: Watcher) -> int:
    """Hold what waits for the index against the searches, as the sync step does."""
    jobs = jobs_of(store)
    new = watcher(RecordDocuments(store).load(jobs))
    store.outbox.done([job.id for job in jobs])
    return new


def watch(store: Store, rules: Rules, query: str, **filters: tuple[str, ...]) -> SavedSearch:
    (sari,) = store.users.all()
    return save(store, rules, Wanted(query[:40], query, filters), owner=sari, by="sari")


class StoreOutbox:
    def __init__(self, store: Store) -> None:
        self._store = store

    def pending(self, limit: int) -> list[Job]:
        return jobs_of(self._store)[:limit]

    def done(self, ids: Sequence[int], refused: Sequence[Refused]) -> None:
        assert not refused
        self._store.outbox.done(ids)


def items_of(store: Store, search: SavedSearch) -> list[ItemId]:
    return [hit.item_id for hit in store.saved_hits.newest(search.id).hits if hit.left_at is None]


def test_a_new_item_is_a_hit_of_what_finds_it_and_of_nothing_else(
    store: Store, rules: Rules, watcher: Watcher
) -> None:
    flood, quake = watch(store, rules, "banjir (jalan OR rumah)"), watch(store, rules, "gempa")
    item = post(store, FLOOD)
    carry(store, watcher)
    assert (items_of(store, flood), items_of(store, quake)) == ([item], [])


def test_the_topics_of_the_region_are_watched_without_anybody_asking(
    store: Store, rules: Rules, watcher: Watcher
) -> None:
    item = post(store, FLOOD)
    carry(store, watcher)
    found = {s.topic for s in store.saved.all() if items_of(store, s) == [item]}
    assert found == {"banjir-cuaca"}


def test_seeing_an_item_again_changes_nothing(store: Store, rules: Rules, watcher: Watcher) -> None:
    watch(store, rules, "banjir")
    post(store, FLOOD)
    documents = RecordDocuments(store).load(jobs_of(store))
    assert watcher(documents) == 2  # the search and its topic
    assert watcher(documents) == Watcher(store, rules)(documents) == 0


def test_whoever_is_killed_between_two_steps_leaves_each_hit_once(
    store: Store, rules: Rules, watcher: Watcher, home: Path
) -> None:
    flood = watch(store, rules, "banjir")
    items = [post(store, f"Banjir di jalan nomor {n} belum surut.", n) for n in range(5)]
    dies = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from kentongan.region import read_region\n"
        "from kentongan.store import open_store\n"
        "from pipeline.saving import read_rules\n"
        "from pipeline.watching import Watcher\n"
        "from tests.unit.pipeline.test_watching import RecordDocuments, jobs_of\n"
        "home = Path(sys.argv[1])\n"
        "store = open_store(f'sqlite:///{home / \"record.db\"}')\n"
        "watcher = Watcher(store, read_rules(read_region('arunika'), home))\n"
        "watcher(RecordDocuments(store).load(jobs_of(store)))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", dies, str(home)], check=False, cwd=Path(__file__).parents[3]
    )
    assert ended.returncode == -signal.SIGKILL
    assert len(jobs_of(store)) >= len(items)  # the index has been told nothing
    assert carry(store, watcher) == 0
    assert sorted(items_of(store, flood)) == sorted(items)


def test_an_item_edited_out_of_a_search_is_marked_and_edited_into_another_found(
    store: Store, rules: Rules, watcher: Watcher
) -> None:
    flood, quake = watch(store, rules, "banjir"), watch(store, rules, "gempa")
    item = post(store, FLOOD)
    carry(store, watcher)
    assert post(store, "Gempa kecil terasa di Mekarjaya, warga tenang.") == item
    carry(store, watcher)
    assert (items_of(store, flood), items_of(store, quake)) == ([], [item])
    assert store.saved_hits.newest(flood.id).hits[0].left_at is not None


def test_a_hit_leaves_a_search_by_state_when_its_claim_is_decided_on(
    store: Store, rules: Rules, watcher: Watcher
) -> None:
    new = watch(store, rules, "banjir", state=("new",))
    item = post(store, FLOOD)
    carry(store, watcher)
    assert items_of(store, new) == [item]
    claim = store.claims.get(claim_of(store, item))
    (sari,) = store.users.all()
    store.reviews.decide(claim.id, sari.id, Decision.WATCH, version_seen=claim.version)
    carry(store, watcher)
    assert items_of(store, new) == []


def test_with_the_index_down_hits_are_kept_once_and_the_items_wait(
    store: Store, rules: Rules, tmp_path: Path
) -> None:
    flood = watch(store, rules, "banjir tahapan:persiapan")
    item = post(store, FLOOD)
    index = EmbeddedIndex(tmp_path / "index")  # not prepared: as one that is gone
    load = watched_loader(store, rules)
    with pytest.raises(SearchError):
        sync_outbox(StoreOutbox(store), load, index)
    assert items_of(store, flood) == [item]
    index.prepare()
    assert sync_outbox(StoreOutbox(store), load, index) > 0
    assert len(store.saved_hits.newest(flood.id).hits) == 1
    assert [hit.id for hit in index.search(Query(flood.wanted.query)).hits] == [str(item)]
    index.close()


def test_what_is_paused_is_not_asked_until_it_goes_on(store: Store, rules: Rules, watcher: Watcher) -> None:
    flood = watch(store, rules, "banjir")
    store.saved.pause(flood.id, True, by="sari")
    post(store, FLOOD, 1)
    carry(store, watcher)
    assert items_of(store, flood) == []
    store.saved.pause(flood.id, False, by="sari")
    item = post(store, "Banjir lagi di Sungai Belida pagi ini.", 2)
    carry(store, watcher)
    assert items_of(store, flood) == [item]


def test_what_is_over_is_no_longer_asked(store: Store, rules: Rules, watcher: Watcher) -> None:
    (sari,) = store.users.all()
    wanted = Wanted("Banjir", "banjir")
    soon = datetime.now(UTC) + timedelta(seconds=0.2)
    over = store.saved.add(wanted, owner=sari, expires_at=soon, by="sari")
    carry(store, watcher)  # compiled while it stood
    sleep(0.2)
    post(store, FLOOD)
    carry(store, watcher)
    assert items_of(store, over) == []


def test_a_candidate_declared_later_ends_the_searches_that_name_them(
    store: Store, rules: Rules, home: Path
) -> None:
    search = watch(store, rules, "wira pranata banjir")
    assert search.expires_at is None
    (home / "sasaran.yaml").write_text(
        "candidates: [{name: Wira Pranata, office: wali kota, until: 2098-05-01}]\n"
    )
    post(store, FLOOD)
    carry(store, Watcher(store, read_rules(REGION, home)))
    ends = store.saved.get(search.id).expires_at
    assert ends is not None
    assert ends.astimezone(REGION.time_zone).date().isoformat() == "2098-05-02"
    entry = next(e for e in store.audit.latest(5) if e.action == "end saved search")
    assert entry.subject == str(search.id)


def test_a_search_changed_by_another_process_is_asked_as_it_is_now(
    store: Store, rules: Rules, watcher: Watcher
) -> None:
    search = watch(store, rules, "gempa")
    carry(store, watcher)
    other = replace(search.wanted, query="banjir")
    store.saved.change(search.id, other, version_seen=search.version, expires_at=None, by="sari")
    item = post(store, FLOOD)
    carry(store, watcher)
    assert items_of(store, search) == [item]


def test_a_fact_check_is_no_hit(store: Store, rules: Rules, watcher: Watcher) -> None:
    search = watch(store, rules, "kotak suara")
    store.collector.save_fact_check(make_fact_check())
    assert carry(store, watcher) == 0
    assert items_of(store, search) == []


def test_a_hit_changes_neither_labels_nor_priority_nor_the_queue(
    store: Store, rules: Rules, watcher: Watcher
) -> None:
    for query in ("banjir", "jalan", "mekarjaya"):
        watch(store, rules, query)
    item = post(store, FLOOD)
    before = (store.items.view(item), store.claims.view(claim_of(store, item)), store.items.counts())
    assert carry(store, watcher) > 0
    assert before == (store.items.view(item), store.claims.view(claim_of(store, item)), store.items.counts())
    assert jobs_of(store) == []  # nothing to tell the index either


def test_the_stage_an_item_waits_in_is_left_alone(store: Store, watcher: Watcher) -> None:
    item = post(store, FLOOD)
    carry(store, watcher)
    assert [i.id for i in store.conveyor.take(Stage.GROUPED, "w", 9)] == [UUID(str(item))]
