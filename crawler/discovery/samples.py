"""Two articles of a site, read as the crawl would read them, to see what comes of it. Keeps nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.claim_review import claim_reviews
from crawler.discovery.bans import Ban, bans_of_page
from crawler.discovery.page_hints import one_line, zone_of_words
from crawler.discovery.visitor import Visitor
from crawler.errors import CrawlError
from crawler.extract import extract_page
from crawler.fetch_errors import PageNotRead
from crawler.fetch_visit import content_type
from crawler.listing import Entry
from crawler.metadata import jsonld
from crawler.page import block_text, decode, parse

MIN_TEXT_CHARACTERS = 80  # as in the crawl: less is no article
SAMPLES = 2


@dataclass(frozen=True, slots=True)
class Sample:
    """An article as read; `problem` is '' when its text was found."""

    url: str
    problem: str = ""
    characters: int = 0
    title: str = ""
    author: str = ""
    published_at: datetime | None = None
    withheld: bool = False  # it asks not to be indexed: the crawl will not keep it
    has_check: bool = False  # ClaimReview
    time_zone: str = ""
    bans: tuple[Ban, ...] = ()


def read_samples(visitor: Visitor, articles: Sequence[Entry], time_zone: str) -> list[Sample]:
    """Return the first articles as pages; none when nothing more may be asked."""
    return [_sample(visitor, entry.url, time_zone) for entry in articles[:SAMPLES]]


def _sample(visitor: Visitor, url: str, time_zone: str) -> Sample:
    try:
        here, answer = visitor.get(url)
        if answer.status != 200:
            return Sample(url, f"HTTP {answer.status}")
        encoding = content_type(answer)[1]
        page = extract_page(answer.body, here, time_zone=time_zone, encoding=encoding)
        tree = parse(decode(answer.body, encoding))
    except PageNotRead as exc:
        return Sample(url, exc.why.value)
    except CrawlError as exc:
        return Sample(url, one_line(str(exc), 120))
    return Sample(
        url=url,
        problem="" if len(page.text) >= MIN_TEXT_CHARACTERS else "no article found on the page",
        characters=len(page.text),
        title=one_line(page.title, 120),
        author=one_line(page.author, 80),
        published_at=page.published_at,
        withheld=page.noindex or "noindex" in answer.headers.get("x-robots-tag", "").lower(),
        has_check=bool(claim_reviews(jsonld(tree))),
        time_zone=zone_of_words(block_text(tree)),
        bans=tuple(bans_of_page(tree, answer.headers, here)),
    )
