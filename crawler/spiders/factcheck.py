"""Fact-checkers: the ClaimReview of each page becomes a check in the record, never an item."""

from dataclasses import replace

from scrapy.http import Response

from crawler.claim_review import claim_reviews, read_claim_review
from crawler.errors import CrawlError
from crawler.extract import choose_title
from crawler.listing import Entry
from crawler.metadata import jsonld, read_metadata
from crawler.page import decode, parse
from crawler.page_date import page_date
from crawler.spiders.base import declared_encoding
from crawler.spiders.listing import ListingSpider, Output


class FactCheckSpider(ListingSpider):
    """Reads published checks through whichever lists the source names."""

    name = "factcheck"

    def parse_page(self, response: Response, entry: Entry) -> Output:
        context = self.context
        tree = parse(decode(response.body, declared_encoding(response)))
        reviews = claim_reviews(jsonld(tree))
        if not reviews:
            raise CrawlError(f"{response.url}: no ClaimReview on the page")
        said = read_metadata(tree)
        title = choose_title(tree, said) or entry.title
        shown = page_date(tree, said.dates, title, context.time_zone) or entry.published_at
        check = read_claim_review(
            reviews[0],
            response.url,
            source=context.source.name,
            publisher=context.source.source.title,
            title=title,
            zone=context.time_zone,
        )
        yield self.found(replace(check, published_at=check.published_at or shown), response)
