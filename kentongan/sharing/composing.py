"""The content of a bundle, made of what the record says: values in, plain JSON out.

Owns: what leaves and what does not. Nothing here knows an item, an address of a post, an account or a person
of the team. Counts come as cells and leave only where they point at nobody (k >= 5, as for liaisons: R18).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from kentongan.bands import Band
from kentongan.domain import (
    ClaimId,
    ClaimState,
    Decision,
    Label,
    Reason,
    Stance,
    Verdict,
)
from kentongan.errors import BadInput
from kentongan.sharing.redact import public_address, redact, shorten
from kentongan.sharing.values import MAX_TEXT_CHARACTERS, NOTICE, Document, Period
from kentongan.trends.anonymity import is_enough, withheld
from kentongan.trends.values import NOTHING, Cell, Coverage, State, point_of
from kentongan.verdicts import Basis

SHAREABLE = frozenset(
    {ClaimState.WATCHING, ClaimState.NEEDS_VERIFICATION, ClaimState.ESCALATED, ClaimState.NOTED}
)
"""A claim leaves only once a person decided on it, and not where it was found to be no problem."""


@dataclass(frozen=True, slots=True)
class OutsideCheck:
    """What somebody outside published: set as the verdict by people, or a confirmed match."""

    url: str
    publisher: str
    found: Verdict
    published_on: date | None
    basis: Basis | None = None  # of a verdict that people agreed on


@dataclass(frozen=True, slots=True)
class Counts:
    """How often a claim was seen, by the Monday of the week, kecamatan and kind of source."""

    total: Cell
    weeks: Mapping[str, Cell]
    places: Mapping[str, Cell]
    kinds: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class SharedClaim:
    """What the record says of a claim that is to leave, not yet redacted."""

    id: ClaimId
    press: bool
    headline: str
    state: ClaimState
    first_seen_on: date
    last_seen_on: date
    decision: Decision
    reason: Reason
    decided_on: date
    people: int
    upheld: frozenset[Label]  # by the decision of people
    leads: Mapping[Label, Band]  # the model's, on which nobody has spoken yet
    stance: Stance | None
    verdict: OutsideCheck | None
    checks: tuple[OutsideCheck, ...]
    counts: Counts
    names: frozenset[str]  # of accounts: only to mask them
    needs_two: bool
    hate: bool


@dataclass(frozen=True, slots=True)
class Aggregates:
    """What was collected in whole weeks, and how whole each was read."""

    period: Period
    zone: str
    mondays: Sequence[date]
    coverage: Sequence[Coverage]
    totals: Mapping[int, Cell]
    rows: Mapping[str, Mapping[str, Mapping[int, Cell]]]  # "labels", "places", "kinds" by key and week


def compose(
    sender: Mapping[str, str],
    recipient: str,
    reason: str,
    claims: Sequence[SharedClaim],
    aggregates: Aggregates | None,
    places: Mapping[str, str],
    *,
    withdraws: UUID | None = None,
    names: Iterable[str] = (),
) -> Document:
    """Return all that leaves but the date and key of its release. `places` are names by code, `names` those
    of further accounts that must not be in it."""
    hidden = frozenset(names).union(*(claim.names for claim in claims))
    return {
        "sender": {"name": redact(sender["name"]), "region": sender["region"]},
        "recipient": shorten(recipient, 400, hidden),
        "reason": shorten(reason, 4_000, hidden),
        "notice": NOTICE,
        "withdraws": str(withdraws) if withdraws else None,
        "claims": [_claim(one, places, hidden) for one in claims],
        "aggregates": _aggregates(aggregates, places) if aggregates else None,
    }


def reword(content: Document, claim_id: str, text: str, names: Iterable[str]) -> Document:
    """Return the content with a claim in a person's own words, masked. Raises BadInput."""
    said = redact(text, names)
    if not said or len(said) > MAX_TEXT_CHARACTERS:
        raise BadInput(f"text: must be stated, in up to {MAX_TEXT_CHARACTERS} characters")
    found = [claim for claim in content["claims"] if claim["id"] == claim_id]
    if not found:
        raise BadInput(f"claim: {claim_id[:40]} is not in this bundle")
    return {
        **content,
        "claims": [{**c, "text": said} if c["id"] == claim_id else c for c in content["claims"]],
    }


