"""The earlier versions of an item, and what each later one changed, cut to what a page can hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from kentongan.domain import Revision
from kentongan.revised import Budget, Difference, compare
from kentongan.variants import Change, elided
from webui.marks import shorten

VERSIONS_SHOWN = 10
PIECES_SHOWN = 120  # of one difference
PIECE_CHARACTERS = 600
TEXT_CHARACTERS = 6_000  # of an earlier version

Pieces = tuple[tuple[str, Change], ...]


@dataclass(frozen=True, slots=True)
class EarlierVersion:
    """A version that is no longer the item's, and how the next one differs."""

    number: int
    seen_at: datetime
    title: str
    text: str  # paragraphs as they were
    text_is_cut: bool
    replaced_at: datetime
    title_changes: Pieces  # empty where the title stayed
    changes: Pieces  # of the text; empty where all of its words stayed
    hidden: int  # changes that are not shown
    compared_whole: bool  # False where only the beginning was compared


def earlier_versions(revisions: Sequence[Revision]) -> tuple[list[EarlierVersion], int]:
    """Return the newest of the versions before the last, newest first, and how many more there are."""
    pairs = list(pairwise(revisions))[::-1]
    budget = Budget()
    return [_version(old, new, budget) for old, new in pairs[:VERSIONS_SHOWN]], len(pairs[VERSIONS_SHOWN:])


def _version(old: Revision, new: Revision, budget: Budget) -> EarlierVersion:
    title, text = compare(old.title, new.title, budget), compare(old.text, new.text, budget)
    changes = _pieces(text)
    return EarlierVersion(
        number=old.number,
        seen_at=old.seen_at,
        title=old.title,
        text=old.text[:TEXT_CHARACTERS],
        text_is_cut=len(old.text) > TEXT_CHARACTERS,
        replaced_at=new.seen_at,
        title_changes=_pieces(title)[:PIECES_SHOWN],
        changes=changes[:PIECES_SHOWN],
        hidden=sum(change in (Change.ADDED, Change.REMOVED) for _, change in changes[PIECES_SHOWN:]),
        compared_whole=not text.cut,
    )


def _pieces(difference: Difference) -> Pieces:
    if not difference.changed:
        return ()
    return tuple(
        (
            "…" if stretch.change is Change.LEFT_OUT else shorten(stretch.text, PIECE_CHARACTERS),
            stretch.change,
        )
        for stretch in elided(difference.stretches)
    )
