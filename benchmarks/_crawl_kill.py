"""Crawls of one site into one record, each killed (SIGKILL) at a random moment; then the record is checked.

New articles come out before each crawl, so that every kill meets work. Crawls are forked from a server that
has the modules loaded: a start costs a fifth of a second. Owns the killing and the checks; that all ends
well is the doing of the record, the evidence and the crawler.
"""

import os
import signal
import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from random import Random

from sqlalchemy import select

from benchmarks._crawl_html import render
from benchmarks._crawl_ours import crawl_here, settings_of, source_of
from benchmarks._crawl_pages import make_page
from benchmarks._crawl_site import Site, serve_site
from crawler.evidence import read_evidence
from crawler.source_file import SourceFile
from crawler.warc import EvidenceError
from kentongan.domain import ItemId
from kentongan.store import Store, open_store
from kentongan.store.schema import ItemRow, RevisionRow
from kentongan.text import clean, mask_personal

NEW_EACH = 20  # articles that come out before a crawl
ARTICLES_A_SOURCE = 300
AT_START = 0.2  # of the kills, within the first moments: while the record and the cache are opened
START_SECONDS, ARTICLE_SECONDS = 0.3, 0.03  # how long a start takes, and two articles
_POLL_SECONDS = 0.002
_PRELOADED = (  # what a crawl loads, without the reactor: that cannot be forked
    "benchmarks._crawl_ours",
    "aiohttp.web",
    "alembic.autogenerate",
    "crawler.http_cache",
    "crawler.pipelines",
    "protego",
    "scrapy.core.downloader.handlers.http11",
    "scrapy.downloadermiddlewares.httpcache",
    "scrapy.downloadermiddlewares.httpcompression",
    "scrapy.extensions.httpcache",
    "scrapy.extensions.remote_control",
    "scrapy.extensions.telnet",
    "tldextract",
)


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong with a record; all 0 is right."""

    lost: int  # articles that are not in it
    twice: int  # articles with more than one item or revision, or one text under two addresses
    wrong: int  # items whose title or text is not the article's
    without_evidence: int  # items whose kept response is missing or does not have the hash that was kept
    torn: int  # complaints of SQLite about the record, the index of the evidence or the cache


@dataclass(frozen=True, slots=True)
class Killed:
    """What came of it all."""

    site: str  # its address
    kills: int
    at_work: int  # of the kills: the crawl had asked for an article by then
    articles: int
    found: Found
    fetched_again: int  # answers with a body for an article that had had one
    asked_again: int  # answers without (304)


def crawl_and_kill(home: Path, kills: int, seed: int = 1) -> Killed:
    """Kill crawls at random moments, crawl once undisturbed, and tell what is in the record."""
    chance = Random(seed)
    articles = done = at_work = 0
    _CRAWLS.set_forkserver_preload(list(_PRELOADED))
    with serve_site(0) as site:
        while done < kills:
            articles += NEW_EACH
            site.publish(articles)
            before = site.served()
            if _killed(home, site, articles, chance):
                done += 1
                at_work += site.served() > before
        crawl = _CRAWLS.Process(target=crawl_here, args=(home, _sources(site, articles)))
        crawl.start()
        crawl.join()
        asked = site.asked()
        found = check_record(home, site.url, articles)
    full, unchanged = asked.pages(200), asked.pages(304)
    return Killed(site.url, done, at_work, articles, found, full.total() - len(full), unchanged.total())


_CRAWLS = get_context("forkserver")


def _killed(home: Path, site: Site, out: int, chance: Random) -> bool:
    """Start a crawl of the newest articles and kill it; whether it was still alive then.

    Moments are told in articles asked for and a part of a second more, so that a slow machine meets them too.
    """
    newest = _sources(site, out)[-2:]  # the two that may have articles not yet seen
    until, within = site.served() + chance.randint(1, NEW_EACH), ARTICLE_SECONDS
    if chance.random() < AT_START:
        until, within = 0, START_SECONDS
    crawl = _CRAWLS.Process(target=crawl_here, args=(home, newest))
    crawl.start()
    while crawl.is_alive() and site.served() < until:
        time.sleep(_POLL_SECONDS)
    crawl.join(chance.uniform(0.0, within))
    alive = crawl.is_alive()
    if alive and crawl.pid is not None:
        os.kill(crawl.pid, signal.SIGKILL)
    crawl.join()
    return alive


def _sources(site: Site, out: int) -> list[SourceFile]:
    """Return sources that list the articles so far; one for all would make every crawl read a long list."""
    return [source_of(site, at, at + ARTICLES_A_SOURCE) for at in range(0, out, ARTICLES_A_SOURCE)]


def check_record(home: Path, site: str, articles: int) -> Found:
    """Compare the record with the articles 0 to `articles` of the site at the address `site`."""
    url = settings_of(home).database_url
    store = open_store(url)
    try:
        found = _compare(store, home, site, articles)
    finally:
        store.close()
    databases = [home / "record.db", home / "evidence" / "index.db", *(home / "crawl").glob("*.db")]
    return Found(*found, torn=sum(len(_complaints(path)) for path in databases))


def _compare(store: Store, home: Path, site: str, articles: int) -> tuple[int, int, int, int]:
    by_url: dict[str, list[ItemRow]] = {}
    with store.database.read() as session:
        for item in session.scalars(select(ItemRow)):
            by_url.setdefault(item.url, []).append(item)
        revisions = Counter(session.scalars(select(RevisionRow.item_id)))
    lost = twice = wrong = without = 0
    for page in map(make_page, range(articles)):
        items = by_url.pop(f"{site}{page.path}", [])
        lost += not items
        twice += len(items) > 1
        right = (mask_personal(clean(page.title)), mask_personal(clean(page.text)))
        for item in items:
            twice += revisions[item.id] != 1
            wrong += (item.title, item.text) != right
            without += not _has_evidence(store, home, ItemId(item.id), render(page, site))
    return lost, twice + sum(map(len, by_url.values())), wrong, without


def _has_evidence(store: Store, home: Path, item: ItemId, sent: bytes) -> bool:
    """Whether an item has one piece of evidence, and it is the very bytes that the site sends."""
    kept = store.items.evidence(item)
    try:
        return len(kept) == 1 and read_evidence(home, kept[0]) == sent
    except EvidenceError:
        return False


def _complaints(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        told = [str(row[0]) for row in database.execute("PRAGMA integrity_check") if row[0] != "ok"]
        return told + [f"{row[0]}: a foreign key" for row in database.execute("PRAGMA foreign_key_check")]
