"""What the index is told is what the record holds, however it is read."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from kentongan.domain import Label, SourceKind
from kentongan.elections import Calendar, Stage
from kentongan.store import Store
from kentongan.store import archived as narrow
from kentongan.store.schema import ItemPlaceRow
from pipeline.documents import RecordDocuments
from search.index import Document, Kind
from search.sync import Job
from tests.factories import make_fact_check, make_item, make_source, work_all

PILKADA = Calendar((Stage("Pilkada 2026", "masa tenang", date(2026, 3, 1), date(2026, 3, 3)),))


@pytest.fixture
def filled(store: Store) -> Store:
    """Grouped items of press and public, one not yet grouped, places, and a fact-check."""
    store.collector.save_source(make_source())
    store.collector.save_source(make_source("suara", SourceKind.PUBLIC_CHANNEL))
    for number in range(7):
        source = "warta" if number % 2 else "suara"
        published = datetime(2026, 2, 28, 20, tzinfo=UTC) if number % 3 else None
        text = f"Kabar nomor {number} dari kampung hulu sungai {number}, kata warga di sana."
        store.collector.save_item(make_item(text, source, title=f"Judul {number}", published_at=published))
    work_all(store, Label.HOAX, Label.IDENTITY_POLITICS)
    store.collector.save_item(make_item("Belum dibaca siapa pun."))
    store.collector.save_fact_check(make_fact_check())
    first = next(iter(store.items.all_ids(grouped_only=True)))
    with store.database.write() as session:
        for place, votes in (("19.71.02", 1.0), ("19.71.01", 1.0), ("19.71.05", 3.0)):
            session.add(ItemPlaceRow(item_id=first, place=place, votes=votes))
    return store


def from_views(store: Store) -> list[Document]:
    """The same documents, made of what the pages show."""
    documents = []
    for view in store.items.views(list(store.items.all_ids(grouped_only=True))):
        item, assessment = view.item, view.assessment
        assert item.claim_id is not None
        assert assessment is not None
        claim = store.claims.view(item.claim_id).claim
        press = item.source_kind is SourceKind.PRESS
        documents.append(
            Document(
                id=str(item.id),
                kind=Kind.ITEM,
                title=item.title,
                text=item.text,
                url=item.url,
                source=item.source,
                platform=item.platform.value,
                published_at=item.published_at or item.first_seen_at,
                labels=() if press else tuple(sorted(view.labels)),
                stance=assessment.stance.value,
                state=claim.state.value,
                claim_id=str(claim.id),
                place=view.places,
                priority=0.0 if press else claim.priority,
                vector=assessment.embedding,
            )
        )
    return documents


def test_every_item_of_a_claim_and_every_check_is_told_as_it_stands(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = from_views(filled)
    assert len(expected) == 7
    assert {document.labels for document in expected} == {(), ("hoax", "identity_politics")}
    assert ("19.71.05", "19.71.01", "19.71.02") in [document.place for document in expected]
    for page in (1_000, 3):
        monkeypatch.setattr(narrow, "_PAGE", page)
        told = list(RecordDocuments(filled).everything())
        assert [one for one in told if one.kind is Kind.ITEM] == expected
        assert [one.title for one in told if one.kind is Kind.FACT_CHECK] == [make_fact_check().title]


def test_a_job_is_answered_with_what_a_rebuild_would_tell(filled: Store) -> None:
    everything = {document.id: document for document in RecordDocuments(filled).everything()}
    every_item = [str(key) for key in filled.items.all_ids()]
    jobs = [Job(n, Kind.ITEM, key) for n, key in enumerate(reversed(every_item))]
    jobs += [Job(99, Kind.FACT_CHECK, str(check.id)) for check in filled.fact_checks.all()]
    told = RecordDocuments(filled).load(jobs)
    assert len(every_item) == 8
    assert {document.id: document for document in told} == everything
    assert [one.id for one in told] == [job.document_id for job in jobs if job.document_id in everything]
    assert RecordDocuments(filled).load([]) == []


def test_each_document_bears_the_stages_of_its_day_in_the_region(filled: Store) -> None:
    # Seen in the morning of 1 March; published at 20:00 UTC of 28 February, which is 1 March in the region.
    for zone, of_published in ((timezone(timedelta(hours=7)), 7), (UTC, 3)):
        told = list(RecordDocuments(filled, PILKADA, zone).everything())
        within = [one for one in told if one.kind is Kind.ITEM and one.stage]
        assert len(within) == of_published
        assert {one.stage for one in within} == {("pilkada 2026", "masa tenang")}
    assert {one.stage for one in RecordDocuments(filled).everything()} == {()}
