"""Keeping what takes two people beside decisions: referrals, verdicts, and the mark KHUSUS.

Nothing is ever changed or removed: an answer, taking back, a newer verdict are rows of their own.
Nothing is sent to anybody: a referral is the record that two people agreed to one.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kentongan.domain import ClaimId, SourceKind, UserId
from kentongan.errors import BadInput, Conflict, NotFound
from kentongan.ids import new_id
from kentongan.opinions import VoteClosed
from kentongan.outside_check import spellings
from kentongan.proposals import Proposal, ProposalKind, ProposalState
from kentongan.referrals import Referral, check_referral
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.edited import merged_here
from kentongan.store.proposed import proposals_of
from kentongan.store.schema import ClaimRow, ItemRow, UserRow, keepable
from kentongan.store.schema_opinions import ProposalAnswerRow, ProposalRow
from kentongan.store.summary import sightings_of
from kentongan.store.taking import require_items, take_claim
from kentongan.store.waiting import wait_and_tell
from kentongan.triage import Sighting, needs_two, speakers
from kentongan.verdicts import ClaimVerdict, check_verdict, verdict_of

MAX_NOTE_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class Scene:
    """What the rules of a proposal look at, read while the claim is held."""

    session: Session
    claim: ClaimRow
    sightings: list[Sighting]
    past: list[Proposal]  # of this claim and of those merged into it


@dataclass(frozen=True, slots=True)
class Draft:
    content: Mapping[str, Any]
    needs_second: bool


Check = Callable[[Scene], Draft]
"""Raises what forbids a proposal, else returns what is to be kept."""


class Proposals:
    def __init__(self, database: Database) -> None:
        self._database = database

    def of_claim(self, claim_id: ClaimId, viewer: UserId | None = None) -> list[Proposal]:
        """Return what was proposed on a claim and on those merged into it, oldest first, as the viewer
        may see it."""
        with self._database.read() as session:
            found = proposals_of(session, merged_here(session, claim_id))
        return [proposal.seen_by(viewer) for proposal in found]

    def refer(self, claim_id: ClaimId, user_id: UserId, referral: Referral) -> Proposal:
        """Propose to hand a claim on; it takes a second person whoever it goes to.

        Raises NotFound, BadInput for what is missing (the card, where hatred is in question) and for a
        claim that the press alone puts forward (R9), Conflict where the same is proposed or agreed already.
        """

        def check(scene: Scene) -> Draft:
            _refuse_press(scene.sightings)
            checked = check_referral(referral, hate=needs_two(scene.sightings, special=False))
            for other in scene.past:
                standing = other.pending or other.state is ProposalState.AGREED
                if other.kind is ProposalKind.REFERRAL and other.content["to"] == checked.to and standing:
                    raise Conflict(f"claim {claim_id} is referred to {checked.to.value} already")
            return Draft(checked.as_content(), needs_second=True)

        return self._propose(claim_id, user_id, ProposalKind.REFERRAL, check)

    def judge(
        self,
        claim_id: ClaimId,
        user_id: UserId,
        verdict: ClaimVerdict,
        *,
        seen: UUID | None,
        own_hosts: Collection[str] = (),
    ) -> Proposal:
        """Set the verdict that an outside check allows, or take the last one back. A newer one replaces it.

        Stands at once, and where a decision on the claim takes two people, with the second. `seen` is the
        proposal of the verdict that the person was shown, None for none.
        Raises NotFound, BadInput for a check that is not outside, for one that is an item of the claim
        itself and for a claim of the press (R9), Conflict where another verdict came between.
        """
        checked = check_verdict(verdict, own_hosts)

        def check(scene: Scene) -> Draft:
            _refuse_press(scene.sightings)
            if checked.url and _is_item(scene.session, claim_id, checked.url):
                raise BadInput("url: is an item of the claim itself, not a check of it")
            last = last_verdict(scene.past)
            waits = any(p.pending for p in scene.past if p.kind is ProposalKind.VERDICT)
            if waits or seen != (last and last.id):
                raise Conflict(f"claim {claim_id} got another verdict meanwhile")
            if checked.found is None and (last is None or verdict_of(last.content).found is None):
                raise BadInput("found: there is no verdict to take back")
            two = needs_two(scene.sightings, special=scene.claim.special)
            return Draft(checked.as_content(), needs_second=two)

        return self._propose(claim_id, user_id, ProposalKind.VERDICT, check)

    def mark(self, claim_id: ClaimId, user_id: UserId, special: bool, note: str) -> Proposal:
        """Mark a claim KHUSUS, at once, or propose to lift the mark, which takes a second person.

        Raises NotFound, BadInput for a note that says nothing or is too long, Conflict where it is marked,
        or is not, or lifting waits already.
        """
        text = _read_note(note)
        if not text:
            raise BadInput("note: say why")
        kind = ProposalKind.MARK if special else ProposalKind.LIFT

        def check(scene: Scene) -> Draft:
            waits = any(p.pending for p in scene.past if p.kind is ProposalKind.LIFT)
            if scene.claim.special is special or (waits and not special):
                raise Conflict(f"claim {claim_id}: its mark was changed meanwhile")
            return Draft({"note": text}, needs_second=not special)

        return self._propose(claim_id, user_id, kind, check)

    def answer(
        self, claim_id: ClaimId, proposal_id: UUID, user_id: UserId, agrees: bool, note: str = ""
    ) -> Proposal:
        """Agree to what another person proposed, or not: two that agree settle it, and where two differ,
        the third. To refuse needs a note.

        Raises NotFound, BadInput for a note too long or missing, or to agree to what concerns the press
        alone by now (R9), VoteClosed where this person has spoken already, Conflict where it was settled
        meanwhile.
        """
        text = _read_note(note)
        if not agrees and not text:
            raise BadInput("note: say why not")
        return self._speak(claim_id, proposal_id, user_id, agrees, text)

    def withdraw(self, claim_id: ClaimId, proposal_id: UUID, user_id: UserId) -> Proposal:
        """Take back one's own proposal before anybody answered. Raises NotFound, VoteClosed, Conflict."""
        return self._speak(claim_id, proposal_id, user_id, None, "")

    def _propose(self, claim_id: ClaimId, user_id: UserId, kind: ProposalKind, check: Check) -> Proposal:
        with self._database.write() as session:
            claim, user = take_claim(session, claim_id, user_id)
            require_items(claim)
            past = proposals_of(session, merged_here(session, claim_id))
            draft = check(Scene(session, claim, sightings_of(session, claim_id), past))
            row = ProposalRow(
                id=new_id(),
                claim_id=claim_id,
                kind=kind.value,
                content=_keepable(draft.content),
                needs_second=draft.needs_second,
                user_id=user_id,
                claim_version=claim.version,
                proposed_at=now(),
            )
            session.add(row)
            session.flush()
            append(session, self._database, user.name, f"propose {kind.value}", str(claim_id), id=str(row.id))
            return self._take_effect(session, claim, row.id, user_id)

    def _speak(
        self, claim_id: ClaimId, proposal_id: UUID, user_id: UserId, agrees: bool | None, note: str
    ) -> Proposal:
        with self._database.write() as session:
            claim, user = take_claim(session, claim_id, user_id)
            found = next((p for p in proposals_of(session, [claim_id]) if p.id == proposal_id), None)
            if found is None:
                raise NotFound("proposal", proposal_id)
            if not found.pending:
                raise Conflict(f"proposal {proposal_id} was settled meanwhile")
            own = found.user_id == user_id
            answered = any(answer.user_id == user_id for answer in found.answers)
            if answered or own != (agrees is None) or (own and found.answers):
                raise VoteClosed(f"proposal {proposal_id}: another person has to answer")
            if agrees and found.kind in (ProposalKind.REFERRAL, ProposalKind.VERDICT):
                _refuse_press(sightings_of(session, claim_id))
            session.add(
                ProposalAnswerRow(
                    id=new_id(),
                    proposal_id=proposal_id,
                    user_id=user_id,
                    agrees=agrees,
                    note=keepable(note),
                    answered_at=now(),
                )
            )
            session.flush()
            # What was said is told with the outcome: the log is read by people who have still to answer.
            append(session, self._database, user.name, "answer proposal", str(claim_id), id=str(proposal_id))
            return self._take_effect(session, claim, proposal_id, user_id)

    def _take_effect(self, session: Session, claim: ClaimRow, proposal_id: UUID, viewer: UserId) -> Proposal:
        """Let a proposal that is agreed to take effect, and tell the log how it was settled."""
        proposal = next(p for p in proposals_of(session, [claim.id]) if p.id == proposal_id)
        if proposal.state is ProposalState.AGREED and proposal.kind in (ProposalKind.MARK, ProposalKind.LIFT):
            claim.special = proposal.kind is ProposalKind.MARK
        if not proposal.pending:
            voices = {a.user_name: a.agrees for a in proposal.answers}
            actor = session.get_one(UserRow, viewer).name
            append(
                session,
                self._database,
                actor,
                f"{proposal.kind.value} {proposal.state.value}",
                str(claim.id),
                id=str(proposal.id),
                by=proposal.user_name,
                answers=voices,
            )
        wait_and_tell(session, claim)
        return proposal.seen_by(viewer)


