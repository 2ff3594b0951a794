"""Keeping and reading narratives, on both databases."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from kentongan.domain import ClaimId, Decision, Label, NarrativeId, Reason, SourceKind, Stage
from kentongan.errors import BadInput, Conflict, NotFound
from kentongan.store import Store
from kentongan.store.narrative_claims import MAX_ITEMS, ThemeClaim
from kentongan.store.narrative_saving import Theme
from kentongan.store.narrative_weeks import Trend, trend_of
from tests.factories import claim_of, group, make_assessment, make_item, make_source, make_user

ZONE = ZoneInfo("Asia/Makassar")  # UTC+8
AT = datetime(2026, 3, 31, 4, 0, tzinfo=UTC)  # noon
SINCE = AT - timedelta(weeks=8)


def add(
    store: Store,
    text: str,
    *labels: Label,
    at: datetime = AT,
    model: str = "model@1",
    embedding: bytes = b"\x00\x3c",
    kind: SourceKind = SourceKind.PUBLIC_CHANNEL,
) -> ClaimId:
    """Put one item through the conveyor and return its claim."""
    store.collector.save_source(make_source(kind.value, kind))
    saved = store.collector.save_item(make_item(text, kind.value, published_at=at, seen_at=at))
    keep = store.conveyor
    (item,) = keep.take(Stage.COLLECTED, "w", 9)
    assert keep.save_assessment(item, "w", make_assessment(*labels, model=model, embedding=embedding))
    (item,) = keep.take(Stage.ASSESSED, "w", 9)
    assert keep.save_matches(item, "w", [])
    (item,) = keep.take(Stage.MATCHED, "w", 9)
    assert group(store, item)
    return claim_of(store, saved.id)


def read(store: Store) -> list[ThemeClaim]:
    return [claim for page in store.narratives.claims_to_cluster(SINCE) for claim in page]


def theme(claims: Sequence[ClaimId], key: NarrativeId | None = None, label: str = "surat suara") -> Theme:
    return Theme(key, label, (label,), tuple(claims), b"\x00\x3c")


def save(store: Store, *themes: Theme) -> list[NarrativeId]:
    return store.narratives.save(themes, SINCE, store.narratives.known())


def three(store: Store) -> list[ClaimId]:
    texts = (
        "Gudang kotak suara kebanjiran tadi malam.",
        "Listrik sekota padam tiga hari penuh.",
        "Anak diculik badut di pasar pagi.",
    )
    return [add(store, text, Label.HOAX, at=AT - timedelta(days=n)) for n, text in enumerate(texts)]


def test_only_claims_that_are_labelled_or_decided_on_are_clustered(store: Store) -> None:
    posted = add(store, "Kotak suara di gudang hilang semua kemarin.", Label.HOAX)
    printed = add(store, "Sumber menyebut gudang dibuka sebelum waktunya.", Label.HOAX, kind=SourceKind.PRESS)
    chatter = add(store, "Selamat pagi warga, jangan lupa sarapan ya.")
    decided = add(store, "Pasar pagi pindah ke lapangan minggu depan.")
    add(store, "Kabar lama tentang kotak suara yang terbakar.", Label.HOAX, at=SINCE - timedelta(days=1))
    store.reviews.decide(decided, make_user(store).id, Decision.DISMISS, version_seen=1, reason=Reason.TRUE)

    found = {claim.id: claim for claim in read(store)}

    assert set(found) == {posted, printed, decided}
    assert chatter not in found
    assert found[posted].text.startswith("Kotak suara di gudang hilang semua kemarin.\n")
    assert found[posted].embeddings == (b"\x00\x3c",)
    assert list(found) == sorted(found)


def test_a_claim_gives_no_more_than_so_many_embeddings_and_only_those_of_the_encoder_in_use(
    store: Store,
) -> None:
    text = "Gudang kotak suara kebanjiran tadi malam dan semua surat suara hilang."
    old = add(store, text, Label.HOAX, model="other@1")
    for n in range(MAX_ITEMS + 2):
        assert add(store, f"{text} {n}", Label.HOAX, model="model@1", embedding=b"\x00\x3b") == old
    add(store, f"{text} Viralkan", Label.HOAX, model="model@1+r20260301-1", embedding=b"\x00\x3a")

    (claim,) = read(store)
    assert len(claim.embeddings) in (MAX_ITEMS - 1, MAX_ITEMS)
    assert b"\x00\x3c" not in claim.embeddings


def test_what_a_clustering_found_is_kept_and_counted(store: Store) -> None:
    claims = three(store)
    (key,) = save(store, theme(claims))

    view = store.narratives.get(key, ZONE, at=AT)
    kept = view.narrative
    assert (kept.label, kept.words, kept.claim_count, kept.item_count) == (
        "surat suara",
        ("surat suara",),
        3,
        3,
    )
    assert (kept.first_seen_at, kept.last_seen_at, kept.active) == (AT - timedelta(days=2), AT, True)
    assert [v.narrative.id for v in store.narratives.active(ZONE, at=AT)] == [key]
    assert {store.claims.get(c).narrative_id for c in claims} == {key}
    assert [c.narrative_id for c in read(store)] == [key] * 3


def test_saving_the_same_again_changes_nothing(store: Store) -> None:
    claims = three(store)
    (key,) = save(store, theme(claims))
    before = store.narratives.known(), store.narratives.active(ZONE, at=AT)
    assert save(store, theme(claims, key)) == [key]
    assert (store.narratives.known(), store.narratives.active(ZONE, at=AT)) == before


def test_a_narrative_that_is_not_found_again_is_no_longer_active_and_lets_its_claims_go(store: Store) -> None:
    claims = three(store)
    aged = add(store, "Cerita lama soal timah di laut utara.", Label.HOAX, at=SINCE - timedelta(days=3))
    (key,) = save(store, theme([*claims, aged]))
    (other,) = save(store, theme(claims[:2], label="gudang"))

    assert [v.narrative.id for v in store.narratives.active(ZONE, at=AT)] == [other]
    assert not store.narratives.get(key, ZONE).narrative.active
    assert [store.claims.get(c).narrative_id for c in (*claims, aged)] == [other, other, None, key]
    assert [(one.id, one.active) for one in store.narratives.known()] == [(key, False), (other, True)]


def test_a_clustering_that_another_one_overtook_changes_nothing(store: Store) -> None:
    claims = three(store)
    known = store.narratives.known()
    (key,) = save(store, theme(claims))
    with pytest.raises(Conflict, match="meanwhile"):
        store.narratives.save([theme(claims[:2], label="lain")], SINCE, known)
    assert [v.narrative.id for v in store.narratives.active(ZONE, at=AT)] == [key]
    assert {store.claims.get(c).narrative_id for c in claims} == {key}


def test_weeks_are_seven_days_of_the_city_that_end_with_today(store: Store) -> None:
    midnight = datetime(2026, 4, 1, tzinfo=ZONE)  # the end of the day of AT
    first = add(
        store, "Gudang kotak suara kebanjiran tadi malam.", Label.HOAX, at=midnight - timedelta(seconds=1)
    )
    second = add(store, "Listrik sekota padam tiga hari penuh.", Label.HOAX, at=midnight - timedelta(days=7))
    third = add(
        store, "Anak diculik badut di pasar pagi.", Label.HOAX, at=midnight - timedelta(days=7, seconds=1)
    )
    fourth = add(store, "Bensin dicampur air di semua pangkalan.", Label.HOAX, at=midnight)
    add(store, "Listrik sekota padam tiga hari penuh. Viralkan", Label.HOAX, at=midnight - timedelta(days=6))
    (key,) = save(store, theme([first, second, third, fourth]))

    weeks = store.narratives.get(key, ZONE, at=AT).weeks
    assert [(week.claims, week.items) for week in weeks] == [(0, 0), (0, 0), (1, 1), (2, 3)]
    assert weeks[-1].begins == midnight - timedelta(days=7)


@pytest.mark.parametrize(
    ("weeks", "trend"),
    [
        ([0, 0, 0, 2], Trend.NEW),
        ([2, 2, 2, 3], Trend.RISING),
        ([1, 0, 0, 2], Trend.STEADY),
        ([4, 4, 4, 4], Trend.STEADY),
        ([4, 4, 4, 2], Trend.FADING),
        ([1, 0, 0, 0], Trend.FADING),
        ([0, 0, 0, 0], Trend.QUIET),
    ],
)
def test_the_last_week_is_held_against_the_mean_of_those_before(weeks: list[int], trend: Trend) -> None:
    assert trend_of(weeks) is trend


def test_claims_of_a_narrative_come_in_pages_newest_first(store: Store) -> None:
    claims = three(store)
    same_moment = add(store, "Kapal tanker dijual ke luar negeri kemarin.", Label.HOAX)
    (key,) = save(store, theme([*claims, same_moment]))

    seen, cursor = [], ""
    for _ in range(4):
        page = store.narratives.claims_of(key, limit=1, cursor=cursor)
        seen += [claim.id for claim in page.claims]
        cursor = page.cursor
    assert cursor == ""
    assert seen == [*sorted([claims[0], same_moment]), claims[1], claims[2]]
    for bad in ("x", "2026-01-01_", "2026-01-01T00:00:00_" + str(key)):
        with pytest.raises(BadInput, match="cursor"):
            store.narratives.claims_of(key, cursor=bad)


def test_there_is_no_narrative_of_an_id_that_was_never_given(store: Store) -> None:
    with pytest.raises(NotFound, match="no narrative"):
        store.narratives.get(NarrativeId(UUID(int=9)), ZONE)


def test_new_claims_are_counted_from_an_id_on(store: Store) -> None:
    claims = three(store)
    assert store.narratives.count_new(SINCE, UUID(int=0)) == 3
    assert store.narratives.count_new(SINCE, claims[1]) == 1
    assert store.narratives.count_new(AT + timedelta(days=1), UUID(int=0)) == 0


def test_a_theme_that_returns_takes_up_its_earlier_id(store: Store) -> None:
    claims = three(store)
    (key,) = save(store, theme(claims))
    save(store)
    (again,) = save(store, replace(theme(claims), id=key, label="kotak suara"))
    assert again == key
    assert store.narratives.get(key, ZONE).narrative.label == "kotak suara"
    assert store.narratives.get(key, ZONE).narrative.active
