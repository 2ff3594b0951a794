"""What the model cannot read is left to people."""

import pytest

from classifier.assess import Assessor
from classifier.language import is_english

SPAM = "Thanks a bunch for sharing this with all of us, you really know what you are talking about! I will be back."


@pytest.mark.parametrize(
    ("text", "english"),
    [
        (SPAM, True),
        (
            "Breaking news! Quick count sudah keluar, the real winner is paslon dua, sebarkan sebelum dihapus",
            False,
        ),
        ("Di kota ini tidak ada yang tahu siapa yang menang", False),
        ("Ini the best banget deh", False),
        ("the end", False),
        ("Dia buronan korupsi 40 miliar, ijazahnya palsu. " + SPAM, False),
        ("", False),
    ],
)
def test_english_is_told_from_indonesian(text: str, english: bool) -> None:
    assert is_english(text) is english


def test_nothing_english_is_flagged_only_left_open(assessor: Assessor) -> None:
    claim = "The vaccine that they give to our children in the school is poison and 30 of them have died, share this!"
    for found in assessor.assess([SPAM, claim]):
        assert not found.flagged
