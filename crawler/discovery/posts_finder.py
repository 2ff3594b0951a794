"""Trying a place of public posts: whether it answers us at all, how much it shows, how often."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from crawler.dates import parse_date
from crawler.discovery.findings import Findings, NothingFound
from crawler.discovery.page_hints import one_line
from crawler.discovery.places import Place, is_youtube, youtube_channel, youtube_place
from crawler.discovery.trials import How, Trial, pace
from crawler.discovery.visitor import Ended, Visitor, crawl_delay
from crawler.errors import CrawlError
from crawler.fetch_answer import Answer
from crawler.fetch_errors import SENTENCES, PageNotRead
from crawler.fetch_visit import content_type
from crawler.page import decode, parse
from crawler.posts.places import PostPlace
from crawler.posts.shapes import SHAPES

_UTC = ZoneInfo("UTC")
_MESSAGES = "div.tgme_widget_message[data-post]"


def find_posts(visitor: Visitor, place: Place) -> Findings:
    """Return a place of public posts as tried. Raises NothingFound when it gives none."""
    url = place.channel
    if place.posts:
        url = SHAPES[place.posts.site].page_url(place.posts.at, place.posts.names[0], "")
    here, answer = _get(visitor, url)
    if place.channel:
        return _channel(visitor, here, answer, place)
    assert place.posts is not None
    return _posts(visitor, url, answer, place, place.posts)


def youtube_page(visitor: Visitor, url: str) -> Place | None:
    """Return the channel whose page an address of YouTube is; None for another site. Raises NothingFound."""
    if not is_youtube(url):
        return None
    here, answer = _get(visitor, url)
    tree = _tree(here, answer)
    channel = youtube_channel(tree) if tree is not None else ""
    if not channel:
        raise NothingFound(url, "the page does not tell its channel's number (UC…): give /channel/UC…")
    return youtube_place(channel)


def _tree(url: str, answer: Answer) -> HtmlElement | None:
    try:
        return parse(decode(answer.body, content_type(answer)[1])) if answer.status == 200 else None
    except CrawlError:
        return None


def _get(visitor: Visitor, url: str) -> tuple[str, Answer]:
    try:
        return visitor.get(url)
    except PageNotRead as exc:
        raise NothingFound(url, SENTENCES[exc.why]) from exc
    except Ended as exc:
        raise NothingFound(url, str(exc)) from exc


def _channel(visitor: Visitor, url: str, answer: Answer, place: Place) -> Findings:
    tree = _tree(url, answer)
    messages = tree.cssselect(_MESSAGES) if tree is not None else []
    if tree is None or not messages:
        raise NothingFound(place.channel, "the channel has no public preview, or no posts on it")
    stamps = [time.get("datetime") or "" for time in tree.cssselect(f"{_MESSAGES} time[datetime]")]
    trial = _trial(place.channel, len(messages), [m for stamp in stamps if (m := parse_date(stamp, _UTC))])
    named = tree.cssselect("meta[property='og:title']")
    return Findings(
        home=place.home,
        title=(one_line(named[0].get("content") or "", 80) if named else "") or place.title,
        language="",
        time_zone="",
        delay_seconds=_delay(visitor, url),
        trials=(trial,),
        chosen=trial,
        channel=place.channel,
    )


def _posts(visitor: Visitor, url: str, answer: Answer, place: Place, posts: PostPlace) -> Findings:
    shape = SHAPES[posts.site]
    if answer.status != 200:
        refusal = shape.refusals.get(answer.status)
        raise NothingFound(url, refusal.problem if refusal else f"HTTP {answer.status}")
    try:
        reading = shape.read(answer.body, posts.at)
    except CrawlError as exc:
        raise NothingFound(url, one_line(str(exc), 200)) from exc
    if not reading.posts:
        raise NothingFound(url, "no posts that may be kept")
    trial = _trial(url, len(reading.posts), [p.published_at for p in reading.posts if p.published_at])
    return Findings(
        home=place.home,
        title=place.title,
        language=next((post.language for post in reading.posts if post.language), ""),
        time_zone="",
        delay_seconds=max(_delay(visitor, url), posts.least_delay_seconds),
        trials=(trial,),
        chosen=trial,
        posts=posts,
        warnings=(f"{reading.withheld} posts are withheld by their authors",) if reading.withheld else (),
    )


def _trial(url: str, entries: int, moments: Sequence[datetime]) -> Trial:
    newest, oldest, per_day = pace(moments)
    return Trial(How.POSTS, url, entries=entries, newest=newest, oldest=oldest, per_day=per_day)


def _delay(visitor: Visitor, url: str) -> float:
    try:
        return crawl_delay(visitor.robots(url))
    except (PageNotRead, Ended):
        return 0.0
