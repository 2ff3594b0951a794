"""What the team's figures rest on, on both databases: which decision counts, and that nobody can be told from it."""

from datetime import date, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from kentongan.domain import ClaimId, Decision, Label, Lane, Reason, Review
from kentongan.opinions import Waiting
from kentongan.store import Store
from kentongan.teamwork.periods import Period, Span
from kentongan.teamwork.values import Missed, TopDay
from tests.office import Office, clock_at, hours, utc

JAKARTA = ZoneInfo("Asia/Jakarta")
H, B, I = Label.HOAX, Label.BLACK_CAMPAIGN, Label.IDENTITY_POLITICS  # noqa: E741
MONDAY = utc("2026-03-02 00:30")  # 07:30 in Jakarta
NOW = utc("2026-03-25 03:00")  # a Wednesday, 10:00
SPAN = Span(Period.FOUR_WEEKS, NOW, JAKARTA)


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def on_top(office: Office, at: datetime, *claims: ClaimId) -> date:
    day = at.astimezone(JAKARTA).date()
    assert office.store.mornings.note(day, at, claims, len(claims))
    return day


# The top of a morning


def test_a_morning_is_kept_once_whoever_comes_second(office: Office) -> None:
    first, second = office.comes(MONDAY, H), office.comes(MONDAY, H)
    day = on_top(office, MONDAY, first)
    assert office.store.mornings.is_noted(day)
    assert not office.store.mornings.is_noted(day + timedelta(days=1))
    assert not office.store.mornings.note(day, MONDAY + hours(0.1), [second, first], 2)
    with office.store.database.read() as session:
        assert session.execute(text("SELECT count(*) FROM work_morning_claims")).scalar() == 1


def test_what_became_of_a_morning(office: Office) -> None:
    watched, dismissed, escalated, left = (office.comes(MONDAY - hours(5), H) for _ in range(4))
    day = on_top(office, MONDAY, watched, dismissed, escalated, left)
    office.decides(watched, MONDAY + hours(1))
    office.decides(dismissed, MONDAY + hours(1), Decision.DISMISS)
    office.decides(escalated, MONDAY + hours(90), Decision.ESCALATE)  # days later is late, but decided
    assert office.store.teamwork.top(SPAN)[0] == TopDay(day, True, lay=4, worth=2, nothing=1)


def test_days_on_which_nobody_looked_are_holes_and_an_empty_queue_is_none(office: Office) -> None:
    on_top(office, MONDAY)
    days = office.store.teamwork.top(SPAN)
    assert (days[0].noted, days[0].lay) == (True, 0)
    assert [day.noted for day in days[1:]] == [False] * 23
    assert days[-1].day == date(2026, 3, 25)


def test_before_the_first_morning_nothing_is_missing(office: Office) -> None:
    assert office.store.teamwork.top(SPAN) == []
    on_top(office, MONDAY + hours(14 * 24))
    assert office.store.teamwork.top(SPAN)[0].day == date(2026, 3, 16)


def test_today_is_no_hole_before_its_time_has_passed(office: Office) -> None:
    on_top(office, MONDAY)
    for clock, last in (("00:10", 24), ("00:40", 24), ("01:00", 25)):  # 07:10, 07:40 and 08:00 in Jakarta
        span = Span(Period.FOUR_WEEKS, utc(f"2026-03-25 {clock}"), JAKARTA)
        assert office.store.teamwork.top(span)[-1].day.day == last, clock
    on_top(office, utc("2026-03-25 00:35"))
    assert office.store.teamwork.top(Span(Period.FOUR_WEEKS, utc("2026-03-25 00:40"), JAKARTA))[-1].noted


def test_a_slip_of_the_key_is_no_decision_and_a_later_reopening_undoes_none(office: Office) -> None:
    slip, reopened = office.comes(MONDAY - hours(5), H), office.comes(MONDAY - hours(5), H)
    on_top(office, MONDAY, slip, reopened)
    office.decides(slip, MONDAY + hours(1), Decision.DISMISS)
    office.decides(slip, MONDAY + hours(1.01), Decision.REOPEN)
    office.decides(reopened, MONDAY + hours(1), Decision.DISMISS)
    office.decides(reopened, MONDAY + hours(30), Decision.REOPEN)
    day = office.store.teamwork.top(SPAN)[0]
    assert (day.worth, day.nothing, day.undecided) == (0, 1, 1)
    office.decides(slip, MONDAY + hours(1.02))
    office.decides(reopened, MONDAY + hours(31))  # what was said first stays said
    day = office.store.teamwork.top(SPAN)[0]
    assert (day.worth, day.nothing, day.undecided) == (1, 1, 0)


