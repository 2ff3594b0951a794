"""What is too little for those who see aggregates only (R18), and what would give it away.

A cell is shown from K items of K sources on; nothing at all is shown as 0. Where the rows of a week add up to
its total, a single withheld row could be worked out: then the least of the others is withheld with it.
"""

from collections.abc import Mapping
from typing import TypeVar

from kentongan.trends.values import Cell

K = 5
_Key = TypeVar("_Key", bound=str)


def is_enough(cell: Cell) -> bool:
    """Tell whether a cell may be shown; one of nothing may."""
    return not cell.items or (cell.items >= K and cell.sources >= K)


def withheld(cells: Mapping[_Key, Cell], total: Cell, *, parts: bool) -> frozenset[_Key]:
    """Return the keys of a week's cells that are not to be shown.

    `parts`: each item counts in one cell at most. What is then left of the total counts as a withheld cell
    beside the others: nobody is told of it. The answer depends on this one week alone, so that no choice of
    other weeks gives another.
    """
    hidden = {key for key, cell in cells.items() if not is_enough(cell)}
    if not hidden or not parts:
        return frozenset(hidden)
    rest = total.items - sum(cell.items for cell in cells.values())
    shown = sorted((cell.items, key) for key, cell in cells.items() if key not in hidden and cell.items)
    while shown and not _is_safe([cells[key].items for key in hidden] + [rest] * (rest > 0)):
        hidden.add(shown.pop(0)[1])
    return frozenset(hidden)


def _is_safe(unseen: list[int]) -> bool:
    return len(unseen) > 1 and sum(unseen) >= K