def _claim(one: SharedClaim, places: Mapping[str, str], names: frozenset[str]) -> dict[str, Any]:
    counts, enough = one.counts, is_enough(one.counts.total)
    return {
        "id": str(one.id),
        "kind": "press" if one.press else "claim",
        "text": shorten(one.headline, MAX_TEXT_CHARACTERS, names),
        "state": one.state.value,
        "first_seen_on": one.first_seen_on.isoformat(),
        "last_seen_on": one.last_seen_on.isoformat(),
        "decision": {
            "decision": one.decision.value,
            "reason": one.reason.value,
            "decided_on": one.decided_on.isoformat(),
            "people": one.people,
        },
        "labels": [] if one.press else sorted(label.value for label in one.upheld),
        "leads": []
        if one.press
        else [
            {"label": label.value, "band": band.value, "by": "model"}
            for label, band in sorted(one.leads.items())
        ],
        "stance": None if one.press or one.stance is None else one.stance.value,
        "verdict": None if one.press or one.verdict is None else _check(one.verdict, names),
        "checks": [] if one.press else [told for c in one.checks if (told := _check(c, names))],
        "counts": {
            "items": counts.total.items if enough else None,
            "weeks": _rows("monday", counts.weeks, counts.total, parts=True) if enough else [],
            "places": _places(counts.places, counts.total, places) if enough else [],
            "kinds": _rows("kind", counts.kinds, counts.total, parts=True) if enough else [],
        },
    }


def _check(check: OutsideCheck, names: Iterable[str]) -> dict[str, Any] | None:
    url = public_address(check.url)
    if not url:
        return None
    told: dict[str, Any] = {
        "url": url,
        "publisher": shorten(check.publisher, 200, names),
        "found": check.found.value,
        "published_on": check.published_on.isoformat() if check.published_on else None,
    }
    return told | {"basis": check.basis.value} if check.basis else told


def _rows(name: str, cells: Mapping[str, Cell], total: Cell, *, parts: bool) -> list[dict[str, Any]]:
    hidden = withheld(cells, total, parts=parts)
    return [
        {name: key, "items": None if key in hidden else cell.items}
        for key, cell in sorted(cells.items())
        if cell.items
    ]


def _places(cells: Mapping[str, Cell], total: Cell, names: Mapping[str, str]) -> list[dict[str, Any]]:
    rows = _rows("code", {c: cell for c, cell in cells.items() if c in names}, total, parts=False)
    return [{**row, "name": names[row["code"]]} for row in rows]


def _aggregates(found: Aggregates, places: Mapping[str, str]) -> dict[str, Any]:
    return {
        "since": found.period.since.isoformat(),
        "until": found.period.until.isoformat(),
        "time_zone": found.zone,
        "weeks": [_week(found, number, places) for number in range(len(found.mondays))],
    }


def _week(found: Aggregates, number: int, places: Mapping[str, str]) -> dict[str, Any]:
    total = found.totals.get(number, NOTHING)

    coverage = found.coverage[number]
    hole = point_of(total, coverage).state is State.HOLE  # not known; never calm

    def cells(name: str) -> dict[str, Cell]:
        return {} if hole else {key: weeks.get(number, NOTHING) for key, weeks in found.rows[name].items()}

    return {
        "monday": found.mondays[number].isoformat(),
        "read_percent": round(100 * coverage.share),
        "items": total.items if is_enough(total) and not hole else None,
        "labels": _rows("label", cells("labels"), total, parts=False),
        "kinds": _rows("kind", cells("kinds"), total, parts=True),
        "places": _places(cells("places"), total, places),
    }
