"""The conveyor over a real record, a real index and the shipped model."""

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from classifier.assess import Assessor
from kentongan.domain import (
    Decision,
    Label,
    Lane,
    NewFactCheck,
    NewItem,
    Permission,
    Platform,
    Role,
    Source,
    SourceKind,
    Stage,
    Verdict,
)
from kentongan.store import Store, open_store
from pipeline.documents import RecordDocuments
from pipeline.exclusive import AlreadyWorking, sole_worker
from pipeline.importing import import_items
from pipeline.matching import Matcher
from pipeline.work import Worker
from search.elastic import ElasticIndex
from search.embedded import EmbeddedIndex
from search.index import Kind, Query, SearchIndex
from search.reindex import reindex
from tests.working import make_worker

CHAIN = (
    "INFO A1 dari orang dalam!! Besok pagi semua TPS di Kecamatan Mekarjaya ditutup jam sembilan karena "
    "surat suara sudah dicoblos duluan 12 kontainer. Sebarkan ke semua grup sebelum pesan ini dihapus!!"
)
RELEASE = (
    "Sekda Kota Arunika meminta camat dan lurah mengantisipasi isu hoax, black campaign, dan politik "
    "identitas menjelang pemungutan suara. Hal itu disampaikan dalam rapat koordinasi tim terpadu di "
    "balai kota, Senin. Ia mengimbau warga tidak mudah percaya pada kabar yang tidak jelas sumbernya."
)
CHECKED = "Seluruh TPS di Kecamatan Mekarjaya ditutup jam sembilan karena surat suara sudah dicoblos"


class Office:
    """A record with its index and worker."""

    def __init__(self, store: Store, index: SearchIndex, assessor: Assessor) -> None:
        self.store = store
        self.index = index
        self._assessor = assessor
        self.worker = self.new_worker()
        for name, kind in (("kanal", SourceKind.PUBLIC_CHANNEL), ("kabar", SourceKind.PRESS)):
            self.store.collector.save_source(
                Source(name, name.title(), kind, Permission.FULL, "", "arunika", "Asia/Jakarta")
            )

    def new_worker(self) -> Worker:
        matcher = Matcher(self.index, self.store.fact_checks.get_many, self._assessor)
        return make_worker(self.store, self.index, self._assessor, matcher)

    def post(self, text: str, number: int = 0, *, source: str = "kanal") -> None:
        platform = Platform.NEWS if source == "kabar" else Platform.POST
        self.store.collector.save_item(
            NewItem(source, platform, text, url=f"https://{source}.example/{number}")
        )

    def check(self, claim: str = CHECKED) -> None:
        self.store.collector.save_fact_check(
            NewFactCheck("https://cek.example/1", "Cek Arunika", claim, Verdict.REFUTED, "Salah")
        )


@pytest.fixture
def office(store: Store, tmp_path: Path, assessor: Assessor) -> Iterator[Office]:
    """An office on each database in turn."""
    office = Office(store, EmbeddedIndex(tmp_path / "index"), assessor)
    yield office
    office.index.close()


@pytest.fixture
def small_office(sqlite_url: str, tmp_path: Path, assessor: Assessor) -> Iterator[Office]:
    """An office on SQLite."""
    office = Office(open_store(sqlite_url), EmbeddedIndex(tmp_path / "index"), assessor)
    yield office
    office.index.close()
    office.store.close()


def test_a_chain_message_is_flagged_matched_and_waits_in_the_queue(office: Office) -> None:
    office.check()
    office.post(CHAIN, 1)
    office.post("Assalamualaikum warga RT 4. " + CHAIN, 2)
    office.post(RELEASE, 3, source="kabar")

    report = office.worker.run_once()

    queue = office.store.claims.queue(Lane.NEW)
    assert [row.claim.item_count for row in queue.rows] == [2]
    lead = queue.rows[0].lead
    assert Label.HOAX in lead.labels
    assert lead.refuted
    assert [(check.verdict_text, match.confirmed) for match, check in lead.matches] == [("Salah", True)]
    assert (report.assessed, report.matched, report.grouped) == (3, 3, 3)
    assert office.store.claims.lane_counts()[Lane.PRESS] == 0


def test_the_same_on_postgresql_and_elasticsearch_together(
    copied_postgres_url: str, elastic_index: ElasticIndex, assessor: Assessor
) -> None:
    office = Office(open_store(copied_postgres_url), elastic_index, assessor)
    office.check()
    office.post(CHAIN, 1)
    office.post("Assalamualaikum warga RT 4. " + CHAIN, 2)
    office.post(RELEASE, 3, source="kabar")

    office.worker.run_once()

    assert [row.claim.item_count for row in office.store.claims.queue(Lane.NEW).rows] == [2]
    assert office.index.search(Query(text="kontainer", filters={"label": ["hoax"]})).total == 2
    assert office.index.search(Query(text="sekda", filters={"stance": ["reports"]})).total == 1
    office.store.close()


