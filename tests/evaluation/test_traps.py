"""The traps of the trade: warnings, reports and criticism must never be flagged."""

from pathlib import Path

import pytest

from classifier.assess import Assessor
from kentongan.domain import Label, Stance


def local_news(shared_data: Path) -> list[Path]:
    return sorted((shared_data / "local_news").glob("*.txt"))


def test_none_of_the_five_local_articles_is_flagged(assessor: Assessor, shared_data: Path) -> None:
    paths = local_news(shared_data)
    assert len(paths) == 5
    for path, found in zip(
        paths, assessor.assess([p.read_text(encoding="utf-8") for p in paths]), strict=True
    ):
        assert not found.flagged | found.abstained, path.name
        assert found.stance is Stance.REPORTS, path.name


def test_no_paragraph_of_the_local_articles_is_flagged_by_itself(
    assessor: Assessor, shared_data: Path
) -> None:
    paragraphs = [
        line
        for path in local_news(shared_data)
        for line in path.read_text(encoding="utf-8").splitlines()
        if len(line) > 60 and not line.isascii()
    ]
    assert not [
        text for text, found in zip(paragraphs, assessor.assess(paragraphs), strict=True) if found.flagged
    ]


@pytest.mark.parametrize(
    "word", ["hoaks", "hoax", "black campaign", "kampanye hitam", "politik identitas", "SARA"]
)
def test_a_label_word_moves_no_probability_of_an_ordinary_sentence(assessor: Assessor, word: str) -> None:
    frames = [
        "Camat Arunika meminta lurah mengantisipasi {} menjelang pemungutan suara.",
        "Kemarin kami rapat membahas {} di kantor kelurahan.",
        "Panitia pelatihan menjelaskan apa itu {} kepada pelajar.",
    ]
    neutral = assessor.assess([frame.format("cuaca") for frame in frames])
    named = assessor.assess([frame.format(word) for frame in frames])
    for before, after in zip(neutral, named, strict=True):
        assert not after.flagged
        assert max(after.probabilities[label] - before.probabilities[label] for label in Label) < 0.25