def test_what_was_decided_before_the_morning_does_not_count_for_it(office: Office) -> None:
    claim = office.comes(MONDAY - hours(30), H)
    office.decides(claim, MONDAY - hours(29), Decision.DISMISS)
    office.decides(claim, MONDAY - hours(10), Decision.REOPEN)
    on_top(office, MONDAY, claim)
    assert office.store.teamwork.top(SPAN)[0].decided == 0
    office.decides(claim, MONDAY + hours(1))
    assert office.store.teamwork.top(SPAN)[0].worth == 1


def test_a_claim_that_went_into_others_is_decided_with_them(office: Office) -> None:
    keep, middle, gone = (office.comes(MONDAY - hours(5), H) for _ in range(3))
    on_top(office, MONDAY, keep, gone)
    person, edits, claims = office.people[0].id, office.store.edits, office.store.claims
    edits.merge(middle, gone, person, keep_version=1, other_version=1)
    edits.merge(keep, middle, person, keep_version=1, other_version=claims.get(middle).version)
    office.decides(keep, MONDAY + hours(2), Decision.ESCALATE)
    assert office.store.teamwork.top(SPAN)[0].worth == 2


def test_a_claim_that_went_into_one_settled_before_is_worth_what_that_one_was(office: Office) -> None:
    settled, on_the_list = (office.comes(MONDAY - hours(30), H) for _ in range(2))
    office.decides(settled, MONDAY - hours(29), Decision.DISMISS)
    on_top(office, MONDAY, on_the_list)
    assert office.store.teamwork.top(SPAN)[0].undecided == 1
    version = office.store.claims.get(settled).version
    office.store.edits.merge(settled, on_the_list, office.people[0].id, keep_version=version, other_version=1)
    top = office.store.teamwork.top(SPAN)[0]
    assert (top.nothing, top.undecided) == (1, 0)


def test_two_votes_are_one_decision_and_the_first_alone_is_none(office: Office) -> None:
    claim = office.comes(MONDAY - hours(5), I)
    on_top(office, MONDAY, claim)
    assert isinstance(office.decides(claim, MONDAY + hours(1), Decision.DISMISS), Waiting)
    assert office.store.teamwork.top(SPAN)[0].decided == 0
    assert isinstance(office.decides(claim, MONDAY + hours(2), Decision.WATCH, person=1), Waiting)
    assert isinstance(office.decides(claim, MONDAY + hours(3), Decision.WATCH, person=2), Review)
    day = office.store.teamwork.top(SPAN)[0]
    assert (day.worth, day.nothing) == (1, 0)


# Times


def test_the_time_is_from_the_first_arrival_to_the_first_decision_that_stands(office: Office) -> None:
    came = MONDAY + hours(1)
    for number in range(5):
        claim = office.comes(came, H)
        office.decides(claim, came + timedelta(minutes=1), Decision.DISMISS, person=3)
        office.decides(claim, came + timedelta(minutes=2), Decision.REOPEN, person=3)
        office.decides(claim, came + timedelta(minutes=10 * (number + 1)), person=number % 3)
        office.decides(claim, came + hours(90), Decision.ESCALATE, person=3)
    every, weeks = office.store.teamwork.times(SPAN)
    assert (every.withheld, every.decided, every.median, every.p90) == (False, 5, 30, None)
    assert [week.times.decided for week in weeks] == [5, 0, 0, 0]
    assert weeks[0].monday == date(2026, 3, 2)


def test_a_claim_that_was_unflagged_first_waits_from_when_it_was_flagged(office: Office) -> None:
    claims = [office.comes(MONDAY, *()) for _ in range(5)]
    for number, claim in enumerate(claims):
        office.relabels(claim, MONDAY + hours(10), H)
        office.decides(claim, MONDAY + hours(11), person=number % 3)
    assert office.store.teamwork.times(SPAN)[0].median == 60


