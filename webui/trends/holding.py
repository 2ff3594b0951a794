"""The dialogues that were held in the weeks of a trend, and which rows they stand beside."""

from collections.abc import Mapping, Sequence

from kentongan.dialogues import Dialogue
from kentongan.trends.tables import Table
from kentongan.trends.values import Dimension
from kentongan.trends.weeks import Weeks
from webui.parts import the_parts

_KECAMATAN = 8  # characters of its code, which those of its kelurahan begin with


def held_in(weeks: Weeks) -> Sequence[Dialogue]:
    """Return the dialogues of these weeks, the first first."""
    return the_parts().store.dialogues.held(weeks.first, weeks.last_day)


def rows_of(table: Table, held: Sequence[Dialogue]) -> Mapping[str, Sequence[tuple[int, Dialogue]]]:
    """Return for each row of narratives or of places the dialogues that speak of it, with their week."""
    found: dict[str, list[tuple[int, Dialogue]]] = {}
    for dialogue in held:
        if table.dimension is Dimension.NARRATIVE:
            keys = [str(key) for key in dialogue.told.narratives]
        elif table.dimension is Dimension.PLACE:
            keys = [dialogue.told.place[:_KECAMATAN]]
        else:
            keys = []
        week = (dialogue.told.held_on - table.weeks.first).days // 7
        for key in keys:
            found.setdefault(key, []).append((week, dialogue))
    return found
