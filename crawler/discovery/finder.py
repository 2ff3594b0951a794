"""Looking through one site: its front page, feeds, WordPress API, sitemaps, at last its links.

Owns: what is tried, in which order, and when to stop. A list that will do ends the search:
what need not be asked for is not.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from zoneinfo import ZoneInfo

from crawler.discovery.bans import Ban, bans_of_robots
from crawler.discovery.findings import Findings, NothingFound, Wish, why_nothing
from crawler.discovery.index_links import guess_selector
from crawler.discovery.page_hints import PageHints, fetchable, read_hints, root_of
from crawler.discovery.samples import Sample, read_samples
from crawler.discovery.trials import How, Trial, best, is_comments, is_section, try_index
from crawler.discovery.tries import Tries
from crawler.discovery.visitor import MAX_SITEMAP_BYTES, Ended, Visitor, crawl_delay
from crawler.errors import CrawlError
from crawler.fetch_answer import Answer
from crawler.fetch_errors import SENTENCES, PageNotRead, Refusal
from crawler.fetch_visit import content_type
from crawler.page import decode, parse
from crawler.source_file import host_of

MAX_DECLARED_FEEDS, MAX_SITEMAPS = 4, 4  # tried of each: the requests are few
WORDPRESS_FEED, BLOGGER_FEED = "/feed/", "/feeds/posts/default?alt=rss"
# Seen in DOMAIN 4: WordPress, Tribun and Jawa Pos, ANTARA; then what others use.
USUAL_FEEDS = (WORDPRESS_FEED, "/rss", "/rss/terkini.xml", "/rss.xml", "/feed.xml", "/atom.xml", BLOGGER_FEED)
USUAL_SITEMAPS = ("/news-sitemap.xml", "/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml")
_NEVER = (Refusal.BAD_ADDRESS, Refusal.INTERNAL, Refusal.UNKNOWN_NAME)
_SILENT = (Refusal.UNREACHABLE, Refusal.TOO_SLOW, Refusal.CERTIFICATE, Refusal.ROBOTS_UNREACHABLE)


class Finder:
    """One search of one site."""

    def __init__(self, visitor: Visitor, wish: Wish) -> None:
        self._visitor, self._wish = visitor, wish
        self._zone = ZoneInfo(wish.time_zone or wish.region_zone)
        self._tries = Tries(visitor, self._zone)
        self._bans: list[Ban] = []
        self._warnings: list[str] = []
        self._pages: list[tuple[PageHints, Answer]] = []
        self._samples: list[Sample] = []
        self._home = ""

    def find(self, address: str) -> Findings:
        """Return what the site offers. Raises NothingFound, and PageNotRead for an address never fetched."""
        try:
            self._enter(address)
            self._search()
        except Ended as exc:
            self._warnings.append(f"not everything was tried: {exc}")
        chosen = self._choose()
        tries = self._tries
        if chosen is None:
            raise NothingFound(address, why_nothing(tries.trials, tries.refusals, self._warnings))
        hints = [page for page, _ in self._pages]
        zones = [*(sample.time_zone for sample in self._samples), *(page.time_zone for page in hints)]
        bans = [
            *self._bans,
            *(ban for page in hints for ban in page.bans),
            *(ban for sample in self._samples for ban in sample.bans),
        ]
        return Findings(
            home=self._home,
            title=next((page.title for page in reversed(hints) if page.title), ""),
            language=next((page.language for page in reversed(hints) if page.language), ""),
            time_zone=next(filter(None, zones), ""),
            delay_seconds=self._delay(),
            trials=tuple(tries.trials),
            chosen=chosen,
            bans=tuple({ban.kind: ban for ban in reversed(bans)}.values())[::-1],
            samples=tuple(self._samples),
            has_checks=any(page.has_checks for page in hints),
            warnings=tuple(self._warnings),
        )

    def _enter(self, address: str) -> None:
        """Read what was given, then the front page of its site."""
        self._home = root_of(address)
        try:
            here, answer = self._visitor.get(address, MAX_SITEMAP_BYTES)
        except PageNotRead as exc:
            if exc.why in _NEVER:
                raise
            if exc.why in _SILENT:
                raise NothingFound(address, SENTENCES[exc.why]) from exc
            self._refuse(exc)
        else:
            home = self._tries.given(here, answer) if answer.status == 200 else ""
            self._home = home or root_of(here)
            if not home:
                self._keep_page(here, answer)
            address = here
        if address != self._home:
            self._read_home()
        try:
            self._bans += bans_of_robots(self._visitor.robots(self._home), self._home)
        except PageNotRead as exc:
            self._refuse(exc)

    def _read_home(self) -> None:
        try:
            here, answer = self._visitor.get(self._home)
        except PageNotRead as exc:
            self._refuse(exc)
            return
        self._home = root_of(here)
        self._keep_page(here, answer)

    def _keep_page(self, url: str, answer: Answer) -> None:
        if answer.status != 200:
            self._warnings.append(f"{url}: HTTP {answer.status}")
            return
        try:
            hints = read_hints(answer.body, url, content_type(answer)[1], answer.headers)
        except CrawlError:
            self._warnings.append(f"{url}: not a page")
        else:
            self._pages.append((hints, answer))

    def _search(self) -> None:
        """Try the lists until one will do: for `feed-saja` that is a feed."""
        wants_pages = self._wish.may_read_pages
        if wants_pages and self._choose() is None:
            self._try_wordpress()
        for attempt in (self._try_feeds, self._try_sitemaps):
            if self._choose() is None:
                attempt()
        if not wants_pages:
            return
        chosen = self._choose()
        if chosen is None:
            self._try_indexes()
        else:
            self._samples = read_samples(self._visitor, chosen.articles, self._zone.key)

    def _choose(self) -> Trial | None:
        kinds = tuple(How) if self._wish.may_read_pages else (How.FEED,)
        order = [how for how in (How.WORDPRESS, How.FEED, How.SITEMAP, How.INDEX) if how in kinds]
        groups = ([trial for trial in self._tries.trials if trial.how is how] for how in order)
        return next((found for group in groups if (found := best(group)) is not None), None)

    def _try_feeds(self) -> None:
        declared: list[str] = []
        for page, _ in reversed(self._pages):
            for link in page.feeds:
                if is_comments(link.url, link.title):
                    self._tries.trials.append(Trial(How.FEED, link.url, "a feed of comments"))
                elif is_section(link.url):
                    self._tries.trials.append(Trial(How.FEED, link.url, "a feed of one section"))
                else:
                    declared.append(link.url)
        for url in islice(dict.fromkeys(declared), MAX_DECLARED_FEEDS):
            self._tries.feed(url, self._home)
        if self._choose() is not None:
            return
        for path in self._usual_feeds():
            url = f"{self._home.rstrip('/')}{path}"
            if url not in declared and self._tries.feed(url, self._home):
                return

    def _usual_feeds(self) -> Iterator[str]:
        first = BLOGGER_FEED if any(page.is_blogger for page, _ in self._pages) else WORDPRESS_FEED
        yield first
        yield from (path for path in USUAL_FEEDS if path != first)

    def _try_wordpress(self) -> None:
        pages = [page for page, _ in self._pages]
        told = next((page.wordpress for page in pages if page.wordpress), "")
        own = bool(told) and host_of(told) == host_of(self._home)
        if own or any(page.is_wordpress for page in pages):
            self._tries.wordpress(told if own else self._home.rstrip("/"))

    def _try_sitemaps(self) -> None:
        try:
            robots = self._visitor.robots(self._home)
        except PageNotRead:
            robots = None
        named = robots.rules.parsed.sitemaps if robots and robots.rules.parsed else ()
        told = [fetchable(url, self._home) for url in islice(named, 50)]
        mine = [url for url in dict.fromkeys(told) if url and host_of(url) == host_of(self._home)]
        mine.sort(key=lambda url: "news" not in url.lower())
        usual = [f"{self._home.rstrip('/')}{path}" for path in USUAL_SITEMAPS]
        for url in islice(mine or usual, MAX_SITEMAPS):
            if self._tries.sitemap(url):
                return

    def _try_indexes(self) -> None:
        """Guess at links to articles; believed only when every article tried has a text."""
        for page, answer in self._pages:
            encoding = content_type(answer)[1]
            selector = guess_selector(parse(decode(answer.body, encoding)), page.url)
            if not selector:
                continue
            trial = try_index(answer.body, page.url, encoding, selector, self._visitor.network.allow_loopback)
            samples: list[Sample] = []
            if trial.usable:
                samples = read_samples(self._visitor, trial.articles, self._zone.key)
                if not samples or any(sample.problem for sample in samples):
                    trial = replace(trial, problem="the articles that it links to could not be read")
            self._tries.trials.append(trial)
            if trial.usable:
                self._samples = samples
                return

    def _refuse(self, exc: PageNotRead) -> None:
        self._tries.refusals.append(exc)
        self._warnings.append(str(exc))

    def _delay(self) -> float:
        try:
            return crawl_delay(self._visitor.robots(self._home))
        except (PageNotRead, Ended):
            return 0.0