def test_of_claims_from_before_arrivals_were_kept_no_time_is_told(office: Office) -> None:
    claims = [office.comes(MONDAY, H) for _ in range(3)]
    office.forgets_when(*claims)
    for number, claim in enumerate(claims):
        office.decides(claim, MONDAY + hours(1), person=number)
    assert office.store.teamwork.times(SPAN)[0].decided == 0


def test_times_of_fewer_than_three_people_are_withheld_for_a_week_and_for_all(office: Office) -> None:
    def decide(week: int, *people: int) -> None:
        for number in range(6):
            at = MONDAY + timedelta(weeks=week)
            office.decides(office.comes(at, H), at + hours(1 + number), person=people[number % len(people)])

    decide(0, 0, 1)
    every, weeks = office.store.teamwork.times(SPAN)
    assert (every.withheld, every.median, every.decided, weeks) == (True, None, 0, [])
    decide(1, 0, 1, 2)
    every, weeks = office.store.teamwork.times(SPAN)
    assert (every.withheld, every.decided) == (False, 6)  # 12 would tell what the withheld week holds
    assert [week.times.withheld for week in weeks] == [True, False, False, False]
    assert (weeks[0].times.median, weeks[0].times.decided) == (None, 0)
    assert weeks[1].times.median == 180


def test_who_voted_is_one_of_those_who_decided(office: Office) -> None:
    for number in range(6):
        claim = office.comes(MONDAY, I)
        office.decides(claim, MONDAY + hours(1), person=number % 2)
        office.decides(claim, MONDAY + hours(2), person=2)
    every, weeks = office.store.teamwork.times(SPAN)
    assert not every.withheld
    assert (weeks[0].times.decided, weeks[0].times.median) == (6, 120)


def test_only_the_weeks_asked_for_are_counted(office: Office) -> None:
    for number in range(6):
        office.decides(office.comes(MONDAY - hours(200), H), MONDAY - hours(60), person=number % 3)
        office.decides(office.comes(MONDAY, H), MONDAY + hours(1), person=number % 3)
    assert office.store.teamwork.times(SPAN)[0].decided == 6
    assert office.store.teamwork.times(Span(Period.THREE_MONTHS, NOW, JAKARTA))[0].decided == 12


# What waits


def test_what_waits_is_told_by_lane_and_by_how_long_it_lies_there(office: Office) -> None:
    for age in (2, 30, 80, 100, 24 * 30):
        office.comes(NOW - hours(age), H)
    office.comes(NOW - hours(24), H, press=True)
    office.decides(office.comes(NOW - hours(300), I), NOW - hours(1))  # waits for its second for an hour
    office.decides(office.comes(NOW - hours(300), H), NOW - hours(60), Decision.VERIFY)
    office.decides(office.comes(NOW - hours(300), H), NOW - hours(60), Decision.DISMISS)
    old = office.comes(NOW - hours(500), H)
    office.forgets_when(old)
    found = {lane.lane: lane for lane in office.store.teamwork.backlog(SPAN)}
    assert list(found) == [Lane.NEW, Lane.PRESS, Lane.SECOND, Lane.VERIFICATION, Lane.SAMPLE]
    assert (found[Lane.NEW].bands, found[Lane.NEW].unknown, found[Lane.NEW].total) == ((1, 1, 2, 1), 1, 6)
    assert found[Lane.NEW].oldest == NOW - hours(24 * 30)
    assert found[Lane.PRESS].bands == (0, 1, 0, 0)  # a day old is no longer under a day
    assert found[Lane.SECOND].bands == (1, 0, 0, 0)
    assert found[Lane.VERIFICATION].bands == (0, 1, 0, 0)
    assert (found[Lane.SAMPLE].total, found[Lane.SAMPLE].oldest) == (0, None)


# Rulings on marks


