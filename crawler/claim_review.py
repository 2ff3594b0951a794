"""ClaimReview JSON-LD as Indonesian fact-checkers write it.

Owns: the table of verdict words (DOMAIN 4.4) and getting the claim alone: verdict prefixes
cut, debunk prose refused. A word that is not in the table is an error, never a guess.
"""

import re
from zoneinfo import ZoneInfo

from crawler.dates import parse_date
from crawler.errors import CrawlError, UnknownVerdict
from crawler.metadata import text_of, types_of
from crawler.urls import clean_url
from kentongan.domain import NewFactCheck, Verdict
from kentongan.text import clean, mask_personal

MAX_CLAIM_CHARACTERS = 2000
_WORDS = {
    Verdict.REFUTED: (
        "salah|hoaks|hoax|keliru|false|tidak benar|bohong|palsu|disinformasi|fabricated|fabricated content"
        "|konten palsu|imposter|imposter content|konten tiruan|manipulated|manipulated content"
        "|konten yang dimanipulasi|konten dimanipulasi|konten buatan|fitnah"
    ),
    Verdict.MISLEADING: (
        "sesat|menyesatkan|misleading|misleading content|konten yang menyesatkan|konten menyesatkan"
        "|false context|konteks yang salah|konteks salah|konteks keliru|false connection"
        "|koneksi yang salah|sebagian benar"
        "|sebagian salah|sebagian keliru|half true|partly false|partially false|missing context"
        "|misinformasi|hasut"
    ),
    Verdict.UNPROVEN: "belum terbukti|tidak terbukti|belum dapat dibuktikan|unproven|unverified",
    Verdict.TRUE: "benar|fakta|true|terbukti",
    Verdict.CLARIFICATION: "klarifikasi|clarification",
    Verdict.SCAM: "penipuan|scam|modus penipuan",
    Verdict.SATIRE: "satire|satir|parodi|satire or parody",
}
VERDICTS = {word: verdict for verdict, words in _WORDS.items() for word in words.split("|")}
_ANY_WORD = "|".join(re.escape(w) for w in sorted(VERDICTS, key=len, reverse=True))
_PREFIX = re.compile(
    rf"^\W*(?:[\[(]\s*(?:{_ANY_WORD}|cek fakta)\s*[!,.]*\s*[\])]\s*[:,\-–—]*\s*"
    rf"|(?:cek fakta|cekfakta|periksa fakta|{_ANY_WORD})\s*[,!]?\s*[:|]\s*)",
    re.I,
)
_DEBUNK = re.compile(
    r"\b(?:faktanya|hasil (?:penelusuran|periksa fakta|cek fakta)|kesimpulan\s*:"
    r"|setelah ditelusuri|tim cek fakta)",
    re.I,
)


def verdict_of(word: str, url: str) -> Verdict:
    """Return what a fact-checker's word means; raises UnknownVerdict for one not in the table."""
    known = VERDICTS.get(" ".join(re.sub(r"[^\w\s]", " ", word).casefold().split()))
    if known is None:
        raise UnknownVerdict(url, word)
    return known


def claim_text(raw: str, url: str) -> str:
    """Return the claim alone: "[SALAH] Kota ditutup" -> "Kota ditutup", personal data masked.

    Raises CrawlError when nothing is left, or the text is the checker's own explanation.
    """
    text = clean(raw)
    while match := _PREFIX.match(text):
        text = text[match.end() :]
    text = text.strip().strip("“”\"'").strip()
    if not text:
        raise CrawlError(f"{url}: a check without a claim")
    if _DEBUNK.search(text):
        raise CrawlError(f"{url}: the claim holds the checker's own words, not the claim")
    return mask_personal(text[:MAX_CLAIM_CHARACTERS])


def read_claim_review(
    node: dict[str, object], page_url: str, *, source: str, publisher: str, title: str, zone: ZoneInfo
) -> NewFactCheck:
    """Return the check that one ClaimReview object states; raises CrawlError or UnknownVerdict.

    `publisher` stands in when the object names none. The address is the page's: what the
    object says of its own is not believed.
    """
    rating = node.get("reviewRating")
    word = rating.get("alternateName") if isinstance(rating, dict) else None
    if not isinstance(word, str) or not word.strip():
        raise CrawlError(f"{page_url}: a check without a verdict in words")
    stamp = node.get("datePublished")
    return NewFactCheck(
        url=clean_url(page_url),
        publisher=text_of(node.get("author")) or text_of(node.get("publisher")) or publisher,
        claim=claim_text(text_of(node.get("claimReviewed")), page_url),
        verdict=verdict_of(word, page_url),
        verdict_text=clean(word)[:80],
        title=mask_personal(title),
        published_at=parse_date(stamp, zone) if isinstance(stamp, str) else None,
        source=source,
    )


def claim_reviews(nodes: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return the ClaimReview objects among a page's JSON-LD."""
    return [node for node in nodes if "claimreview" in types_of(node)]
