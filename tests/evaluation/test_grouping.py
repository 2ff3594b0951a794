"""How far apart real copies and real strangers lie when texts are grouped."""

from itertools import combinations
from pathlib import Path

from pipeline.grouping import SAME_CLAIM, likeness, word_runs

COPIES = (0, 1)  # two outlets, one press release


def test_a_real_release_in_two_outlets_is_alike_and_unrelated_articles_are_not(shared_data: Path) -> None:
    paths = sorted((shared_data / "local_news").glob("*.txt"))
    runs = [word_runs(path.read_text(encoding="utf-8")) for path in paths]
    scores = {pair: likeness(runs[pair[0]], runs[pair[1]]) for pair in combinations(range(len(runs)), 2)}

    assert scores.pop(COPIES) >= max(0.65, SAME_CLAIM)
    assert max(scores.values()) <= 0.02