def test_decisions_uphold_or_overrule_the_marks_by_label(office: Office) -> None:
    for labels, decision, reason in (
        ((H,), Decision.WATCH, Reason.UNSTATED),  # upheld
        ((H, B), Decision.ESCALATE, Reason.DANGER),  # both upheld
        ((H, B), Decision.DISMISS, Reason.OPINION),  # both overruled
        ((H, B), Decision.DISMISS, Reason.TRUE),  # only the hoax is overruled
        ((H,), Decision.DISMISS, Reason.OLD),  # neither: no business of ours, but what it seems
        ((B,), Decision.DISMISS, Reason.ELSEWHERE),
    ):
        office.decides(office.comes(MONDAY, *labels), MONDAY + hours(1), decision, reason=reason)
    office.decides(office.comes(MONDAY, H, press=True), MONDAY + hours(1), Decision.NOTE)
    office.decides(office.draws(MONDAY), MONDAY + hours(1), Decision.DISMISS)
    found = {r.label: (r.upheld, r.overruled, r.neither) for r in office.store.teamwork.rulings(SPAN)}
    assert found == {None: (2, 2, 2), H: (2, 2, 1), B: (1, 1, 2), I: (0, 0, 0)}


def test_the_mark_is_the_one_that_was_decided_on_whatever_a_newer_model_says(office: Office) -> None:
    claim = office.comes(MONDAY, H)
    office.decides(claim, MONDAY + hours(1), Decision.DISMISS)
    office.relabels(claim, MONDAY + hours(20), B)
    found = {r.label: r.overruled for r in office.store.teamwork.rulings(SPAN)}
    assert (found[H], found[B]) == (1, 0)


def test_of_two_votes_the_outcome_is_the_ruling(office: Office) -> None:
    claim = office.comes(MONDAY, I)
    for person, decision in enumerate((Decision.WATCH, Decision.DISMISS, Decision.DISMISS)):
        office.decides(claim, MONDAY + hours(1 + person), decision, person=person)
    found = {r.label: (r.upheld, r.overruled) for r in office.store.teamwork.rulings(SPAN)}
    assert found[I] == found[None] == (0, 1)


# The sample


def test_what_became_of_the_sample(office: Office) -> None:
    problem, fine, later, _left, gone = (office.draws(MONDAY) for _ in range(5))
    office.decides(problem, MONDAY + hours(1), Decision.VERIFY)
    office.decides(fine, MONDAY + hours(1), Decision.DISMISS)
    office.relabels(later, MONDAY + hours(2), H)
    keep = office.comes(MONDAY, H)
    office.store.edits.merge(keep, gone, office.people[0].id, keep_version=1, other_version=1)
    office.draws(MONDAY - hours(100))  # before the period
    assert office.store.teamwork.missed(SPAN) == Missed(drawn=4, flagged=1, decided=2, problem=1)


def test_an_empty_record_has_no_figures_and_no_error(office: Office) -> None:
    for period in Period:
        span, record = Span(period, NOW, JAKARTA), office.store.teamwork
        assert record.top(span) == []
        assert record.times(span)[0].decided == 0
        assert record.missed(span) == Missed(0, 0, 0, 0)
        assert sum(lane.total for lane in record.backlog(span)) == 0


# Cost


def test_nothing_reads_what_was_not_decided_in_the_period(store: Store) -> None:
    """Each statement goes by an index, on SQLite: no table is read from end to end."""
    if not store.database.is_sqlite:
        pytest.skip("the plans of SQLite are looked at")
    from sqlalchemy import event

    office, asked = Office(store), []
    office.decides(office.comes(MONDAY, H), MONDAY + hours(1))
    on_top(office, MONDAY, office.comes(MONDAY, H))
    event.listen(store.database.engine, "before_cursor_execute", lambda *a: asked.append((a[2], a[3])))
    for count in (
        store.teamwork.top, store.teamwork.times, store.teamwork.backlog, store.teamwork.rulings, store.teamwork.missed,
    ):  # fmt: skip
        count(SPAN)
    with store.database.engine.connect() as connection:
        plans = [
            connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).all()
            for query, values in list(asked)
            if query.startswith(("SELECT", "WITH"))
        ]
    steps = [str(row[3]) for row in chain.from_iterable(plans)]
    tables = ("claims", "reviews", "votes", "review_votes", "queue_samples", "work_morning_claims")
    assert len(steps) > 20
    assert [step for step in steps if step.startswith("SCAN") and step.split()[1] in tables] == []


def test_the_clock_of_the_tests_reaches_what_is_kept(office: Office) -> None:
    claim = office.comes(MONDAY, H)
    with clock_at(MONDAY + hours(1)):
        pass
    review = office.decides(claim, MONDAY + hours(3))
    assert isinstance(review, Review)
    assert review.decided_at == MONDAY + hours(3)
