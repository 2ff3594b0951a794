"""Asking for one list after the other and noting what came of each.

Owns: the notes. Which lists are asked for is `finder`'s, what is a list `trials`'.
"""

from dataclasses import replace
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from crawler.discovery.page_hints import fetchable, root_of
from crawler.discovery.trials import How, Trial, try_feed, try_sitemap, try_wordpress
from crawler.discovery.visitor import MAX_PAGE_BYTES, MAX_SITEMAP_BYTES, Visitor
from crawler.fetch_answer import Answer
from crawler.fetch_errors import SENTENCES, PageNotRead
from crawler.listing import read_feed
from crawler.source_file import host_of

MAX_DEEPER = 2  # sitemaps of an index: its newest, and one more if that is none
_WORDPRESS_QUERY = urlencode({"per_page": 20, "_fields": "id,link,date,date_gmt,title"})  # no texts: a trial
_CLOSED = (400, 401, 403, 404, 410, 501)  # as in the crawl
_FEED_MARKS = (b"<rss", b"<feed", b"<rdf:rdf")
_SITEMAP_MARKS = (b"<urlset", b"<sitemapindex")


class Tries:
    """The lists of one site that were asked for."""

    def __init__(self, visitor: Visitor, zone: ZoneInfo) -> None:
        self.trials: list[Trial] = []
        self.refusals: list[PageNotRead] = []
        self._visitor, self._zone = visitor, zone
        self._loopback = visitor.network.allow_loopback

    def feed(self, url: str, home: str) -> bool:
        """Try a feed; return whether it can be used."""
        got = self._get(How.FEED, url)
        if got is None:
            return False
        here, answer = got
        hosts = frozenset({host_of(here), host_of(home)})
        trial = try_feed(answer.body, here, self._zone, hosts, self._loopback)
        self.trials.append(replace(trial, url=fetchable(here) or url))
        return trial.usable

    def wordpress(self, base: str) -> None:
        got = self._get(How.WORDPRESS, f"{base}/wp-json/wp/v2/posts?{_WORDPRESS_QUERY}", base)
        if got is not None:
            self.trials.append(try_wordpress(got[1].body, got[0], base, self._zone, self._loopback))

    def sitemap(self, url: str) -> bool:
        """Try a sitemap; return whether it can be used."""
        got = self._get(How.SITEMAP, url, max_bytes=MAX_SITEMAP_BYTES)
        return got is not None and self._sitemap(url, got[1])

    def given(self, url: str, answer: Answer) -> str:
        """Try an answer that may be a list itself; return the front page of its site, '' when it is none."""
        head = answer.body[:2000].lower()
        if answer.body[:2] == b"\x1f\x8b" or any(mark in head for mark in _SITEMAP_MARKS):
            self._sitemap(url, answer)
            return root_of(url)
        if not any(mark in head for mark in _FEED_MARKS):
            return ""
        home, hosts = root_of(url), frozenset({host_of(url)})
        trial = try_feed(answer.body, url, self._zone, hosts, self._loopback)
        if trial.elsewhere:  # a feed on a host of its own: the site is the one that most entries lie on
            homes = [root_of(entry.url) for entry in read_feed(answer.body, url, self._zone)]
            home = max(sorted(set(homes)), key=homes.count)
            trial = try_feed(answer.body, url, self._zone, hosts | {host_of(home)}, self._loopback)
        self.trials.append(trial)
        return home

    def _sitemap(self, url: str, answer: Answer) -> bool:
        """Try a sitemap; an index by the newest of its sitemaps, whose articles then are its own."""
        hosts = frozenset({host_of(url)})
        trial = try_sitemap(answer.body, url, self._zone, hosts, self._loopback)
        for deeper in trial.deeper[:MAX_DEEPER]:
            got = self._get(How.SITEMAP, deeper, max_bytes=MAX_SITEMAP_BYTES)
            if got is None:
                continue
            below = try_sitemap(got[1].body, deeper, self._zone, hosts, self._loopback)
            if below.usable:
                trial = replace(below, url=url)
                break
            self.trials.append(below)
        self.trials.append(trial)
        return trial.usable

    def _get(
        self, how: How, url: str, shown: str = "", max_bytes: int = MAX_PAGE_BYTES
    ) -> tuple[str, Answer] | None:
        """Return an answer that may be a list; what is none is noted as tried."""
        try:
            here, answer = self._visitor.get(url, max_bytes)
        except PageNotRead as exc:
            self.refusals.append(exc)
            self.trials.append(Trial(how, shown or url, SENTENCES[exc.why]))
            return None
        if answer.status == 200:
            return here, answer
        closed = how is How.WORDPRESS and answer.status in _CLOSED
        problem = f"closed (HTTP {answer.status})" if closed else f"HTTP {answer.status}"
        self.trials.append(Trial(how, shown or url, problem))
        return None