def test_spans_lie_in_the_text_they_speak_of(office: Office) -> None:
    office.post(CHAIN, 1)
    office.worker.run_once()

    view = office.store.items.view(next(office.store.items.all_ids()))
    assert view.assessment is not None
    for span in view.assessment.spans:
        assert view.item.full_text[span.start : span.end].strip()


def test_a_second_run_changes_nothing(office: Office) -> None:
    office.check()
    office.post(CHAIN, 1)
    office.worker.run_once()
    before = list(office.index.ids())

    report = office.worker.run_once()

    assert (report.assessed, report.matched, report.grouped, report.synced) == (0, 0, 0, 0)
    assert list(office.index.ids()) == before


def test_the_same_text_again_is_answered_from_the_record(office: Office) -> None:
    office.post(CHAIN, 1)
    office.worker.run_once()
    office.post(CHAIN, 2)

    assert office.worker.run_once().repeated == 1


def test_an_item_edited_a_little_stays_and_one_that_says_another_thing_leaves(office: Office) -> None:
    office.check()
    office.post(CHAIN, 1)
    office.worker.run_once()
    (key,) = office.store.items.all_ids()
    claim = office.store.items.view(key).item.claim_id

    office.post(f"{CHAIN} Amin.", 1)
    office.worker.run_once()
    assert office.store.items.view(key).item.claim_id == claim

    office.post(RELEASE, 1)
    office.worker.run_once()

    view = office.store.items.view(key)
    assert (view.item.revision, view.labels) == (3, frozenset())
    assert view.item.claim_id != claim
    assert [r.number for r in office.store.items.revisions(key)] == [1, 2, 3]
    assert office.store.claims.lane_counts()[Lane.NEW] == 0
    assert office.index.search(Query(text="kontainer")).total == 0


def test_with_the_index_gone_assessing_goes_on_and_the_rest_catches_up(
    office: Office, tmp_path: Path
) -> None:
    office.post(RELEASE, 2, source="kabar")
    office.worker.run_once()
    office.index.close()
    shutil.rmtree(tmp_path / "index")
    (tmp_path / "index").write_text("not a folder")
    office.post(CHAIN, 1)

    down = office.worker.run_once()

    assert down.assessed == 1
    assert down.index_problem
    assert office.store.conveyor.waiting()[Stage.ASSESSED] == 1

    (tmp_path / "index").unlink()
    gone = office.worker.run_once()
    assert "kentongan reindex" in gone.index_problem

    reindex(office.index, RecordDocuments(office.store).everything())
    up = office.worker.run_once()

    assert (up.matched, up.grouped, up.index_problem) == (1, 1, "")
    assert office.index.search(Query(text="kontainer")).total == 1


def test_a_check_published_later_reaches_the_posts_that_were_here_before(office: Office) -> None:
    office.post(CHAIN, 1)
    office.post(RELEASE, 2, source="kabar")
    office.worker.run_once()

    office.check()
    report = office.worker.run_once()

    (row,) = office.store.claims.queue(Lane.NEW).rows
    assert row.lead.refuted
    assert row.lead.matches[0][1].verdict is Verdict.REFUTED
    assert report.looked_back == 1
    assert office.index.search(Query(filters={"label": ["hoax"]})).total == 1

    office.check("Harga cabai naik tiga kali lipat di pasar induk menjelang hari raya")
    office.worker.run_once()

    (view,) = (
        v for v in office.store.items.views(list(office.store.items.all_ids())) if v.item.source == "kanal"
    )
    assert not view.refuted
    assert view.matches == ()


def test_a_decision_reaches_the_index_with_the_next_run(office: Office) -> None:
    office.check()
    office.post(CHAIN, 1)
    office.worker.run_once()
    user = office.store.users.add("sari", Role.ANALYST, "kata sandi yang panjang", by="test")
    (row,) = office.store.claims.queue(Lane.NEW).rows

    office.store.reviews.decide(row.claim.id, user.id, Decision.WATCH, version_seen=row.claim.version)
    office.worker.run_once()

    assert office.index.search(Query(filters={"state": ["watching"]})).total == 1