def last_verdict(proposals: Collection[Proposal]) -> Proposal | None:
    """Return the newest verdict that stands, or that takes the ones before back; None for none."""
    agreed = [p for p in proposals if p.kind is ProposalKind.VERDICT and p.state is ProposalState.AGREED]
    return max(agreed, key=_settled_at) if agreed else None


def _settled_at(proposal: Proposal) -> tuple[object, UUID]:
    last = proposal.answers[-1].answered_at if proposal.answers else proposal.proposed_at
    return last, proposal.id


def _is_item(session: Session, claim_id: ClaimId, url: str) -> bool:
    """Tell whether an address, however it is written, is that of an item of the claim."""
    own = exists().where(ItemRow.claim_id == claim_id, ItemRow.url.in_(spellings(url)))
    return bool(session.scalar(select(own)))


def _refuse_press(seen: list[Sighting]) -> None:
    if all(s.source_kind is SourceKind.PRESS for s in speakers(seen)):
        raise BadInput("claim: journalism is answered through the Press Law, not by us")


def _read_note(note: str) -> str:
    text = note.strip()
    if len(text) > MAX_NOTE_CHARACTERS:
        raise BadInput(f"note: longer than {MAX_NOTE_CHARACTERS} characters")
    return text


def _keepable(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content with its texts as both databases can keep them."""
    return {
        name: keepable(value)
        if isinstance(value, str)
        else _keepable(value)
        if isinstance(value, dict)
        else value
        for name, value in content.items()
    }
