"""From posts in the record to one message in a real mailbox: told once, with why, and nothing that may not go."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

from kentongan.alerting.rules import Channel, NewAlert, State, Wish
from kentongan.alerting.values import About, Kind
from kentongan.collecting import CrawlRun, Outcome
from kentongan.domain import ItemId, Platform, SourceKind, User
from kentongan.health.values import Finding, Interval, Trouble
from kentongan.ids import new_id
from kentongan.region import read_region
from kentongan.saved import Wanted
from kentongan.store import Store
from kentongan.store.database import Database
from kentongan.store.schema import ClaimRow, CrawlRow, ItemPlaceRow, ItemRow, ItemTargetRow, NarrativeRow
from kentongan.store.schema_saved import SavedHitRow
from pipeline.alerting.delivering import address_seal, deliver
from pipeline.alerting.looking import Looker, watched_by_day
from pipeline.alerting.message import compose
from tests.factories import make_claim, make_source, make_user
from tests.unit.pipeline.alerting.test_channels import Sink, by_mail, mail_server

AT = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
REGION = read_region("arunika")
VOICES = tuple(f"kanal-{number}" for number in range(6))


@pytest.fixture
def looker(store: Store, tmp_path: Path) -> Looker:
    for name in VOICES:
        store.collector.save_source(make_source(name, SourceKind.PUBLIC_CHANNEL, every_minutes=360.0))
    return Looker(store, REGION, tmp_path)


@pytest.fixture
def place(looker: Looker) -> str:
    return next(iter(looker._places))


def crawl(store: Store, days: range = range(70)) -> None:
    """Have every channel read every six hours on these days before now."""
    runs = []
    for day in days:
        for part in range(4):
            at = AT - day * DAY - part * DAY / 4
            runs += [asdict(CrawlRun(name, at, at, Outcome.DONE, lists=1, items=1)) for name in VOICES]
    with store.database.write() as session:
        session.execute(insert(CrawlRow), sorted(runs, key=lambda run: run["started_at"]))


def post(store: Store, at: datetime, voice: str, **changes: object) -> ItemId:
    """Put a post into the record as the conveyor leaves it, and return its id."""
    values = a_post(at, voice, **changes)
    with store.database.write() as session:
        session.execute(insert(ItemRow).values(**values))
    return ItemId(values["id"])


def a_post(at: datetime, voice: str, **changes: object) -> dict[str, Any]:
    key = new_id()
    return {column.key: None for column in ItemRow.__table__.columns} | {
        "id": key, "identity": str(key), "source": voice, "platform": Platform.POST.value, "url": "", "title": "",
        "text": "Kabar", "author": "", "language": "id", "external_id": "", "published_at": at,
        "first_seen_at": AT, "last_seen_at": AT, "content_hash": key.hex, "revision": 1, "stage": "linked",
        "press": False, "hoax": False, "black_campaign": False, "identity_politics": False, "risk": 0.0,
        "refuted": False, "surest": 0.0, "voice": voice, "wire": "", "pinned": False, "given": {}, "section": "",
        "tags": [], "edited": False, **changes,
    }  # fmt: skip


def fill(store: Store, daily: int = 4) -> None:
    """Give 63 days of posts that speak of nothing in particular."""
    at, days = AT - timedelta(hours=1), range(63)
    posts = [a_post(at - day * DAY, VOICES[one]) for day in days for one in range(daily)]
    with store.database.write() as session:
        session.execute(insert(ItemRow), posts)


def speak_of(
    store: Store,
    key: str,
    count: int,
    table: type = ItemPlaceRow,
    voices: Sequence[str] = VOICES,
    **changes: object,
) -> list[ItemId]:
    at = AT - timedelta(hours=2)
    changes = {"hoax": True, **changes}
    found = [post(store, at, voices[number % len(voices)], **changes) for number in range(count)]
    named = {"place": key, "votes": 1.0} if table is ItemPlaceRow else {"target": key}
    with store.database.write() as session:
        session.execute(insert(table), [{"item_id": item, **named} for item in found])
    return found


@pytest.fixture
def sari(store: Store) -> User:
    return make_user(store)


def test_a_burst_in_a_place_is_told_once_with_its_figures_and_link(
    store: Store, looker: Looker, place: str
) -> None:
    crawl(store)
    fill(store)
    assert looker.look(AT) == []
    speak_of(store, place, 9)
    (alert,) = looker.look(AT)
    assert (alert.kind, alert.about, alert.subject) == (Kind.BURST, About.PLACE, place)
    day = f"{(AT - DAY).astimezone(REGION.time_zone):%Y-%m-%d}"
    assert f"since={day}" in alert.link
    assert alert.link.endswith(f"place={place}")
    assert (alert.figures["items"], alert.figures["voices"], alert.figures["hours"]) == (9, 6, 24)
    assert alert.figures["expected"] < 1
    assert looker.look(AT + timedelta(hours=1)) == []


def test_one_voice_that_says_it_often_is_no_burst(store: Store, looker: Looker, place: str) -> None:
    crawl(store)
    fill(store)
    speak_of(store, place, 9, voices=VOICES[:1])
    assert looker.look(AT) == []


def test_press_articles_are_no_burst(store: Store, looker: Looker, place: str) -> None:
    crawl(store)
    fill(store)
    speak_of(store, place, 9, press=True)
    assert looker.look(AT) == []


def test_nothing_is_told_of_a_record_that_nobody_watched_for_a_week(
    store: Store, looker: Looker, place: str
) -> None:
    crawl(store, range(3))
    fill(store)
    speak_of(store, place, 9)
    assert looker.look(AT) == []


def test_a_party_is_named_and_a_candidate_is_not(store: Store, looker: Looker) -> None:
    crawl(store)
    fill(store)
    speak_of(store, "candidate:seseorang", 9, ItemTargetRow)
    (alert,) = looker.look(AT)
    assert (alert.about, alert.title) == (About.TARGET, "")
    assert "seseorang" not in str(compose("1", [alert], "Arunika", "https://k.example"))


def test_a_group_spoken_of_is_counted_and_its_name_is_in_no_message(store: Store, looker: Looker) -> None:
    crawl(store)
    fill(store)
    speak_of(store, "group:tionghoa", 9, ItemTargetRow)
    (alert,) = looker.look(AT)
    assert (alert.kind, alert.about, alert.subject) == (Kind.BURST, About.GROUP, "group:tionghoa")
    assert "Cina" in alert.link
    said = str(compose("1", [alert], "Arunika", "https://k.example"))
    assert "Tionghoa" not in said
    assert "Cina" not in said  # in no address either
    assert "https://k.example/peringatan/" in said


def test_criticism_that_nothing_flags_counts_towards_no_group_or_place(
    store: Store, looker: Looker, place: str
) -> None:
    crawl(store)
    fill(store)
    for table, key in ((ItemTargetRow, "group:islam"), (ItemPlaceRow, place)):
        speak_of(store, key, 9, table, text="Pemkot lambat, wali kota harus menjelaskan.", hoax=False)
    assert looker.look(AT) == []


@pytest.mark.parametrize("veiled", [False, True])
def test_a_narrative_of_identity_politics_goes_out_without_its_words(
    store: Store, looker: Looker, place: str, veiled: bool
) -> None:
    crawl(store)
    fill(store)
    key, claim = new_id(), make_claim(store)
    speak_of(store, place, 9, claim_id=claim)
    with store.database.write() as session:
        session.add(
            NarrativeRow(
                id=key, label="Surat suara hubungi 081234567890", words=[], claim_count=9, item_count=9,
                first_seen_at=AT, last_seen_at=AT, centre=b"", active=True,
            )
        )  # fmt: skip
        values = {"narrative_id": key, "identity_politics": veiled}
        session.execute(update(ClaimRow).where(ClaimRow.id == claim).values(**values))
    (alert,) = (one for one in looker.look(AT) if one.about is About.NARRATIVE)
    assert alert.link == f"/narasi/{key}"
    assert "0812" not in alert.title
    assert (alert.title == "") == veiled


def test_hits_of_a_saved_search_are_told_in_one_alert_an_hour(
    store: Store, looker: Looker, sari: User
) -> None:
    search = store.saved.add(Wanted("Surat suara", "surat"), owner=sari, expires_at=None, by="test")
    budi = make_user(store, "budi")

    def hit(at: datetime) -> None:
        item = post(store, at, VOICES[0])
        with store.database.write() as session:
            session.add(SavedHitRow(search_id=search.id, item_id=item, found_at=at, left_at=None))

    hit(AT - timedelta(minutes=5))
    hit(AT - timedelta(minutes=4))
    (alert,) = looker.look(AT)
    assert (alert.kind, alert.figures["items"], alert.link) == (Kind.SAVED, 2, f"/pantauan/{search.id}")
    hit(AT + timedelta(minutes=5))
    assert looker.look(AT + timedelta(minutes=10)) == []
    (later,) = looker.look(AT + timedelta(minutes=61))
    assert later.figures["items"] == 1
    assert store.alerts.visible_to(budi.id) == []
    assert len(store.alerts.visible_to(sari.id)) == 2


def test_a_source_in_trouble_is_told_once_and_again_when_it_comes_back(store: Store, looker: Looker) -> None:
    trouble = Finding(Trouble.UNREACHABLE, AT - DAY, "3 crawls failed")
    store.alarms.settle({VOICES[0]: [trouble]}, AT)
    (alert,) = looker.look(AT)
    assert (alert.kind, alert.link) == (Kind.SOURCE, "/sumber/kesehatan")
    assert looker.look(AT + 9 * DAY) == []
    store.alarms.settle({VOICES[0]: []}, AT + 9 * DAY)
    store.alarms.settle({VOICES[0]: [trouble]}, AT + 10 * DAY)
    assert len(looker.look(AT + 10 * DAY)) == 1


def test_a_message_reaches_a_mailbox_once_and_a_dead_one_is_told(
    store: Store, looker: Looker, place: str, sari: User
) -> None:
    crawl(store)
    fill(store)
    sink = Sink()
    with mail_server(sink) as port:
        channels = by_mail(port)
        wish = Wish(frozenset(Kind), Channel.EMAIL, "sari@kota.example")
        store.alert_rules.add(sari, wish, address_seal(channels.settings))
        speak_of(store, place, 9)
        looker.look(AT)
        sink.refuse = "451 later"
        assert deliver(store, REGION, channels, AT).failed == 1
        sink.refuse = ""
        assert deliver(store, REGION, channels, AT).sent == 0  # not before its time
        assert deliver(store, REGION, channels, AT + timedelta(minutes=2)).sent == 1
        assert deliver(store, REGION, channels, AT + DAY).sent == 0
    (mail,) = sink.mails
    assert "9 unggahan dari 6 suara" in mail.get_content()
    (kept,) = store.alert_deliveries.of(sari.id)
    assert (kept.state, kept.tries) == (State.SENT, 2)


def test_of_processes_that_deliver_at_once_each_message_goes_out_once(
    store: Store, store_url: str, sari: User
) -> None:
    sink, others = Sink(), [Store(Database(store_url)) for _ in range(3)]
    with mail_server(sink) as port:
        channels = by_mail(port)
        seal, wanted = address_seal(channels.settings), [f"warga{n}@kota.example" for n in range(6)]
        for address in wanted:
            store.alert_rules.add(sari, Wish(frozenset(Kind), Channel.EMAIL, address), seal)
        found = NewAlert(Kind.SOURCE, About.SOURCE, "kanal", "Kanal", "/sumber/kesehatan", {})
        store.alerts.raise_all([found], AT, REGION.time_zone)
        with ThreadPoolExecutor(3) as pool:
            sent = list(pool.map(lambda other: deliver(other, REGION, channels, AT).sent, others))
    for other in others:
        other.close()
    assert sum(sent) == 6
    assert sorted(sink.recipients) == wanted


def test_without_any_channel_messages_wait(store: Store, looker: Looker, sari: User) -> None:
    channels = by_mail(1)
    store.alert_rules.add(
        sari, Wish(frozenset(Kind), Channel.EMAIL, "a@b.example"), address_seal(channels.settings)
    )
    store.alarms.settle({VOICES[0]: [Finding(Trouble.DIED, AT, "")]}, AT)
    looker.look(AT)
    closed = replace(channels, settings=replace(channels.settings, public_url=None))
    assert deliver(store, REGION, closed, AT).failed == 0
    assert store.alert_deliveries.take(AT, REGION.time_zone) is not None


def test_the_watched_part_of_a_day_is_of_all_sources() -> None:
    end = AT.timestamp()
    whole = [Interval(end - 3 * 86_400, end, 0)]
    half = [Interval(end - 43_200, end, 0)]
    assert watched_by_day([whole, half], AT, 3) == [0.75, 0.5, 0.5]
    assert watched_by_day([[], []], AT, 2) == [0.0, 0.0]