def test_a_question_or_denial_is_not_flagged_because_a_check_fits_it(office: Office) -> None:
    office.check()
    for number, text in enumerate(
        (
            f"Apa benar {CHECKED.lower()}? Ada yang tahu info resminya?",
            f"Jangan percaya kabar bahwa {CHECKED.lower()}, itu bohong.",
            f"Kok ada yang bilang {CHECKED.lower()}, tolong KPU klarifikasi.",
        )
    ):
        office.post(text, number)
    office.worker.run_once()

    views = office.store.items.views(list(office.store.items.all_ids()))
    assert [view.labels for view in views] == [frozenset()] * 3
    assert not any(view.refuted for view in views)
    assert all(view.matches for view in views)


def test_a_post_that_only_quotes_another_has_a_claim_of_its_own(office: Office) -> None:
    complaint = (
        "Pemkot lambat sekali, banjir di Telaga Bening sudah tiga tahun tidak beres, warga lelah menunggu."
    )
    office.post(complaint, 1)
    office.worker.run_once()
    office.post(f"{CHAIN} {CHAIN.replace('TPS', 'kantor lurah').replace('sembilan', 'tujuh')} {complaint}", 2)
    office.worker.run_once()

    views = office.store.items.views(list(office.store.items.all_ids()))
    assert len({view.item.claim_id for view in views}) == 2


def test_a_claim_that_posts_and_press_share_speaks_with_the_posts_words(office: Office) -> None:
    office.check()
    title = "Judul Berita Arunika Tentang Kabar yang Beredar di Tengah Warga"
    office.store.collector.save_item(
        NewItem("kabar", Platform.NEWS, CHAIN, url="https://kabar.example/a", title=title)
    )
    office.post(CHAIN, 2)
    office.worker.run_once()

    (row,) = office.store.claims.queue(Lane.NEW).rows
    assert row.claim.item_count == 2
    assert row.lead.item.source == "kanal"
    assert "Judul" not in row.claim.headline


def test_press_is_never_among_the_hoaxes(office: Office) -> None:
    office.post(CHAIN, 1, source="kabar")
    office.worker.run_once()

    assert office.store.claims.lane_counts()[Lane.NEW] == 0
    assert office.index.search(Query(filters={"label": ["hoax"]})).total == 0
    for row in office.store.claims.queue(Lane.PRESS).rows:
        assert Decision.DISMISS not in office.store.claims.view(row.claim.id).decisions


def test_fact_checks_are_searched_apart_from_items(office: Office) -> None:
    office.check()
    office.worker.run_once()

    assert office.index.search(Query(text="TPS")).total == 0
    assert office.index.search(Query(text="TPS", kind=Kind.FACT_CHECK)).total == 1


def test_one_worker_at_a_time_on_sqlite(small_office: Office) -> None:
    with (
        sole_worker(small_office.store),
        pytest.raises(AlreadyWorking, match="another worker"),
        sole_worker(small_office.store),
    ):
        pass


def test_what_a_dead_worker_had_leased_is_worked_by_the_next(small_office: Office) -> None:
    small_office.post(CHAIN, 1)
    assert small_office.store.conveyor.take(Stage.COLLECTED, "dead", 10)

    with sole_worker(small_office.store):
        assert small_office.worker.run_once().assessed == 1


def test_two_workers_on_one_postgresql_do_nothing_twice(office: Office) -> None:
    if office.store.database.is_sqlite:
        pytest.skip("SQLite has one worker at a time, by a lock; several work on PostgreSQL")
    for number in range(60):
        office.post(f"Kabar {number}: warga RT {number} bergotong royong membersihkan saluran air.", number)
    office.index.prepare()

    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda worker: worker.run_once(), [office.new_worker(), office.new_worker()]))
    office.worker.run_once()  # what one of them was telling the index when the other looked

    assert sum(report.assessed for report in reports) == 60
    assert sum(report.grouped for report in reports) == 60
    assert office.store.items.counts()["assessed"] == 60
    assert len(list(office.index.ids())) == 60


def test_importing_twice_changes_nothing(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "items.jsonl"
    rows = [{"id": str(n), "text": f"{CHAIN} {n}", "source": "kanal", "author": "@budi"} for n in range(3)]
    path.write_text("\n".join(json.dumps(row) for row in rows))

    first = import_items(office.store, path, region="arunika", time_zone="Asia/Jakarta", pseudonym_key=None)
    again = import_items(office.store, path, region="arunika", time_zone="Asia/Jakarta", pseudonym_key=None)

    assert (first.created, first.authors_dropped) == (3, 3)
    assert (again.created, again.unchanged) == (0, 3)
    assert all(
        view.item.author == "" for view in office.store.items.views(list(office.store.items.all_ids()))
    )
