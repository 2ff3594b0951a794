"""What a claim's card counts, on both databases."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from kentongan.domain import ClaimId, Decision, ItemId, Label, Platform, SourceKind
from kentongan.errors import NotFound
from kentongan.store import Store
from kentongan.store.card import MAX_TEXTS, read_card
from kentongan.store.history import last_reviews, read_history
from kentongan.store.schema import ClaimRow, ItemPlaceRow, ItemRow
from kentongan.store.spread import MAX_BUCKETS, Step, buckets
from kentongan.store.summary import refresh_and_tell
from tests.factories import claim_of, make_item, make_source, make_user, work_all

WIB = ZoneInfo("Asia/Jakarta")
NINE = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)  # 09.30 WIB, a Sunday
CHAIN = "Besok pagi semua TPS di Kecamatan Mekarjaya ditutup jam sembilan karena surat suara sudah habis."


@dataclass(frozen=True)
class Post:
    source: str = "kanal-warga"
    minutes: int = 0  # after NINE
    text: str = CHAIN
    platform: Platform = Platform.POST


def fill(store: Store, *posts: Post) -> tuple[ClaimId, list[ItemId]]:
    """Put posts that share their words into one claim."""
    saved = []
    for number, post in enumerate(posts):
        kind = SourceKind.PRESS if post.platform is Platform.NEWS else SourceKind.PUBLIC_CHANNEL
        store.collector.save_source(make_source(post.source, kind))
        at = NINE + timedelta(minutes=post.minutes)
        new = make_item(post.text, post.source, platform=post.platform, published_at=at,
                        url=f"https://{post.source}.example/{number}")  # fmt: skip
        saved.append(store.collector.save_item(new).id)
    work_all(store, Label.HOAX)
    found = {claim_of(store, key) for key in saved}
    assert len(found) == 1
    return found.pop(), saved


def change(store: Store, row: type[Any], key: object, **values: object) -> None:
    with store.database.write() as session:
        session.execute(update(row).where(row.id == key).values(values))


def test_the_spread_is_counted_by_the_hours_of_the_city_without_gaps(store: Store) -> None:
    claim, _ = fill(store, Post(), Post("b", 29), Post("c", 30), Post("d", 30 + 3 * 60))
    card = read_card(store.database, claim, zone=WIB)
    assert card.spread.step is Step.HOUR
    assert [start.isoformat() for start in card.spread.starts] == [
        f"2026-03-01T{hour}:00:00+07:00" for hour in ("09", "10", "11", "12", "13")
    ]
    assert card.spread.counts == (2, 1, 0, 0, 1)
    assert (card.items, card.spread.before) == (4, 0)
    assert (card.first_seen_at, card.last_seen_at) == (NINE, NINE + timedelta(minutes=210))


@pytest.mark.parametrize(("days", "step"), [(10, Step.DAY), (200, Step.WEEK)])
def test_a_long_spread_is_counted_by_longer_steps(store: Store, days: int, step: Step) -> None:
    late = 16 * 60 - 1  # 01.29 on Monday in WIB, still Sunday in UTC
    claim, _ = fill(store, Post(), Post("b", late), Post("c", days * 1440))
    spread = read_card(store.database, claim, zone=WIB).spread
    assert spread.step is step
    assert spread.counts[:2] == (1, 1)
    assert (sum(spread.counts), spread.counts[-1]) == (3, 1)
    assert spread.starts[0].hour == 0
    assert spread.starts[1].strftime("%a %d") == "Mon 02"


def test_what_is_older_than_the_longest_spread_is_counted_apart(store: Store) -> None:
    claim, _ = fill(store, Post(minutes=-3 * 365 * 1440), Post("b", -1000 * 1440), Post("c"), Post("d"))
    spread = read_card(store.database, claim, zone=WIB).spread
    assert (len(spread.counts), spread.counts[-1], sum(spread.counts), spread.before) == (
        MAX_BUCKETS,
        2,
        2,
        2,
    )


@pytest.mark.parametrize("hours", [0, 1, 71, 72, 73, 24 * 71, 24 * 72, 24 * 7 * 71, 24 * 7 * 72, 24 * 9999])
def test_the_buckets_reach_from_first_to_last_and_are_never_too_many(hours: int) -> None:
    first = NINE.astimezone(WIB)
    last = first + timedelta(hours=hours)
    step, start, count = buckets(first, last)
    length = {Step.HOUR: 1, Step.DAY: 24, Step.WEEK: 168}[step]
    assert count <= MAX_BUCKETS
    assert start + timedelta(hours=length * (count - 1)) <= last < start + timedelta(hours=length * count)
    assert start <= first or (step, count) == (Step.WEEK, MAX_BUCKETS)


def test_copies_of_one_agency_stand_under_it_and_count_once(store: Store) -> None:
    news = Platform.NEWS
    claim, items = fill(
        store, Post("warta", 0, CHAIN, news), Post("harian", 5, CHAIN + " Demikian.", news),
        Post("harian", 6, CHAIN + " Itu saja.", news), Post("kanal", 9),
    )  # fmt: skip
    for key in items[:3]:
        change(store, ItemRow, key, voice="antara")
    card = read_card(store.database, claim, zone=WIB)
    assert card.platforms == {Platform.NEWS: 3, Platform.POST: 1}
    assert (card.voice_count, card.source_count) == (2, 3)
    assert [(v.name, v.items) for v in card.voices] == [("antara", 3), ("kanal", 1)]
    assert [(s.source, s.title, s.items) for s in card.voices[0].speakers] == [
        ("harian", "Warta harian", 2),
        ("warta", "Warta warta", 1),
    ]


def test_places_are_counted_by_items(store: Store) -> None:
    claim, items = fill(store, Post(), Post("b"), Post("c"))
    with store.database.write() as session:
        for key, place in zip([*items, items[0]], ["00.01", "00.01", "00.02", "00.02.01"], strict=True):
            session.add(ItemPlaceRow(item_id=key, place=place, votes=1.0))
    card = read_card(store.database, claim, zone=WIB)
    assert list(card.places.items()) == [("00.01", 2), ("00.02", 1), ("00.02.01", 1)]


def test_each_distinct_text_is_read_once_with_its_first_source(store: Store) -> None:
    claim, _ = fill(
        store, Post("b", 9), Post("a", 3), Post("c", 5, CHAIN + " Sebarkan!"), Post("d", 1, CHAIN + " Awas.")
    )
    card = read_card(store.database, claim, zone=WIB)
    told = sorted((t.first_seen_at, t.text, t.count, t.source) for t in card.tellings)
    assert told == [
        (NINE + timedelta(minutes=1), CHAIN + " Awas.", 1, "Warta d"),
        (NINE + timedelta(minutes=3), CHAIN, 2, "Warta a"),
        (NINE + timedelta(minutes=5), CHAIN + " Sebarkan!", 1, "Warta c"),
    ]
    assert card.text_count == 3


def test_of_very_many_texts_the_first_and_the_newest_are_read(store: Store) -> None:
    claim, items = fill(store, Post())
    (row,) = items
    with store.database.write() as session:
        first = session.get_one(ItemRow, row)
        columns = {c.key: getattr(first, c.key) for c in ItemRow.__mapper__.column_attrs}
        for n in range(1, MAX_TEXTS + 50):
            changed = {
                "id": ItemId(type(first.id)(int=first.id.int + n)),
                "identity": f"copy {n}",
                "content_hash": f"{n:064d}",
                "text": f"salinan {n}",
                "published_at": NINE + timedelta(minutes=n),
            }
            session.add(ItemRow(**columns | changed))
        session.flush()
        refresh_and_tell(session, claim)
    card = read_card(store.database, claim, zone=WIB)
    texts = {t.text for t in card.tellings}
    assert (len(card.tellings), card.text_count, card.items) == (MAX_TEXTS, MAX_TEXTS + 50, MAX_TEXTS + 50)
    assert {CHAIN, f"salinan {MAX_TEXTS + 49}", "salinan 60"} <= texts
    assert "salinan 5" not in texts


def test_a_claim_that_resurfaced_says_how_long_it_was_silent(store: Store) -> None:
    claim, _ = fill(store, Post(), Post("b", 1440), Post("c", 45 * 1440))
    change(store, ClaimRow, claim, resurfaced_at=None)
    assert read_card(store.database, claim, zone=WIB).silence is None
    change(store, ClaimRow, claim, resurfaced_at=NINE + timedelta(days=45))
    assert read_card(store.database, claim, zone=WIB).silence == timedelta(days=44)


def test_the_history_holds_what_was_done_with_merged_claims_too(store: Store) -> None:
    user = make_user(store)
    keep, _ = fill(store, Post())
    other, _ = fill(
        store, Post("b", 0, "Beras bantuan kelurahan dicampur plastik, banyak warga sakit perut.")
    )
    store.reviews.decide(other, user.id, Decision.WATCH, version_seen=1)
    store.reviews.decide(keep, user.id, Decision.VERIFY, version_seen=1)
    edit = store.edits.merge(keep, other, user.id, keep_version=2, other_version=2)
    history = read_history(store.database, keep)
    assert [(r.claim_id, r.decision) for r in history.reviews] == [
        (keep, Decision.VERIFY),
        (other, Decision.WATCH),
    ]
    assert (history.edits, len(history.reviews), history.more) == ((edit,), 2, False)
    alone = read_history(store.database, other)
    assert ([r.claim_id for r in alone.reviews], alone.edits) == ([other], (edit,))
    assert {k: r.decision for k, r in last_reviews(store.database, [keep, other]).items()} == {
        keep: Decision.VERIFY,
        other: Decision.WATCH,
    }
    with pytest.raises(NotFound):
        read_card(store.database, other, zone=WIB)


def test_an_unknown_claim_has_no_card(store: Store) -> None:
    with pytest.raises(NotFound):
        read_card(store.database, ClaimId(make_user(store).id), zone=WIB)
