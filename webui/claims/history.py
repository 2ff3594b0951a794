"""What was done with a claim, as one list, newest first: decisions with the votes behind them, verdicts,
referrals and marks, merges and splits, who took it over, what the field was asked and answered, notes.

Owns: the words. Leaves what the reader may know of others' voices to `store.history`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from flask_babel import gettext, ngettext

from kentongan.domain import ClaimEdit, ClaimId, EditKind, Reason, Review
from kentongan.field import Request
from kentongan.leases import TakeOver
from kentongan.notes import Note
from kentongan.proposals import Proposal, ProposalKind
from kentongan.referrals import referral_of
from kentongan.store.history import MOST, History, read_history
from kentongan.verdicts import verdict_of
from webui import sessions, words
from webui.claims.wording import OFFICES, PROPOSAL_STATES
from webui.field.wording import FINDINGS
from webui.links import outside
from webui.marks import shorten
from webui.parts import the_parts
from webui.words import DECISIONS, EDITS, REASONS, STATES

SHOWN = 8  # on the claim's own page
PER_PAGE = 50  # on the page of the whole history
_READ = 40  # of each kind, for the claim's own page
_HEADLINE_CHARACTERS = 90


Kind = Literal["decision", "edit", "lease", "proposal", "field", "note"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done; `about` names another claim, `link` is its id where it has a page."""

    at: datetime
    user_name: str  # empty where the reader may not know, and for the field
    title: str
    detail: str
    note: str
    about: str = ""
    link: UUID | None = None
    # Of a decision by several: name, what they chose, their note.
    votes: tuple[tuple[str, str, str], ...] = ()
    outside: str | None = None  # the address of an outside check
    kind: Kind = "decision"


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a claim's history; `older` and `newer` are the numbers of the pages beside it."""

    entries: Sequence[Entry]
    total: int
    more: bool  # the record has more of one kind than is ever read at once
    joined: int
    newer: int | None
    older: int | None


def read_newest(key: ClaimId) -> History:
    """Return the newest of what was done with a claim, as who looks may see it."""
    return read_history(the_parts().store.database, key, sessions.current().id, most=_READ)


def last_done(key: ClaimId) -> Entry | None:
    """Return the newest thing that somebody named did and that changed how a claim stands, or who has it."""
    entries = entries_of(key, read_newest(key))
    return next((e for e in entries if e.user_name and e.kind not in ("field", "note")), None)


