"""What the team's figures rest on, counted in the database: no row of it tells of a person.

Leaves which decision counts to `first_decisions`, the arithmetic to `teamwork`. Costs what was decided, drawn
and noted in the period, by indexes; never the archive.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from itertools import compress, pairwise
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    CompoundSelect,
    and_,
    case,
    cast,
    func,
    null,
    or_,
    select,
    union,
    union_all,
)

from kentongan.domain import Decision, Label, Lane, Reason
from kentongan.store.database import Database
from kentongan.store.first_decisions import first_decisions, seconds_of
from kentongan.store.lessons import Vote, teach
from kentongan.store.marks import PRESS, bit_of
from kentongan.store.mornings import decisions_on_top
from kentongan.store.schema import ClaimRow, ReviewRow
from kentongan.store.schema_opinions import ReviewVoteRow, VoteRow
from kentongan.store.schema_queue import SampleRow
from kentongan.store.schema_work import MorningClaimRow, MorningRow
from kentongan.teamwork.estimates import LEAST_PEOPLE
from kentongan.teamwork.periods import Span, Stretch
from kentongan.teamwork.values import (
    BACKLOG,
    BAND_DAYS,
    WITHHELD,
    Backlog,
    Missed,
    Rulings,
    Times,
    TopDay,
    WeekTimes,
    times_of,
)

_WEEK_SECONDS = 7 * 24 * 3_600
_LABELS = {label: bit_of(label) for label in Label}
_ANY_LABEL = sum(_LABELS.values())


class Teamwork:
    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self) -> tuple[object, ...]:
        """Return what differs once anything was decided, voted or noted: looks at the ends of indexes."""
        ends = (
            select(ReviewRow.id).order_by(ReviewRow.id.desc()).limit(1),
            select(VoteRow.id).order_by(VoteRow.id.desc()).limit(1),
            select(func.max(MorningRow.day)),
        )
        with self._database.read() as session:
            return tuple(session.scalar(end) for end in ends)

    def top(self, span: Span) -> list[TopDay]:
        """Return the days of the period since the first morning ever noted, oldest first, holes among them.

        Of a claim that went into another since, that one's decision counts.
        """
        within = MorningRow.day.between(span.first, span.today)
        lay = (
            select(MorningRow.day, func.count(MorningClaimRow.place))
            .outerjoin(MorningClaimRow, MorningClaimRow.day == MorningRow.day)
            .where(within)
            .group_by(MorningRow.day)
        )
        with self._database.read() as session:
            began = session.scalar(select(func.min(MorningRow.day)))
            counted = {day: (count, 0, 0) for day, count in session.execute(lay)}
            for day, worth, nothing in session.execute(decisions_on_top(within, span.at)):
                counted[day] = (counted[day][0], worth, nothing)
        if began is None:
            return []
        return [
            TopDay(day, day in counted, *counted.get(day, ()))
            for day in span.days()
            if day >= began and (day in counted or day < span.today or span.morning_is_over)
        ]

    def times(self, span: Span) -> tuple[Times, list[WeekTimes]]:
        """Return how long claims waited for their first decision: over the period, and by its weeks.

        From when a claim first came among the new or the press; claims of which that is not known are left
        out. Withheld for a week in which fewer than LEAST_PEOPLE decided on those that are counted. The
        period is made of the weeks that are told: with the others in it they could be had by subtraction.
        """
        weeks: list[dict[int, int]] = [{} for _ in range(span.weeks)]
        people: dict[int, int] = {}
        with self._database.read() as session:
            for week, minutes, count in session.execute(_waited(span)):
                if minutes is None:
                    people[week] = count
                else:
                    weeks[week][minutes] = count
        enough = {week for week, count in people.items() if count >= LEAST_PEOPLE}
        if any(weeks) and not enough:
            return WITHHELD, []
        total = Counter[int]()
        for number in enough:
            total.update(weeks[number])
        told = [
            WeekTimes(monday, WITHHELD if week and number not in enough else times_of(week))
            for number, (monday, week) in enumerate(zip(span.mondays(), weeks, strict=True))
        ]
        return times_of(total), told

    def backlog(self, span: Span) -> list[Backlog]:
        """Return what waits in each lane now, by how long it lies there."""
        since = ClaimRow.laned_at
        ends = [span.at - timedelta(days=days) for days in BAND_DAYS]
        older = [since.is_not(None), *(since <= end for end in ends)]
        bands = [*(_count(and_(one, ~still)) for one, still in pairwise(older)), _count(older[-1])]
        query = (
            select(ClaimRow.lane, _count(since.is_(None)), func.min(since), *bands)
            .where(ClaimRow.lane.in_([lane.value for lane in BACKLOG]))
            .group_by(ClaimRow.lane)
        )
        with self._database.read() as session:
            found = {
                name: Backlog(Lane(name), tuple(counts), unknown, oldest)
                for name, unknown, oldest, *counts in session.execute(query)
            }
        return [found.get(lane.value, Backlog(lane, (0,) * len(bands), 0, None)) for lane in BACKLOG]

    def rulings(self, span: Stretch) -> list[Rulings]:
        """Return what was said of the marks of public claims: of any, then of each label.

        What a decision says is what the lessons for the model take it to say. Decisions from before the marks
        were kept with them are left out.
        """
        borne = ReviewRow.marks.bitwise_and(_ANY_LABEL)
        query = (
            select(borne.label("borne"), ReviewRow.decision, ReviewRow.reason, func.count())
            .where(
                *first_decisions(span.begins, span.at), borne != 0, ReviewRow.marks.bitwise_and(PRESS) == 0
            )
            .group_by("borne", ReviewRow.decision, ReviewRow.reason)
        )
        counts: dict[Label | None, list[int]] = {key: [0, 0, 0] for key in (None, *Label)}
        with self._database.read() as session:
            for bits, decision, reason, count in session.execute(query):
                vote = Vote(Decision(decision), Reason(reason))
                said = _say(vote, list(compress(Label, (bits & bit for bit in _LABELS.values()))))
                for key, place in said.items():
                    counts[key][place] += count
        return [Rulings(key, *three) for key, three in counts.items()]

    def missed(self, span: Stretch) -> Missed:
        """Return what became of the sample that was drawn in the period.

        What went into another claim before anyone decided is left out: that one stands for itself.
        """
        there = or_(ClaimRow.merged_into.is_(None), SampleRow.decided_at.is_not(None))
        query = (
            select(
                func.count(),
                _count(and_(SampleRow.flagged_at.is_not(None), SampleRow.decided_at.is_(None))),
                _count(SampleRow.decided_at.is_not(None)),
                _count(and_(SampleRow.decided_at.is_not(None), SampleRow.problem.is_(True))),
            )
            .select_from(SampleRow)
            .join(ClaimRow, ClaimRow.id == SampleRow.claim_id)
            .where(SampleRow.drawn_at >= span.begins, SampleRow.drawn_at < span.at, there)
        )
        with self._database.read() as session:
            return Missed(*session.execute(query).one())


def _say(vote: Vote, borne: Iterable[Label]) -> Mapping[Label | None, int]:
    """Return for each label borne, and for all of them as None: 0 upheld, 1 overruled, 2 neither."""
    taught = teach([vote], borne)
    said: dict[Label | None, int] = {}
    for label in borne:
        target = taught.get(label.value)
        said[label] = 2 if target is None else 0 if target.value > 0 else 1
    return said | {None: min(said.values())}


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _waited(span: Span) -> CompoundSelect[Any]:
    """Select how many decisions of a week were waited for so many minutes; and, without minutes, how many
    people took them in each week: one statement, so that they are found once."""
    decided = _decided(span)
    voted = (
        select(decided.c.week, VoteRow.user_id)
        .join(ReviewVoteRow, ReviewVoteRow.review_id == decided.c.id)
        .join(VoteRow, VoteRow.id == ReviewVoteRow.vote_id)
    )
    people = union(select(decided.c.week, decided.c.user_id), voted).cte("people")
    nothing = cast(null(), BigInteger)
    by_minutes = select(decided.c.week, decided.c.minutes, func.count())
    by_week = select(people.c.week, nothing, func.count())
    return union_all(
        by_minutes.group_by(decided.c.week, decided.c.minutes),
        by_week.group_by(people.c.week),
    )


def _decided(span: Span) -> CTE:
    """Select each first decision of the period: its week, how long it was waited for, who took it."""
    at, came = seconds_of(ReviewRow.decided_at), seconds_of(ClaimRow.queued_at)
    return (
        select(
            ReviewRow.id,
            ReviewRow.user_id,
            ((at - int(span.begins.timestamp())) // _WEEK_SECONDS).label("week"),
            ((at - came) // 60).label("minutes"),
        )
        .join(ClaimRow, ClaimRow.id == ReviewRow.claim_id)
        .where(*first_decisions(span.begins, span.at), ClaimRow.queued_at <= ReviewRow.decided_at)
        .cte("decided")
    )
