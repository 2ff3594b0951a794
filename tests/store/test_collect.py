"""The front door of the record, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kentongan.domain import Evidence, Label, NewItem, Platform, SourceKind, Stage, Verdict
from kentongan.errors import BadInput
from kentongan.store import Store
from kentongan.store.collect import MAX_EXTERNAL_ID_BYTES, MAX_URL_BYTES, SavedItem
from tests.factories import make_fact_check, make_item, make_source, work_all

SEEN = datetime(2026, 3, 1, 5, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _sources(store: Store) -> None:
    store.collector.save_source(make_source())


@pytest.mark.parametrize(
    "identity", [{"url": "https://warta.example/1"}, {"external_id": "7"}, {}], ids=["url", "id", "content"]
)
def test_saying_a_thing_twice_keeps_it_once(store: Store, identity: dict[str, str]) -> None:
    first = store.collector.save_item(make_item(**identity))
    again = store.collector.save_item(make_item(**identity))

    assert (first.created, first.revised) == (True, False)
    assert (again.created, again.revised, again.id) == (False, False, first.id)
    assert store.items.counts()["items"] == 1
    assert len(store.items.revisions(first.id)) == 1


def test_one_address_is_one_item_whichever_source_brings_it(store: Store) -> None:
    store.collector.save_source(make_source("suara"))
    first = store.collector.save_item(make_item(url="https://warta.example/1"))
    assert store.collector.save_item(make_item(url="https://warta.example/1", source="suara")).id == first.id


def test_ids_of_two_sources_do_not_mix(store: Store) -> None:
    store.collector.save_source(make_source("suara"))
    first = store.collector.save_item(make_item(external_id="7"))
    assert store.collector.save_item(make_item(external_id="7", source="suara")).id != first.id


def test_a_changed_text_becomes_a_revision_and_is_worked_again(store: Store) -> None:
    saved = store.collector.save_item(make_item("Banjir di Arunika.", url="https://warta.example/1"))
    work_all(store, Label.HOAX)
    later = SEEN + timedelta(hours=1)
    changed = store.collector.save_item(
        make_item("Banjir di Arunika surut.", url="https://warta.example/1", seen_at=later)
    )

    view = store.items.view(saved.id)
    assert (changed.id, changed.created, changed.revised) == (saved.id, False, True)
    assert (view.item.revision, view.item.stage) == (2, Stage.COLLECTED)
    assert [r.text for r in store.items.revisions(saved.id)] == [
        "Banjir di Arunika.",
        "Banjir di Arunika surut.",
    ]
    assert store.items.revisions(saved.id)[1].seen_at == later


def test_a_revision_does_not_show_spans_of_the_old_text(store: Store) -> None:
    saved = store.collector.save_item(make_item("Banjir di Arunika.", url="https://warta.example/1"))
    work_all(store, Label.HOAX)
    store.collector.save_item(make_item("Banjir surut.", url="https://warta.example/1"))
    assert store.items.view(saved.id).assessment is None


def test_a_revised_item_that_was_set_aside_is_taken_again(store: Store) -> None:
    store.collector.save_item(make_item("Banjir.", url="https://warta.example/1"))
    (item,) = store.conveyor.take(Stage.COLLECTED, "w", 1)
    store.conveyor.set_aside(item, "too strange")
    assert store.conveyor.take(Stage.COLLECTED, "w", 1) == []

    store.collector.save_item(make_item("Banjir surut.", url="https://warta.example/1"))
    assert len(store.conveyor.take(Stage.COLLECTED, "w", 1)) == 1


def test_evidence_is_kept_for_each_revision(store: Store) -> None:
    def evidence(digit: str) -> Evidence:
        return Evidence("https://warta.example/1", digit * 64, SEEN, "crawl/0001.warc.gz", 2**33)

    url = "https://warta.example/1"
    saved = store.collector.save_item(make_item("Satu.", url=url, evidence=evidence("a")))
    store.collector.save_item(make_item("Satu.", url=url, evidence=evidence("b")))
    store.collector.save_item(make_item("Dua.", url=url, evidence=evidence("c")))

    assert store.items.evidence(saved.id) == [evidence("a"), evidence("c")]


def test_personal_data_is_masked_at_the_border(store: Store) -> None:
    saved = store.collector.save_item(
        make_item("Hubungi 0812-3456-7890 atau budi@surat.example.", title="Kata @budi.arunika")
    )
    item = store.items.view(saved.id).item
    assert item.text == "Hubungi NOMOR atau EMAIL."
    assert item.title == "Kata @USER"
    assert "0812" not in store.items.revisions(saved.id)[0].text


def test_personal_data_in_a_byline_is_masked_and_the_name_stays(store: Store) -> None:
    author = "Sari Arunika @sari_a 0812-3456-7890 sari@surat.example"
    saved = store.collector.save_item(make_item(platform=Platform.NEWS, author=author))
    assert store.items.view(saved.id).item.author == "Sari Arunika @USER NOMOR EMAIL"


def test_a_pseudonym_that_looks_like_a_phone_number_is_kept_whole(store: Store) -> None:
    saved = store.collector.save_item(make_item(platform=Platform.POST, author="p081234567890abcd"))
    assert store.items.view(saved.id).item.author == "p081234567890abcd"


@pytest.mark.parametrize("platform", [Platform.POST, Platform.REPORT])
def test_a_poster_with_a_bare_name_is_refused(store: Store, platform: Platform) -> None:
    with pytest.raises(BadInput, match="pseudonym"):
        store.collector.save_item(make_item(platform=platform, author="Budi Arunika"))
    store.collector.save_item(make_item(platform=platform, author="p0123456789abcdef"))
    assert store.items.counts()["items"] == 1


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"source": "tak-ada"}, "tak-ada"),
        ({"text": ""}, "without text"),
        ({"text": "\u200b\x00 \n"}, "without text"),
        ({"url": "https://warta.example/" + "x" * MAX_URL_BYTES}, "url"),
        ({"url": "https://warta.example/" + "é" * (MAX_URL_BYTES // 2)}, "url"),
        ({"external_id": "x" * (MAX_EXTERNAL_ID_BYTES + 1)}, "external_id"),
        ({"language": "bahasa indonesia sekali"}, "language"),
    ],
)
def test_a_bad_item_is_refused_by_name_and_nothing_is_kept(
    store: Store, changes: dict[str, str], named: str
) -> None:
    with pytest.raises(BadInput, match=named) as raised:
        store.collector.save_items([(make_item("Baik."), {}), (make_item(**changes), {})])
    assert "\n" not in str(raised.value)
    assert store.items.counts()["items"] == 0


def test_an_address_at_the_limit_is_kept(store: Store) -> None:
    # Random enough that no index can compress it.
    url = "https://warta.example/" + "".join(f"{hash((i, 'x')) & 0xFFFF:04x}" for i in range(490))
    assert store.collector.save_item(make_item(url=url[:MAX_URL_BYTES])).created
    assert store.collector.save_fact_check(make_fact_check(url=url[:MAX_URL_BYTES])).created


@pytest.mark.parametrize(
    "text",
    [
        "a\x00b",
        "a\ud800b\udfff",
        "\u202egnilab\u2066",
        "&#0; &#xd800; &#x110000;",
        "&#" + "9" * 5000 + ";",
        "x" * 300_000,
    ],
    ids=["nul", "surrogate", "direction", "references", "huge reference", "huge"],
)
def test_hostile_text_does_not_stop_the_crawl(store: Store, text: str) -> None:
    saved = store.collector.save_item(
        make_item(
            "Teks " + text, title=text[:300], author=text[:300], url="https://warta.example/" + text[:9]
        )
    )
    again = store.collector.save_item(
        make_item(
            "Teks " + text, title=text[:300], author=text[:300], url="https://warta.example/" + text[:9]
        )
    )
    store.collector.record_fetch("warta", text[:300], status=0, error=text[:300])
    kept = store.items.view(saved.id).item
    assert again == type(again)(saved.id, created=False, revised=False)
    assert kept.text.startswith("Teks")
    assert not any(c in kept.text for c in "\x00\ud800\u202e\u2066")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(), min_size=1), url=st.text(st.characters(), max_size=50))
def test_any_characters_are_kept_or_refused_in_words(store: Store, text: str, url: str) -> None:
    try:
        saved = store.collector.save_item(
            make_item(text, title=text, url=url, external_id=url), {"raw": text}
        )
    except BadInput:
        return
    assert store.collector.save_item(make_item(text, title=text, url=url, external_id=url)).id == saved.id


def test_many_items_come_back_in_the_order_given(store: Store) -> None:
    items = [make_item(f"Kabar {n}.", url=f"https://warta.example/{n}") for n in (3, 1, 2, 1)]
    saved = store.collector.save_items([(item, {}) for item in items])
    texts = [store.items.view(s.id).item.text for s in saved]
    assert texts == ["Kabar 3.", "Kabar 1.", "Kabar 2.", "Kabar 1."]
    assert [s.created for s in saved] == [True, True, True, False]


def test_two_importers_of_the_same_file_in_opposite_order_both_end_well(store: Store) -> None:
    items: list[tuple[NewItem, dict[str, str]]] = [
        (make_item(f"Kabar {n}.", url=f"https://warta.example/{n}"), {}) for n in range(60)
    ]
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(store.collector.save_items, order) for order in (items, items[::-1])]
        made = sum(saved.created for job in jobs for saved in job.result())
    assert made == 60 == store.items.counts()["items"]


def test_many_crawlers_can_begin_at_once(store: Store) -> None:
    def begin(_: int) -> None:
        store.collector.save_source(make_source("baru"))
        store.collector.save_item(make_item(source="baru", url="https://baru.example/1"))
        store.collector.save_fact_check(make_fact_check())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(begin, range(8)))
    assert store.items.count_by_source()["baru"] == 1
    assert store.fact_checks.count() == 1


def test_a_source_is_brought_up_to_date(store: Store) -> None:
    store.collector.save_item(make_item())
    changed = make_source(kind=SourceKind.PUBLIC_CHANNEL, title="Warta Baru")
    store.collector.save_source(changed)
    assert store.items.sources() == [changed]


def test_a_changed_verdict_replaces_the_old_and_is_embedded_again(store: Store) -> None:
    first = store.collector.save_fact_check(make_fact_check())
    store.fact_checks.save_embeddings("m", {first.id: b"x"}, {first.id: make_fact_check().claim})
    assert store.fact_checks.without_embedding("m", 9) == []
    assert not store.collector.save_fact_check(make_fact_check()).revised

    again = store.collector.save_fact_check(make_fact_check(verdict=Verdict.TRUE, verdict_text="BENAR"))
    assert (again.id, again.created, again.revised) == (first.id, False, True)
    assert store.fact_checks.get(first.id).verdict is Verdict.TRUE
    assert [c.id for c in store.fact_checks.without_embedding("m", 9)] == [first.id]


def test_an_embedding_of_an_older_claim_is_not_kept(store: Store) -> None:
    first = store.collector.save_fact_check(make_fact_check())
    store.fact_checks.save_embeddings("m", {first.id: b"x"}, {first.id: "another claim"})
    assert [c.id for c in store.fact_checks.without_embedding("m", 9)] == [first.id]


@pytest.mark.parametrize("changes", [{"claim": " "}, {"url": ""}, {"url": "https://x.example/" + "y" * 2000}])
def test_a_bad_fact_check_is_refused(store: Store, changes: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        store.collector.save_fact_check(make_fact_check(**changes))
    assert store.fact_checks.count() == 0


def test_a_source_never_changes_what_another_said_at_its_address(store: Store) -> None:
    store.collector.save_source(make_source())
    store.collector.save_source(make_source("lain", SourceKind.PUBLIC_CHANNEL))
    mine = make_item("Pasar Mekarjaya tetap buka.", url="https://warta.example/1")
    kept = store.collector.save_item(mine)
    told = replace(mine, source="lain", text="Pasar Mekarjaya ditutup!")
    assert store.collector.save_item(told) == SavedItem(kept.id, created=False, revised=False)
    assert store.items.view(kept.id).item.text == mine.text
