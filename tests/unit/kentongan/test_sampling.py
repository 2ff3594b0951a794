"""The draw of the sample: a fixed share, by the claim's id alone."""

from uuid import UUID

from kentongan.ids import new_id
from kentongan.sampling import SHARE, is_drawn


def test_one_in_twenty_is_drawn_whatever_made_the_ids() -> None:
    for ids in ([new_id() for _ in range(20_000)], [UUID(int=n) for n in range(20_000)]):
        drawn = sum(map(is_drawn, ids))
        assert abs(drawn - SHARE * 20_000) < 5 * (20_000 * SHARE * (1 - SHARE)) ** 0.5


def test_the_draw_never_changes() -> None:
    drawn = [n for n in range(100) if is_drawn(UUID(int=n))]
    assert drawn == PINNED


PINNED = [28, 31, 33, 71]
