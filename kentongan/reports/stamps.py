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
_OUTLET = re.compile(r"media pers \((.+?)\);")  # as `drafting` writes it
_LEAST = 4  # letters of a name by which an outlet is known
_SECOND_LEVEL = frozenset({"co", "com", "net", "or", "org", "go", "ac", "sch", "web", "my", "biz"})


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
    return any(stamps(said) & new and _names_one(said.lower(), names) for said in _SENTENCE_END.split(text))


def _names_one(said: str, names: Iterable[str]) -> bool:
    joined = "".join(said.split())  # "Babel Pos" of babelpos.id
    return any(name in said or name in joined for name in names)


def _names(press: Iterable[Sentence]) -> Iterable[str]:
    for sentence in press:
        named = [name.lower() for name in _OUTLET.findall(sentence.text)]
        for link in sentence.links:
            if not link.url.startswith("/"):
                named += [link.title.lower(), _site(urlsplit(link.url).hostname or "")]
        yield from (name for name in named if len(name) >= _LEAST)


def _site(host: str) -> str:
    """Return the name of a site: of bangka.tribunnews.com "tribunnews", for the other is a place."""
    labels = host.split(".")[:-1]
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels.pop()
    return labels[-1] if labels else ""
