"""Why one page that a person asked about was not read."""

from collections.abc import Mapping
from enum import StrEnum

from kentongan.errors import BadInput


class Refusal(StrEnum):
    BAD_ADDRESS = "bad_address"
    INTERNAL = "internal"
    UNKNOWN_NAME = "unknown_name"
    NOT_ALLOWED = "not_allowed"
    FEED_ONLY = "feed_only"
    ROBOTS_UNREACHABLE = "robots_unreachable"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    TOO_SLOW = "too_slow"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    TOO_LARGE = "too_large"
    NO_PAGE = "no_page"
    NOT_THERE = "not_there"
    NO_TEXT = "no_text"


SENTENCES: Mapping[Refusal, str] = {
    Refusal.BAD_ADDRESS: "only http and https addresses without a password, on ports 80 and 443, are fetched",
    Refusal.INTERNAL: "the address leads into an internal network, which is never fetched",
    Refusal.UNKNOWN_NAME: "there is no site of this name, or no name server answers",
    Refusal.NOT_ALLOWED: "the site's robots.txt does not allow it",
    Refusal.FEED_ONLY: "the outlet permits its feed to be read, not its pages",
    Refusal.ROBOTS_UNREACHABLE: "the site's robots.txt cannot be read, so nothing of it is fetched",
    Refusal.UNREACHABLE: "the site does not answer, or not as a site should",
    Refusal.CERTIFICATE: "the site's certificate is not valid",
    Refusal.TOO_SLOW: "the site takes too long",
    Refusal.TOO_MANY_REDIRECTS: "the site passes on from one address to the next",
    Refusal.TOO_LARGE: "the page is too large",
    Refusal.NO_PAGE: "there is no page of text: only HTML and plain text are read",
    Refusal.NOT_THERE: "the site does not give the page",
    Refusal.NO_TEXT: "too little text stands on the page",
}


class PageNotRead(BadInput):
    """A page that cannot be fetched or read; `why` is the kind of reason."""

    def __init__(self, url: str, why: Refusal, detail: str = "") -> None:
        shown = "".join(c for c in url[:200] if c.isprintable())
        super().__init__(f"{shown}: {SENTENCES[why]}{f' ({detail})' if detail else ''}")
        self.why = why
