"""Text of the summary: what the font lacks is seen to be missing, and nothing is read as markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.platypus import Paragraph

from pipeline.casefile.printing import LACKING, letters, markup, printable
from pipeline.casefile.summary import _TEXT


def test_indonesian_and_typographic_signs_stay_as_they_are() -> None:
    text = "“Jum’at, Rp10.000 – café” … • ‘é’ — 1×2 © ½ Ł"
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Awas 🔥🔥!", f"Awas {LACKING}{LACKING}!"),
        ("👨‍👩‍👧", LACKING * 3),  # joined by signs without a form
        ("❤️", LACKING),
        ("المسجد", LACKING * 6),
        ("投票", LACKING * 2),
        ("a\u202eb\x00c\td", "ab c d"),
        ("a\nb", "a b"),
    ],
)
def test_what_the_font_lacks_is_a_visible_sign(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_the_sign_is_one_that_the_font_has() -> None:
    assert ord(LACKING) in letters()


@pytest.mark.parametrize(
    "text",
    ["<b>tebal</b>", '<img src="file:///etc/passwd"/>', "<para>", "a & b < c", "<a href='x'>y</a>", "&lt;"],
)
def test_markup_in_a_text_is_printed_as_it_is(text: str) -> None:
    assert Paragraph(markup(text), _TEXT).getPlainText() == text


@given(st.text(max_size=400))
def test_any_text_can_be_set(text: str) -> None:
    paragraph = Paragraph(markup(text), _TEXT)
    paragraph.wrap(400, 10_000)
