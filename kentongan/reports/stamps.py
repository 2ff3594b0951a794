"""Words that stamp: what an office does not say of an article of the press (R9).

Owns: finding them, whatever is put before or behind them. A word counts as new only where what is written
about has none of the same root: a headline that tells of a forgery may be retold.
"""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from kentongan.reports.values import Sentence

_ROOTS = re.compile(
    r"(hoaks?|hoax|hoak|bohong|palsu|malsu|fitnah|mitnah|dusta|disinformasi|misinformasi|menyesatkan|ngibul|kibul)",
    re.I,
)
_SAME = {"hoax": "hoaks", "hoak": "hoaks", "malsu": "palsu", "mitnah": "fitnah"}
_SENTENCE_END = re.compile(r"[.!?\n]+")
_LEAST = 4  # letters of a name by which an outlet is known


def stamps(text: str) -> frozenset[str]:
    """Return the roots of the words in a text that stamp."""
    return frozenset(_SAME.get(root.lower(), root.lower()) for root in _ROOTS.findall(text))


def stamps_press(text: str, sentences: Sequence[Sentence]) -> bool:
    """Tell whether a text stamps an article that these sentences of fact stand for.

    Of a report on the press alone any new stamp does; beside posts, one in a sentence that names an outlet or
    the title of an article.
    """
    press = [one for one in sentences if one.press]
    new = stamps(text) - stamps(" ".join(one.text for one in press))
    if not press or not new:
        return False
    if len(press) == len(sentences):
        return True
    names = frozenset(_names(press))
    return any(
        stamps(said) & new and any(name in said.lower() for name in names)
        for said in _SENTENCE_END.split(text)
    )


def _names(press: Iterable[Sentence]) -> Iterable[str]:
    for sentence in press:
        for link in sentence.links:
            host = (urlsplit(link.url).hostname or "").removeprefix("www.")
            for name in (link.title.lower(), host.partition(".")[0]):
                if len(name) >= _LEAST and not link.url.startswith("/"):
                    yield name
