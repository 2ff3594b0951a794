"""Leases, stages, grouping and the outbox, on both databases."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import update

from kentongan.domain import (
    Item,
    Label,
    Lane,
    Match,
    NewItem,
    SourceKind,
    Span,
    Stage,
    Stance,
    Verdict,
)
from kentongan.errors import StoreError
from kentongan.store import Store
from kentongan.store.copies import Candidate
from kentongan.store.database import Database
from kentongan.store.schema import ItemRow
from kentongan.text import shingles
from tests.factories import (
    RUMOUR,
    claim_of,
    group,
    make_assessment,
    make_fact_check,
    make_item,
    make_source,
    work_all,
)


@pytest.fixture(autouse=True)
def _sources(store: Store) -> None:
    store.collector.save_source(make_source())
    store.collector.save_source(make_source("suara", SourceKind.PUBLIC_CHANNEL))


def _keep(store: Store, *items: NewItem) -> None:
    store.collector.save_items([(item, {}) for item in items])


def _expire_leases(store: Store) -> None:
    with store.database.write() as session:
        past = datetime.now(UTC) - timedelta(seconds=1)
        session.execute(update(ItemRow).values(lease_until=past))


def _taken(store: Store, stage: Stage = Stage.COLLECTED, worker: str = "w") -> Item:
    (item,) = store.conveyor.take(stage, worker, 1)
    return item


def test_two_workers_never_hold_the_same_item(store: Store, store_url: str) -> None:
    _keep(store, *(make_item(f"Kabar {n}.") for n in range(40)))
    start = Barrier(2)

    def take(worker: str) -> list[Item]:
        own = Store(Database(store_url))
        start.wait()
        got = [item for _ in range(5) for item in own.conveyor.take(Stage.COLLECTED, worker, 4)]
        own.close()
        return got

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(take, ["a", "b"])
    keys = [item.id for item in first + second]
    assert len(keys) == len(set(keys)) == 40


def test_an_open_transaction_does_not_hold_up_another_worker(store: Store, backend: str) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    _keep(store, make_item("Satu."), make_item("Dua."))
    with store.database.write() as session:
        session.get_one(ItemRow, next(store.items.all_ids()), with_for_update=True)
        assert [item.text for item in store.conveyor.take(Stage.COLLECTED, "w", 9)] == ["Dua."]


def test_items_are_taken_oldest_first_and_once(store: Store) -> None:
    _keep(store, *(make_item(f"Kabar {n}.", url=f"https://warta.example/{n}") for n in range(5)))
    taken = store.conveyor.take(Stage.COLLECTED, "w", 3)
    assert [item.text for item in taken] == ["Kabar 0.", "Kabar 1.", "Kabar 2."]
    assert [item.text for item in store.conveyor.take(Stage.COLLECTED, "w", 9)] == ["Kabar 3.", "Kabar 4."]
    assert store.conveyor.take(Stage.ASSESSED, "w", 9) == []


def test_a_save_after_the_lease_went_to_another_changes_nothing(store: Store) -> None:
    _keep(store, make_item())
    slow = _taken(store, worker="slow")
    _expire_leases(store)
    quick = _taken(store, worker="quick")

    assert not store.conveyor.save_assessment(slow, "slow", make_assessment(Label.HOAX))
    assert store.items.view(slow.id).assessment is None
    assert store.conveyor.save_assessment(quick, "quick", make_assessment())
    assert not store.conveyor.save_assessment(slow, "slow", make_assessment(Label.HOAX))
    assert store.items.view(slow.id).assessment == make_assessment()


def test_a_save_for_an_older_revision_changes_nothing(store: Store) -> None:
    _keep(store, make_item("Banjir.", url="https://warta.example/1"))
    item = _taken(store)
    _keep(store, make_item("Banjir surut.", url="https://warta.example/1"))
    assert not store.conveyor.save_assessment(item, "w", make_assessment(Label.HOAX))
    assert _taken(store).text == "Banjir surut."


def test_saving_a_stage_twice_changes_nothing(store: Store) -> None:
    _keep(store, make_item())
    item = _taken(store)
    assert store.conveyor.save_assessment(item, "w", make_assessment())
    assert not store.conveyor.save_assessment(item, "w", make_assessment(Label.HOAX))
    assert store.items.counts()["assessed"] == 1


def test_work_goes_on_where_a_killed_worker_left_it(store: Store, store_url: str) -> None:
    """A worker dies between any two stages, holding a lease: the next ends what it began."""
    _keep(store, make_item())
    for stage in (Stage.COLLECTED, Stage.ASSESSED, Stage.MATCHED):
        dead = Store(Database(store_url))
        assert len(dead.conveyor.take(stage, "dead", 1)) == 1
        dead.close()
        assert store.conveyor.take(stage, "alive", 1) == []
        store.conveyor.end_leases("dead")
        item = _taken(store, stage, "alive")
        if stage is Stage.COLLECTED:
            assert store.conveyor.save_assessment(item, "alive", make_assessment(Label.HOAX))
        elif stage is Stage.ASSESSED:
            assert store.conveyor.save_matches(item, "alive", [])
        else:
            assert group(store, item, "alive")
    assert store.conveyor.waiting() == {Stage.GROUPED: 1}
    assert store.claims.count() == 1
    assert store.outbox.size() == 1


def test_an_assessment_comes_back_as_it_was_saved(store: Store) -> None:
    _keep(store, make_item())
    assessment = make_assessment(
        Label.HOAX,
        abstained=frozenset({Label.IDENTITY_POLITICS}),
        spans=(Span(0, 6, Label.HOAX, 0.25),),
        cues=("ajakan sebar",),
        embedding=bytes(range(256)),
    )
    item = _taken(store)
    store.conveyor.save_assessment(item, "w", assessment)
    assert store.items.view(item.id).assessment == assessment
    assert store.conveyor.known_assessments([item.content_hash], "model-1") == {item.content_hash: assessment}
    assert store.conveyor.known_assessments([item.content_hash], "model-2") == {}


@pytest.mark.parametrize("left_open", [True, False])
def test_a_confirmed_match_to_a_refutation_flags_only_what_the_model_left_open(
    store: Store, left_open: bool
) -> None:
    check = store.collector.save_fact_check(make_fact_check())
    _keep(store, make_item())
    abstained = frozenset({Label.HOAX} if left_open else ())
    store.conveyor.save_assessment(_taken(store), "w", make_assessment(abstained=abstained))
    match = Match(check.id, 0.97, True, ("gudang",))
    store.conveyor.save_matches(_taken(store, Stage.ASSESSED), "w", [match])
    (key,) = store.items.all_ids()
    view = store.items.view(key)
    assert (view.labels, view.refuted) == (abstained, left_open)
    assert view.matches[0][0] == match


@pytest.mark.parametrize(
    ("labels", "verdict", "confirmed", "priority"),
    [
        ({Label.HOAX}, Verdict.REFUTED, True, 1.5 * (1 - 0.4 * 0.1)),
        ({Label.HOAX}, Verdict.REFUTED, False, 0.6),
        ({Label.HOAX}, Verdict.TRUE, True, 0.6),
        ({Label.IDENTITY_POLITICS}, Verdict.REFUTED, True, 0.6),
    ],
)
def test_a_refuting_match_adds_to_the_risk_of_a_hoax_and_of_nothing_else(
    store: Store, labels: set[Label], verdict: Verdict, confirmed: bool, priority: float
) -> None:
    checks = [
        store.collector.save_fact_check(make_fact_check(url=f"https://periksa.example/{n}", verdict=kind))
        for n, kind in enumerate((verdict, verdict, Verdict.TRUE))
    ]
    _keep(store, make_item(source="suara"))
    assessment = make_assessment(*labels, probability=0.6)
    item = _taken(store)
    store.conveyor.save_assessment(item, "w", assessment)
    found = zip(checks, (0.9, 0.8, 0.99), (confirmed, confirmed, True), strict=True)
    matches = [Match(check.id, probability, sure) for check, probability, sure in found]
    store.conveyor.save_matches(_taken(store, Stage.ASSESSED), "w", matches)
    assert group(store, _taken(store, Stage.MATCHED))
    assert store.claims.get(claim_of(store, item.id)).priority == pytest.approx(priority)
    assert store.items.view(item.id).assessment == assessment


def test_a_report_of_a_refuted_claim_bears_no_label(store: Store) -> None:
    check = store.collector.save_fact_check(make_fact_check())
    _keep(store, make_item())
    item = _taken(store)
    store.conveyor.save_assessment(item, "w", make_assessment(stance=Stance.REPORTS))
    store.conveyor.save_matches(_taken(store, Stage.ASSESSED), "w", [Match(check.id, 0.97, True)])
    assert store.items.view(item.id).labels == frozenset()


@pytest.mark.parametrize("turned", [False, True])
def test_copies_join_one_claim_whichever_comes_first(store: Store, turned: bool) -> None:
    pair = [make_item(RUMOUR), make_item("Info A1. " + RUMOUR + " Mohon bantuannya.", "suara")]
    _keep(store, *(pair[::-1] if turned else pair))
    _keep(store, make_item("Harga cabai di pasar Arunika turun menjelang akhir pekan ini."))
    work_all(store, Label.HOAX)
    claims = {claim_of(store, key) for key in store.items.all_ids()}
    assert len(claims) == 2
    assert sorted(store.claims.get(key).item_count for key in claims) == [1, 2]


def test_copies_grouped_at_the_same_moment_still_find_each_other(store: Store, store_url: str) -> None:
    _keep(store, make_item(RUMOUR), make_item(RUMOUR, "suara"))
    for stage in (Stage.COLLECTED, Stage.ASSESSED):
        for item in store.conveyor.take(stage, "w", 2):
            if stage is Stage.COLLECTED:
                store.conveyor.save_assessment(item, "w", make_assessment(Label.HOAX))
            else:
                store.conveyor.save_matches(item, "w", [])
    items = store.conveyor.take(Stage.MATCHED, "w", 2)
    start = Barrier(2)

    def save(item: Item) -> bool:
        own = Store(Database(store_url))
        start.wait()
        saved = group(own, item)
        own.close()
        return saved

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(save, items)) == [True, True]
    assert store.claims.count() == 1
    (claim,) = store.claims.queue(Lane.NEW).rows
    assert (claim.claim.item_count, claim.claim.source_count) == (2, 2)


def test_a_revised_item_that_says_the_same_stays_in_its_claim(store: Store) -> None:
    url = "https://suara.example/1"
    _keep(store, make_item(RUMOUR, "suara", url=url))
    work_all(store, Label.HOAX)
    (key,) = store.items.all_ids()
    before = claim_of(store, key)
    _keep(store, make_item(f"{RUMOUR} Mohon bantuannya.", "suara", url=url))
    work_all(store, Label.HOAX)
    assert claim_of(store, key) == before


def test_a_revised_item_that_says_another_thing_leaves_its_claim_empty(store: Store) -> None:
    url = "https://suara.example/1"
    _keep(store, make_item(RUMOUR, "suara", url=url))
    work_all(store, Label.HOAX)
    (key,) = store.items.all_ids()
    before = store.claims.get(claim_of(store, key))
    _keep(store, make_item("Koreksi: gudang kotak suara aman.", "suara", url=url))
    work_all(store)
    left, joined = store.claims.get(before.id), store.claims.get(claim_of(store, key))
    assert before.lane is Lane.NEW
    assert (left.lane, left.item_count, left.labels) == (Lane.UNFLAGGED, 0, frozenset())
    assert (joined.item_count, joined.headline) == (1, "Koreksi: gudang kotak suara aman.")


def test_a_book_length_text_can_be_grouped(store: Store) -> None:
    """More runs of words than one statement of SQLite takes."""
    runs = 33_000
    _keep(store, make_item(" ".join(f"kata{n}" for n in range(runs + 200))), make_item())
    work_all(store)
    _keep(store, make_item(" ".join(f"kata{n}" for n in range(200, runs + 200)), "suara"))
    work_all(store)
    assert store.claims.count() == 2


def test_an_item_and_its_index_job_are_kept_together_or_not_at_all(store: Store) -> None:
    _keep(store, make_item())
    store.conveyor.save_assessment(_taken(store), "w", make_assessment(Label.HOAX))
    store.conveyor.save_matches(_taken(store, Stage.ASSESSED), "w", [])
    item = _taken(store, Stage.MATCHED)

    def fail(_: Sequence[Candidate], commonplace: frozenset[int]) -> Sequence[Candidate]:
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        store.conveyor.save_group(item, "w", shingles(item.text), fail)
    assert (store.claims.count(), store.outbox.size()) == (0, 0)
    assert store.items.view(item.id).item.stage is Stage.MATCHED

    assert group(store, item)
    assert (store.claims.count(), store.outbox.size()) == (1, 1)
    (job,) = store.outbox.pending(10)
    assert (job.kind, job.document_id) == ("item", str(item.id))


def test_jobs_leave_the_outbox_only_when_done(store: Store) -> None:
    for n in range(3):
        store.collector.save_fact_check(make_fact_check(url=f"https://periksa.example/{n}"))
    jobs = store.outbox.pending(2)
    assert [job.id for job in jobs] == sorted(job.id for job in jobs)
    assert store.outbox.size() == 3
    store.outbox.done([job.id for job in jobs])
    assert store.outbox.size() == 1
    assert store.outbox.pending(9)[0].id not in {job.id for job in jobs}


def test_a_failing_statement_keeps_nothing_and_says_one_line(store: Store) -> None:
    from kentongan.domain import FactCheckId
    from kentongan.ids import new_id

    _keep(store, make_item())
    store.conveyor.save_assessment(_taken(store), "w", make_assessment())
    item = _taken(store, Stage.ASSESSED)
    with pytest.raises(StoreError) as raised:
        store.conveyor.save_matches(item, "w", [Match(FactCheckId(new_id()), 0.9, True)])
    assert "\n" not in str(raised.value)
    assert store.items.view(item.id).item.stage is Stage.ASSESSED
