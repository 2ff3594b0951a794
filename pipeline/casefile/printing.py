"""Text that a PDF can show: what the font has as it is, what it lacks as a visible sign.

Owns: the font, and that text is data: nothing in it is read as markup. Bitstream Vera comes with the
library, so that an export looks the same on every machine; it has the Latin of Indonesian and the
typographic signs, and no Arabic, Chinese or emoji.
"""

import unicodedata
from functools import cache
from xml.sax.saxutils import escape  # writes, reads nothing

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONT, BOLD = "Vera", "VeraBd"
LACKING = "\u25ca"  # a lozenge; the font has it, Indonesian does not use it
_LEFT_OUT = frozenset({"Cf", "Mn", "Me", "Sk"})  # joiners, variation selectors, skin tones, loose marks


@cache
def letters() -> frozenset[int]:
    """Make the fonts known to the library, once, and return what the text font can show."""
    for name in (FONT, BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    pdfmetrics.registerFontFamily(FONT, normal=FONT, bold=BOLD, italic=FONT, boldItalic=BOLD)
    return frozenset(pdfmetrics.getFont(FONT).face.charToGlyph)


def printable(text: str) -> str:
    """Return the text with a sign for each letter that the font lacks, spaces for what has no form."""
    known = letters()
    return "".join(_shown(c, known) for c in unicodedata.normalize("NFC", text))


def _shown(c: str, known: frozenset[int]) -> str:
    kind = unicodedata.category(c)
    if kind == "Cf" or (kind in _LEFT_OUT and ord(c) not in known):
        return ""
    if kind[0] in "ZC":
        return " "
    return c if ord(c) in known else LACKING


def markup(text: str) -> str:
    """Return text for a paragraph of the library, which reads its input as markup."""
    return escape(printable(text))
