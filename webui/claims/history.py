"""What people did with a claim, as one list: decisions, merges and splits, newest first."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext, ngettext

from kentongan.domain import ClaimEdit, ClaimId, EditKind, Reason, Review
from kentongan.store.history import read_history
from webui.marks import shorten
from webui.parts import the_parts
from webui.words import DECISIONS, EDITS, REASONS, STATES

SHOWN = 100
_HEADLINE_CHARACTERS = 90


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done; `about` names another claim, `link` is its id where it has a page."""

    at: datetime
    user_name: str
    title: str
    detail: str
    note: str
    about: str = ""
    link: UUID | None = None


def history(key: ClaimId) -> tuple[list[Entry], int]:
    """Return up to SHOWN entries, newest first, and how many older decisions are not among them."""
    store = the_parts().store
    found = read_history(store.database, key)
    others = {r.claim_id for r in found.reviews} | {c for e in found.edits for c in (e.claim_id, e.other_id)}
    names = {c.id: shorten(c.headline, _HEADLINE_CHARACTERS) for c in store.claims.get_many(others - {key})}
    entries = [_decision(review, key, names) for review in found.reviews]
    entries += [_edit(edit, key, names) for edit in found.edits]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    return entries[:SHOWN], max(0, found.review_count - len(found.reviews))


def _decision(review: Review, key: ClaimId, names: dict[ClaimId, str]) -> Entry:
    detail = f"{STATES[review.state_before]} → {STATES[review.state_after]}"
    if review.reason != Reason.UNSTATED:
        detail += f" · {REASONS[Reason(review.reason)]}"
    about = gettext("on a claim merged into this one: “%(claim)s”", claim=names[review.claim_id]) \
        if review.claim_id != key else ""  # fmt: skip
    return Entry(
        review.decided_at, review.user_name, str(DECISIONS[review.decision]), detail, review.note, about
    )


def _edit(edit: ClaimEdit, key: ClaimId, names: dict[ClaimId, str]) -> Entry:
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
    return Entry(edit.edited_at, edit.user_name, str(EDITS[edit.kind]), detail, edit.note, about, link)