def history_page(key: ClaimId, number: int) -> Page:
    """Return one page of all of it, from 1; the last one where there are fewer."""
    found = read_history(the_parts().store.database, key, sessions.current().id, most=MOST)
    entries = entries_of(key, found)
    last = max(1, -(-len(entries) // PER_PAGE))
    number = min(max(1, number), last)
    return Page(
        entries[(number - 1) * PER_PAGE : number * PER_PAGE],
        len(entries),
        found.more,
        found.joined,
        newer=number - 1 if number > 1 else None,
        older=number + 1 if number < last else None,
    )


def entries_of(key: ClaimId, found: History) -> list[Entry]:
    """Return all that was done as one list, newest first."""
    names = _names(key, found)
    entries = [_about(_decision(review), review.claim_id, key, names) for review in found.reviews]
    entries += [_edit(edit, key, names) for edit in found.edits]
    entries += [_take_over(taken) for taken in found.take_overs]
    for proposal in found.proposals:
        entries += [_about(entry, proposal.claim_id, key, names) for entry in _proposal(proposal)]
    for request in found.requests:
        entries += [_about(entry, request.claim_id, key, names) for entry in _request(request)]
    entries += [_about(_note(note), note.claim_id, key, names) for note in found.notes]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _names(key: ClaimId, found: History) -> Mapping[ClaimId, str]:
    """Return the headlines of the other claims that are spoken of."""
    others = {claim for edit in found.edits for claim in (edit.claim_id, edit.other_id)}
    for kind in (found.reviews, found.proposals, found.requests, found.notes):
        others |= {one.claim_id for one in kind}
    claims = the_parts().store.claims.get_many(others - {key})
    return {claim.id: shorten(claim.headline, _HEADLINE_CHARACTERS) for claim in claims}


def _about(entry: Entry, claim: ClaimId, key: ClaimId, names: Mapping[ClaimId, str]) -> Entry:
    if claim == key:
        return entry
    said = gettext("on a claim merged into this one: “%(claim)s”", claim=names.get(claim, ""))
    return replace(entry, about=said)


def _decision(review: Review) -> Entry:
    detail = f"{STATES[review.state_before]} → {STATES[review.state_after]}"
    if review.reason != Reason.UNSTATED:
        detail += f" · {REASONS[Reason(review.reason)]}"
    return Entry(
        review.decided_at,
        ", ".join(review.people),
        str(DECISIONS[review.decision]),
        detail,
        review.note,
        votes=tuple((vote.user_name, str(DECISIONS[vote.decision]), vote.note) for vote in review.votes),
    )


def _take_over(taken: TakeOver) -> Entry:
    detail = gettext("from %(name)s, who was working on it", name=taken.holder_name)
    return Entry(taken.taken_at, taken.user_name, gettext("Taken over"), detail, taken.note, kind="lease")


def _edit(edit: ClaimEdit, key: ClaimId, names: Mapping[ClaimId, str]) -> Entry:
    """Of a merge seen from the claim that stays the other has no page of its own any more."""
    moved = len(edit.item_ids)
    merge, link = edit.kind is EditKind.MERGE, None
    if edit.other_id == key:
        link = edit.claim_id
        detail = gettext("into the claim") if merge else gettext("off the claim")
    elif merge:
        detail = ngettext("%(num)s item came from", "%(num)s items came from", moved)
    else:
        link = edit.other_id
        detail = ngettext("%(num)s item went into", "%(num)s items went into", moved)
    about = names.get(edit.other_id if edit.other_id != key else edit.claim_id, "")
    title = str(EDITS[edit.kind])
    return Entry(edit.edited_at, edit.user_name, title, detail, edit.note, about, link, kind="edit")


def _proposal(proposal: Proposal) -> Iterator[Entry]:
    """Yield that it was proposed and, where others had to answer and did, how it ended."""
    title, detail, address = _proposed(proposal)
    waits = proposal.needs_second
    note = proposal.content.get("note", "")
    at, by = proposal.proposed_at, proposal.user_name
    proposed = gettext("Proposed: %(what)s", what=title) if waits else title
    yield Entry(at, by, proposed, detail, note, outside=address, kind="proposal")
    if waits and proposal.answers and not proposal.pending:
        answer = proposal.answers[-1]
        said = "; ".join(
            f"{a.user_name} – {gettext('agrees') if a.agrees else gettext('does not agree')}"
            for a in proposal.answers
            if a.agrees is not None
        )
        ended = f"{title}: {PROPOSAL_STATES[proposal.state]}"
        yield Entry(
            answer.answered_at, answer.user_name, ended, said, answer.note, outside=address, kind="proposal"
        )


def _proposed(proposal: Proposal) -> tuple[str, str, str | None]:
    """Return what was proposed, more of it, and the address of an outside check."""
    match proposal.kind:
        case ProposalKind.REFERRAL:
            office = OFFICES[referral_of(proposal.content).to]
            return gettext("Referral to %(office)s", office=office), "", None
        case ProposalKind.VERDICT:
            verdict = verdict_of(proposal.content)
            if verdict.shown is None:
                return gettext("Verdict taken back"), "", None
            title = gettext("Verdict: %(verdict)s", verdict=words.VERDICTS[verdict.shown])
            return (
                title,
                gettext("according to %(publisher)s", publisher=verdict.publisher),
                outside(verdict.url),
            )
        case ProposalKind.MARK:
            return gettext("Marked KHUSUS"), "", None
        case ProposalKind.LIFT:
            return gettext("Mark KHUSUS lifted"), "", None


def _request(request: Request) -> Iterator[Entry]:
    """Yield the question and its answers. Who in the field answered is not told."""
    place = words.place_name(request.place, the_parts().region.name)
    title = gettext("Asked the field")
    yield Entry(request.asked_at, request.asked_by, title, place, request.question, kind="field")
    if request.withdrawn_at:
        title = gettext("Question to the field taken back")
        yield Entry(request.withdrawn_at, "", title, place, request.withdrawn_why, kind="field")
    for answer in request.answers:
        title = gettext("Answer from the field: %(finding)s", finding=FINDINGS[answer.finding])
        detail = f"{place} · {gettext('corrected later')}" if answer.corrected else place
        yield Entry(answer.answered_at, "", title, detail, answer.text, kind="field")


def _note(note: Note) -> Entry:
    return Entry(note.written_at, note.user_name, gettext("Note written"), "", note.plain(), kind="note")
