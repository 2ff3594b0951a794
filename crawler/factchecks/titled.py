"""Checks told by a headline: "[SALAH] Kota ditutup", "Cek Fakta: Tidak Benar Kota Ditutup"."""

from collections.abc import Sequence
from datetime import datetime

from crawler.claim_review import MAX_WORD_CHARACTERS
from crawler.claim_text import first_claim, title_text
from crawler.errors import CrawlError
from crawler.factchecks.reading import Outlet
from crawler.urls import clean_url
from crawler.verdicts import bracketed_word, leading_word, verdict_of
from kentongan.domain import NewFactCheck
from kentongan.text import clean

_NEVER_CLAIMED = ("hoaks", "hoax", "tidak benar")  # no claim opens with these, whoever wrote the headline


def titled_check(
    title: str,
    url: str,
    outlet: Outlet,
    *,
    word: str = "",
    words: Sequence[str] = (),
    claims: Sequence[str] = (),
    narration: Sequence[str] = (),
    published_at: datetime | None = None,
) -> NewFactCheck:
    """Return the check that a headline tells.

    The verdict is `word` where it is known for certain, else the headline's own, else the first
    of `words` (said elsewhere of this check) that is not empty. The claim is the first usable of
    `claims`, the headline without its verdict, and `narration` (what the checker quotes).
    Raises UnknownVerdict and CrawlError.
    """
    address = clean_url(url)
    if not address:
        raise CrawlError(f"{url[:200]}: not an address a check could have")
    opened, rest = leading_word(title)
    headlines = (title, rest) if word and opened.casefold() not in _NEVER_CLAIMED else (rest,)
    word = next((w for w in (word, bracketed_word(title), opened, *words) if w.strip()), "")
    if not word:
        raise CrawlError(f"{address}: a check without a verdict in words")
    return NewFactCheck(
        url=address,
        publisher=outlet.title,
        claim=first_claim((*claims, *headlines, *narration), address),
        verdict=verdict_of(word, address),
        verdict_text=clean(word)[:MAX_WORD_CHARACTERS],
        title=title_text(title),
        published_at=published_at,
        source=outlet.source,
    )
