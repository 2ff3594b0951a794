"""Reports in the record: kept, read by two, numbered without gaps, frozen; on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from kentongan.domain import ClaimId, Decision, Label, Role, SourceKind, User
from kentongan.errors import BadInput, Conflict, NotFound, StoreError
from kentongan.reports.canonical import digest
from kentongan.reports.drafting import draft
from kentongan.reports.kinds import Period, ReportKind, period_of
from kentongan.reports.rules import write_section
from kentongan.reports.values import (
    Content,
    FactSection,
    Report,
    ReportState,
    Status,
    Step,
    WrittenSection,
)
from kentongan.store import Store
from kentongan.store.report_facts import read_reported
from kentongan.store.report_offers import offer, within
from kentongan.store.report_turns import Turn
from kentongan.store.schema import ItemPlaceRow
from kentongan.store.schema_reports import APPEND_ONLY
from tests.factories import claim_of, make_claim, make_item, make_user, work_all

ZONE = ZoneInfo("Asia/Jakarta")
DAY = date(2026, 11, 30)


def filled(content: Content) -> Content:
    for section in WrittenSection:
        content = write_section(content, section, f"Isi {section.value}.")
    return content


def begin(store: Store, user: User, kind: ReportKind = ReportKind.DAILY, *, full: bool = True) -> Report:
    content = draft(kind, "Kota Arunika", period_of(kind, DAY), (), ZONE)
    if full:
        content = filled(content)
    return store.reports.draft(user.id, kind, "", period_of(kind, DAY), content)


def test_a_draft_of_a_decided_claim_has_its_facts_and_its_sources(store: Store) -> None:
    user, claim = make_user(store), make_claim(store)
    with pytest.raises(BadInput, match="decided"):
        read_reported(store.database, [claim], {}, ZONE)
    version = store.claims.get(claim).version
    store.reviews.decide(claim, user.id, Decision.ESCALATE, version_seen=version)
    reported = read_reported(store.database, [claim, claim], {}, ZONE)
    assert [one.id for one in reported] == [claim]
    period = period_of(ReportKind.INFORMATION, DAY)
    content = draft(ReportKind.INFORMATION, "Kota Arunika", period, reported, ZONE)
    report = store.reports.draft(user.id, ReportKind.INFORMATION, "", period, content)
    assert store.reports.get(report.id).content == content
    assert content.facts[FactSection.FACTS][0].status is Status.UNVERIFIED
    assert content.facts[FactSection.FACTS][0].links[0].url.startswith("/archive/items/")
    entry = store.audit.latest(1)[0]
    assert (entry.action, entry.subject) == ("report drafted", str(report.id))


def test_what_the_press_says_is_cited_by_its_address_and_never_judged(store: Store) -> None:
    user, claim = make_user(store), make_claim(store, kind=SourceKind.PRESS)
    version = store.claims.get(claim).version
    store.reviews.decide(claim, user.id, Decision.NOTE, version_seen=version)
    (reported,) = read_reported(store.database, [claim], {}, ZONE)
    assert reported.press
    assert reported.denials == ()
    assert reported.seen[0].title == "Warta suara"


def test_who_comes_second_is_told_and_changes_nothing(store: Store) -> None:
    user = make_user(store)
    report = begin(store, user)
    changed = store.reports.edit(
        report.id, user.id, lambda c: write_section(c, WrittenSection.ADVICE, "Pantau."), version=1
    )
    assert (changed.version, changed.content.written[WrittenSection.ADVICE]) == (2, "Pantau.")
    with pytest.raises(Conflict, match="version 2"):
        store.reports.edit(
            report.id, user.id, lambda c: write_section(c, WrittenSection.ADVICE, "Tutup."), version=1
        )
    assert store.reports.get(report.id) == changed
    assert [(e.version, e.step) for e in store.reports.history(report.id)] == [
        (1, Step.DRAFTED),
        (2, Step.EDITED),
    ]
    assert store.reports.history(report.id)[0].content == report.content


def test_nothing_is_kept_where_nothing_changed(store: Store) -> None:
    user = make_user(store)
    report = begin(store, user)
    assert store.reports.edit(report.id, user.id, lambda c: c, version=1).version == 1


def test_a_special_report_is_read_by_another_before_it_is_signed(store: Store) -> None:
    maker = make_user(store)
    other = make_user(store, "budi", Role.SECOND_READER)
    report = begin(store, maker, ReportKind.SPECIAL)
    reports = store.reports
    with pytest.raises(Conflict):
        reports.sign(report.id, other.id, version=1, zone=ZONE)
    sent = reports.send(report.id, maker.id, version=1)
    with pytest.raises(Conflict, match="second reader"):
        reports.answer(report.id, maker.id, version=2, agrees=True)
    with pytest.raises(BadInput, match="note"):
        reports.answer(report.id, other.id, version=2, agrees=False)
    back = reports.answer(report.id, other.id, version=sent.version, agrees=False, note="Sumber kedua?")
    assert back.state is ReportState.DRAFT
    sent = reports.send(report.id, maker.id, version=back.version)
    read = reports.answer(report.id, other.id, version=sent.version, agrees=True)
    assert (read.state, read.read_by) == (ReportState.READ, "budi")
    # A word changed afterwards has been read by nobody.
    edited = reports.edit(
        report.id, maker.id, lambda c: write_section(c, WrittenSection.ADVICE, "Lain."), version=read.version
    )
    assert (edited.state, edited.read_by) == (ReportState.DRAFT, "")
    sent = reports.send(report.id, maker.id, version=edited.version)
    read = reports.answer(report.id, other.id, version=sent.version, agrees=True)
    signed = reports.sign(report.id, maker.id, version=read.version, zone=ZONE)
    assert (signed.state, signed.read_by, signed.signed_by) == (ReportState.FROZEN, "budi", "sari")


def test_numbers_have_no_gaps_whoever_signs_at_once(store: Store) -> None:
    user = make_user(store)
    drafts = [begin(store, user) for _ in range(4)]
    begin(store, user)  # never signed: takes no number
    start = Barrier(4)

    def sign(report: Report) -> str:
        start.wait()
        return store.reports.sign(report.id, user.id, version=1, zone=ZONE).number

    with ThreadPoolExecutor(4) as pool:
        numbers = sorted(pool.map(sign, drafts))
    year = datetime.now(ZONE).year
    assert numbers == [f"{n:03}/HARIAN/{year}" for n in (1, 2, 3, 4)]
    other = begin(store, user, ReportKind.ATTENTION)
    assert store.reports.sign(other.id, user.id, version=1, zone=ZONE).number == f"001/ATENSI/{year}"
    assert store.reports.find(numbers[0].lower()).number == numbers[0]
    with pytest.raises(NotFound):
        store.reports.find("009/HARIAN/2020")


def test_a_signature_that_fails_takes_no_number(store: Store) -> None:
    user = make_user(store)
    with pytest.raises(BadInput, match="not written"):
        store.reports.sign(begin(store, user, full=False).id, user.id, version=1, zone=ZONE)
    assert store.reports.sign(begin(store, user).id, user.id, version=1, zone=ZONE).sequence == 1


def test_a_signed_report_is_frozen_by_the_database_itself(store: Store) -> None:
    user = make_user(store)
    report = store.reports.sign(begin(store, user).id, user.id, version=1, zone=ZONE)
    form = store.reports.verify(report.id)
    assert digest(form) == report.sha256
    assert report.number in form
    with pytest.raises(Conflict):
        store.reports.edit(
            report.id, user.id, lambda c: write_section(c, WrittenSection.ADVICE, "X"), version=report.version
        )
    for change in (
        "UPDATE reports SET content = '{}'",
        "UPDATE reports SET state = 'draft'",
        "DELETE FROM reports",
    ):
        with pytest.raises(StoreError, match="append-only"), store.database.write() as session:
            session.execute(text(change))
    assert store.reports.get(report.id) == report


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", ["UPDATE {} SET note = ''", "DELETE FROM {}"])
def test_the_steps_of_a_report_are_append_only(store: Store, table: str, change: str) -> None:
    begin(store, make_user(store))
    with pytest.raises(StoreError, match="append-only"), store.database.write() as session:
        session.execute(text(change.format(table)))


def test_a_draft_cannot_be_removed(store: Store) -> None:
    begin(store, make_user(store))
    with pytest.raises(StoreError, match="append-only"), store.database.write() as session:
        session.execute(text("DELETE FROM reports"))


def test_reports_are_listed_by_kind_and_state_a_page_at_a_time(store: Store) -> None:
    user = make_user(store)
    made = [begin(store, user).id for _ in range(3)]
    begin(store, user, ReportKind.WEEKLY)
    first = store.reports.page(ReportKind.DAILY, ReportState.DRAFT, limit=2)
    assert first.total == 3
    rest = store.reports.page(ReportKind.DAILY, ReportState.DRAFT, before=first.before, limit=2)
    assert [row.id for row in (*first.rows, *rest.rows)] == made[::-1]
    assert rest.before is None


def decided(store: Store, user: User, decision: Decision = Decision.ESCALATE) -> ClaimId:
    claim = make_claim(store)
    store.reviews.decide(claim, user.id, decision, version_seen=store.claims.get(claim).version)
    return claim


def test_claims_are_offered_by_their_days_and_area(store: Store) -> None:
    user = make_user(store)
    claim = decided(store, user)
    day = store.claims.get(claim).first_seen_at.astimezone(ZONE).date()
    today, later = Period(day, day), Period(day + timedelta(days=1), day + timedelta(days=9))
    assert [one.id for one in offer(store.database, (), today, ZONE).claims] == [claim]
    assert offer(store.database, (), later, ZONE).total == 0
    assert offer(store.database, ("00.00.01",), today, ZONE).total == 0
    with store.database.write() as session:
        item = store.claims.view(claim).items[0].item.id
        session.add(ItemPlaceRow(item_id=item, place="00.00.01", votes=1.0))
    assert offer(store.database, ("00.00.01",), today, ZONE).total == 1
    assert within(store.database, [claim], ("00.00.01",), today, ZONE) == {claim}
    assert within(store.database, [claim], ("00.00.02",), today, ZONE) == frozenset()
    version = store.claims.get(claim).version
    store.reviews.decide(claim, user.id, Decision.DISMISS, version_seen=version)
    assert offer(store.database, (), today, ZONE).total == 0


@pytest.mark.parametrize("turn", [Turn.SET_ASIDE, Turn.PRESS])
def test_what_became_of_a_claim_since_the_draft_hinders_a_signature(store: Store, turn: Turn) -> None:
    user = make_user(store)
    claim = decided(store, user)
    period = period_of(ReportKind.DAILY, DAY)
    reported = read_reported(store.database, [claim], {}, ZONE)
    content = filled(draft(ReportKind.DAILY, "Kota Arunika", period, reported, ZONE))
    drafts = [store.reports.draft(user.id, ReportKind.DAILY, "", period, content) for _ in range(2)]
    assert store.reports.turned(drafts[0]) == ()
    signed = store.reports.sign(drafts[0].id, user.id, version=1, zone=ZONE)
    if turn is Turn.SET_ASIDE:
        version = store.claims.get(claim).version
        store.reviews.decide(claim, user.id, Decision.DISMISS, version_seen=version)
    else:
        with store.database.write() as session:
            session.execute(text("UPDATE items SET press = true"))
    assert [one.turn for one in store.reports.turned(drafts[1])] == [turn]
    with pytest.raises(BadInput, match=turn.value):
        store.reports.sign(drafts[1].id, user.id, version=1, zone=ZONE)
    assert store.reports.turned(signed) == ()
    assert store.reports.verify(signed.id)


@pytest.mark.parametrize("turn", [Turn.MERGED, Turn.SET_ASIDE, Turn.PRESS])
def test_a_merged_claim_counts_as_what_it_was_merged_into(store: Store, turn: Turn) -> None:
    user = make_user(store)
    claim = decided(store, user)
    other = make_item(source="suara", url="https://suara.example/lain", text="Kabar lain: pasar ditutup.")
    saved = store.collector.save_item(other)
    work_all(store, Label.HOAX)
    keep = claim_of(store, saved.id)
    first = Decision.DISMISS if turn is Turn.SET_ASIDE else Decision.ESCALATE
    store.reviews.decide(keep, user.id, first, version_seen=store.claims.get(keep).version)
    period = period_of(ReportKind.DAILY, DAY)
    reported = read_reported(store.database, [claim], {}, ZONE)
    content = filled(draft(ReportKind.DAILY, "Kota Arunika", period, reported, ZONE))
    report = store.reports.draft(user.id, ReportKind.DAILY, "", period, content)
    versions = [store.claims.get(key).version for key in (keep, claim)]
    store.edits.merge(keep, claim, user.id, keep_version=versions[0], other_version=versions[1])
    if turn is Turn.PRESS:
        with store.database.write() as session:
            session.execute(text("UPDATE items SET press = true"))
    assert [one.turn for one in store.reports.turned(report)] == [turn]
    if turn is Turn.MERGED:
        assert store.reports.sign(report.id, user.id, version=1, zone=ZONE)
    else:
        with pytest.raises(BadInput, match=turn.value):
            store.reports.sign(report.id, user.id, version=1, zone=ZONE)
