"""ClaimReview JSON-LD as Indonesian fact-checkers write it.

Leaves the words to `verdicts` and the claim to `claim_text`.
"""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from crawler.claim_text import first_claim, title_text
from crawler.dates import parse_date
from crawler.errors import CrawlError
from crawler.metadata import text_of, types_of
from crawler.urls import clean_url
from crawler.verdicts import verdict_of
from kentongan.domain import NewFactCheck
from kentongan.text import clean

MAX_WORD_CHARACTERS, MAX_NAME_CHARACTERS = 80, 120


def read_claim_review(
    node: dict[str, object],
    page_url: str,
    *,
    source: str,
    publisher: str,
    title: str,
    zone: ZoneInfo,
    narration: Sequence[str] = (),
) -> NewFactCheck:
    """Return the check that one ClaimReview object states; raises CrawlError or UnknownVerdict.

    `publisher` stands in when the object names none, `narration` (texts the page quotes) when
    what it calls the claim is none. The address is the page's: what the object says of its own
    is not believed.
    """
    rating = node.get("reviewRating")
    word = rating.get("alternateName") if isinstance(rating, dict) else None
    if not isinstance(word, str) or not word.strip():
        raise CrawlError(f"{page_url}: a check without a verdict in words")
    stamp = node.get("datePublished")
    return NewFactCheck(
        url=clean_url(page_url),
        publisher=_name(node.get("author")) or _name(node.get("publisher")) or publisher,
        claim=first_claim((text_of(node.get("claimReviewed")), *narration), page_url),
        verdict=verdict_of(word, page_url),
        verdict_text=clean(word)[:MAX_WORD_CHARACTERS],
        title=title_text(title),
        published_at=parse_date(stamp, zone) if isinstance(stamp, str) else None,
        source=source,
    )


def _name(value: object) -> str:
    return clean(text_of(value)[: 5 * MAX_NAME_CHARACTERS]).replace("\n", " ")[:MAX_NAME_CHARACTERS]


def claim_reviews(nodes: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return the ClaimReview objects among a page's JSON-LD."""
    return [node for node in nodes if "claimreview" in types_of(node)]
