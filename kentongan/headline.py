"""The one line by which a claim is known: what the item that speaks for it says."""

import re

from kentongan.text import normalise, sentences

MAX_CHARACTERS = 140
_ENOUGH_WORDS = 4
_SHORT = 8  # words: a longer sentence that opens with a call says something too
_CALL = re.compile(
    r"\W*(?:info\W+(?:a1|penting|valid|dari)|penting|urgent|breaking|viral(?:kan)?|sebar(?:kan|luaskan)?|bagikan|share|"
    r"copas|copy\W?paste|pengumuman|(?:dapat|dari|kiriman)\W+(?:info|grup|wa|wag)|"
    r"ass?ala+mu\w*|salam|selamat\W+(?:pagi|siang|sore|malam)|(?:mohon|tolong)\W+(?:sebar|bagi|info|maaf|izin|ijin))\b",
    re.IGNORECASE,
)


def headline_of(full_text: str) -> str:
    """Return one line of at most about MAX_CHARACTERS, cut between words: the title, else the
    first sentence that has four words or more and is more than a greeting or a call to pass it on."""
    lines = [sentence.text for sentence in sentences(full_text)]
    long = [line for line in lines if len(line.split()) >= _ENOUGH_WORDS]
    telling = [line for line in long if len(line.split()) >= _SHORT or not _CALL.match(line)]
    line = normalise(next(iter([*telling, *long, *lines, full_text])))
    return line if len(line) <= MAX_CHARACTERS else line[:MAX_CHARACTERS].rsplit(" ", 1)[0] + " …"
