"""What is asked of a discovery and what it found, as values that a proposal is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.discovery.bans import Ban
from crawler.discovery.samples import Sample
from crawler.discovery.trials import How, Trial, is_section
from crawler.fetch_errors import SENTENCES, PageNotRead, Refusal
from crawler.posts.places import PostPlace
from kentongan.domain import Permission
from kentongan.errors import KentonganError


class NothingFound(KentonganError):
    """A site that gives nothing a source could be read by, or nothing that is permitted."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"{''.join(c for c in url[:200] if c.isprintable())}: {why}")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for. Empty `time_zone` and `name` are to be guessed."""

    url: str
    region: str
    region_zone: str  # IANA name: where the site does not tell
    permission: Permission
    now: datetime
    time_zone: str = ""
    name: str = ""
    taken: frozenset[str] = frozenset()  # names of sources that there are

    @property
    def may_read_pages(self) -> bool:
        return self.permission is not Permission.FEED_ONLY


@dataclass(frozen=True, slots=True)
class Findings:
    """A site as seen. `chosen` is the list to propose, one of `trials`."""

    home: str
    title: str
    language: str
    time_zone: str  # as the site's own hours tell it; '' when they do not
    delay_seconds: float  # that robots.txt asks for; 0 for none
    trials: tuple[Trial, ...]
    chosen: Trial
    bans: tuple[Ban, ...] = ()
    samples: tuple[Sample, ...] = ()
    has_checks: bool = False  # ClaimReview on the page that was given or on the front page
    channel: str = ""
    posts: PostPlace | None = None
    warnings: tuple[str, ...] = ()


def why_nothing(trials: Sequence[Trial], refusals: Sequence[PageNotRead], warnings: Sequence[str]) -> str:
    """Return in one line why a site gives nothing to propose, and what would help."""
    not_allowed = SENTENCES[Refusal.NOT_ALLOWED]
    asked = [trial for trial in trials if trial.how is not How.FEED or not is_section(trial.url)]
    if refusals and all(trial.problem == not_allowed for trial in asked):
        return SENTENCES[refusals[0].why]
    said = "no feed, sitemap or open WordPress API"
    pages = sorted({trial.how.value for trial in trials if trial.usable})
    if pages:
        said = (
            f"no feed; there is a {' and a '.join(pages)}, which leads to pages:"
            " give --permission penuh or tertulis if its owner permits them to be read"
        )
    said += f" ({len({trial.url for trial in asked})} addresses tried)"
    sections = [trial.url for trial in trials if trial.how is How.FEED and is_section(trial.url)]
    if sections:
        said += f"; there is a feed of one section, {sections[0]}: give its address to have it"
    ended = [warning for warning in warnings if warning.startswith("not everything was tried")]
    return "; ".join([said, *ended])
