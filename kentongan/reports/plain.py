"""Text of a report without what cannot be seen: it may be crawled, typed or pasted, and is printed."""

from unicodedata import category, normalize

_APART = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


def plain(text: str) -> str:
    """Return the text on one line, without what XML cannot hold and what turns the direction of reading.

    What has no width is left out, so that it hides no word; what ends or breaks something is a space.
    """
    return " ".join("".join(map(_shown, normalize("NFC", text))).split())


def paragraphs(text: str) -> str:
    """Return the text as lines of `plain` text; empty lines stay."""
    return "\n".join(plain(line) for line in text.splitlines()).strip()


def _shown(c: str) -> str:
    kind = category(c)
    return "" if kind == "Cf" else " " if kind in _APART else c
