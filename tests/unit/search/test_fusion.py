"""Two rankings become one."""

from search.fusion import SMOOTHING, fuse


def test_what_both_rankings_hold_comes_first() -> None:
    fused = fuse(["a", "b", "c"], ["d", "b"])
    assert next(iter(fused)) == "b"
    assert fused["b"] == 1 / (SMOOTHING + 2) + 1 / (SMOOTHING + 2)


def test_ties_have_one_order() -> None:
    assert list(fuse(["b"], ["a"])) == list(fuse(["a"], ["b"])) == ["a", "b"]
    assert fuse([], []) == {}
