"""HTML of the invented websites, from templates/.

Owns: the template environment, what pages declare of themselves in JSON-LD, slugs.
"""

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from cli.demo.dates import Story, long_date

_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
MAX_SLUG_WORDS = 12
_EXCERPT_CHARACTERS = 160
_WITHOUT_DATELINE = frozenset(
    {"Opini", "Editorial", "Surat Pembaca", "Kolom", "Hak Jawab", "Ralat", "Pojok Satire", "Humor"}
)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("cli.demo"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["long_date"] = long_date
    return made


def render(template: str, **values: object) -> bytes:
    """Return the page that `template` makes of the values, in UTF-8."""
    return _environment().get_template(template).render(**values).encode()


def slug(title: str) -> str:
    """Return the title as addresses carry it."""
    return "-".join(_NOT_IN_SLUG.sub(" ", title.lower()).split()[:MAX_SLUG_WORDS])


def excerpt(story: Story) -> str:
    """Return the first words of a story, cut at a word."""
    first = story.paragraphs[0]
    if len(first) <= _EXCERPT_CHARACTERS:
        return first
    return first[:_EXCERPT_CHARACTERS].rsplit(" ", 1)[0] + " …"


def dateline(story: Story, words: str) -> str:
    """Return the outlet's dateline, or nothing for pieces that bear none (opinion, replies, satire)."""
    return "" if story.page.rubric in _WITHOUT_DATELINE else words


def news_article(story: Story, url: str, outlet: str) -> dict[str, object]:
    """Return the schema.org NewsArticle that the page declares."""
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": url},
        "headline": story.page.title,
        "datePublished": story.published.isoformat(),
        "dateModified": story.modified.isoformat(),
        "articleSection": story.page.rubric,
        "author": {"@type": "Person", "name": story.page.author},
        "publisher": {"@type": "Organization", "name": outlet},
        "inLanguage": "id-ID",
    }


def claim_review(story: Story, url: str, publisher: str) -> dict[str, object]:
    """Return the schema.org ClaimReview that a check declares."""
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": url,
        "datePublished": story.published.date().isoformat(),
        "claimReviewed": story.page.claim_reviewed,
        "itemReviewed": {
            "@type": "Claim",
            "appearance": [],
            "author": {"@type": "Person", "name": "Beredar"},
        },
        "author": {"@type": "Organization", "name": publisher},
        "reviewRating": {"@type": "Rating", "alternateName": story.page.verdict},
        "inLanguage": "id-ID",
    }
