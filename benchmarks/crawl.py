"""From a local site into the record: speed beside two peers, memory, kills, and pages fetched twice.

Run: `python -m benchmarks.crawl [speed|memory|kill|repeats] [size]`; without arguments all four at moderate
sizes, some ten minutes. The sizes of the goals: `memory 50000`, `kill 1000`, `repeats 36000`.

speed: pages a second of one process each, from the sitemap to the last page kept, start not counted,
in turn and several times over; the figure is the median of each and the ratio that of the pairs. Ours
keeps evidence, item and revision durably, masks, guards and caches. The bare spider and news-please
(`_crawl_peers`, which says how they are run) do none of that. All ask the same site without delay; a plain
client shows that it is no bottleneck. Processor seconds are told too: they hold when the machine is busy.
memory: what the crawling process holds (resident) as pages go by.
kill: crawls killed at random moments, see `_crawl_kill`.
repeats: articles that come out between crawls, in three lists of one source, whose links bear tracking,
and then in two sources of one host; requests for an article beyond its first, in 36,000 articles. On
loopback there is no `www.` and no https: addresses that differ in these are left to the tests of `urls`.
"""

import http.client
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks._crawl_kill import crawl_and_kill
from benchmarks._crawl_ours import crawl_apart, crawl_here, source_of
from benchmarks._crawl_pages import make_page
from benchmarks._crawl_peers import (
    NEWS_PLEASE,
    PeerMissing,
    crawl_bare,
    crawl_news_please,
    install_news_please,
)
from benchmarks._crawl_site import Site, serve_site
from crawler.source_file import SourceFile
from tests.functional.crawl_sites import make_source

ROUNDS = 5
NEWS_PLEASE_SHARE = 3  # it gets a third of the pages: it is slow
STEPS = 10  # at which memory is told
REPEATS_OF = 36_000  # articles, in which a goal is told
WINDOW, IN_SITEMAP = 240, 1_000  # articles that a list shows: a feed the newest, a sitemap more


def main() -> dict[str, Any]:
    """Return all four measurements at moderate sizes, and print them."""
    return {name: measure(size) for name, (measure, size) in MEASUREMENTS.items()}


def measure_speed(pages: int) -> dict[str, Any]:
    """Return pages a second and processor seconds a page, ours and the peers', and the ratios."""
    ours, bare, others = [], [], []
    costs: dict[str, list[float]] = {"ours": [], "bare": []}
    try:
        python = install_news_please()
    except PeerMissing as exc:
        python = None
        print(f"  {NEWS_PLEASE}: not measured: {exc}")
    few = max(1, pages // NEWS_PLEASE_SHARE)
    with serve_site(pages) as site, serve_site(few) as small, tempfile.TemporaryDirectory() as folder:
        alone = _ask_plainly(site, pages)
        for at in range(ROUNDS):
            home = Path(folder) / str(at)
            taken = crawl_apart(home, [source_of(site, 0, pages)])
            kept = sum(source.items for source in taken.report.sources)
            assert kept == pages, f"{kept} of {pages} pages in the record"
            ours.append(pages / taken.seconds)
            costs["ours"].append(1_000 * taken.processor_seconds / pages)
            peer = crawl_bare(site.sitemap_url(0, pages), home / "bare.jsonl")
            bare.append(peer.pages / peer.seconds)
            costs["bare"].append(1_000 * (peer.processor_seconds or 0.0) / pages)
            if python is not None:
                other = home / "news-please"
                other.mkdir()
                peer = crawl_news_please(python, small.url, other)
                others.append(peer.pages / peer.seconds)
    speeds = {"ours": ours, "bare Scrapy + trafilatura": bare, NEWS_PLEASE: others}
    result: dict[str, Any] = {
        "pages": pages,
        "rounds": ROUNDS,
        "site alone, pages a second": round(alone),
        "pages a second": {name: round(statistics.median(each), 1) for name, each in speeds.items() if each},
        "processor ms a page": {name: round(min(each), 2) for name, each in costs.items()},
        "times the speed of bare": _ratio(ours, bare),
        "times the processor time of bare": round(min(costs["ours"]) / min(costs["bare"]), 2),
    }
    if others:
        result["times the speed of news-please"] = _ratio(ours, others)
    return _told("speed", result)


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return round(statistics.median(our / their for our, their in zip(ours, theirs, strict=True)), 2)


def _ask_plainly(site: Site, pages: int) -> float:
    """Return how many pages a second the site gives to a client that does nothing with them."""
    asking = http.client.HTTPConnection(site.url.removeprefix("http://"))
    began = time.perf_counter()
    for number in range(pages):
        asking.request("GET", make_page(number).path)
        asking.getresponse().read()
    return pages / (time.perf_counter() - began)


def measure_memory(pages: int) -> dict[str, Any]:
    """Return what the crawling process held as pages went by: megabytes by the number of pages."""
    step, held = max(1, pages // STEPS), {}
    with (
        serve_site(pages) as site,
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool,
    ):
        crawl = pool.submit(crawl_here, Path(folder), [source_of(site, 0, pages)])
        process = next(iter(pool._processes))
        while not crawl.done():
            held[site.served() // step * step] = _resident(process, crawl)
            time.sleep(0.25)
        kept = sum(source.items for source in crawl.result().report.sources)
    held = {at: megabytes for at, megabytes in held.items() if megabytes and at}
    first, last = min(held), max(held)
    result = {
        "pages": kept,
        "megabytes at the end of each step": held,
        "growth since the first": round(held[last] / held[first], 3),
        "bytes a page since the first": round(1e6 * (held[last] - held[first]) / max(1, last - first)),
    }
    return _told("memory", result)


def _resident(process: int, crawl: Future[Any]) -> float:
    """Return the megabytes that a process holds, as Linux tells; 0 when it has just ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1e3
    except (FileNotFoundError, StopIteration):
        return 0.0


def measure_kills(kills: int) -> dict[str, Any]:
    """Return what is lost or twice in the record after so many kills."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        killed = crawl_and_kill(Path(folder), kills)
    result = {
        "kills": killed.kills,
        "of them while articles were fetched": killed.at_work,
        "articles": killed.articles,
        "lost": killed.found.lost,
        "twice": killed.found.twice,
        "wrong": killed.found.wrong,
        "without evidence": killed.found.without_evidence,
        "torn": killed.found.torn,
        "fetched again": killed.fetched_again,
        "asked again, unchanged": killed.asked_again,
        "seconds": round(time.perf_counter() - began),
    }
    return _told("kill", result)


def measure_repeats(articles: int) -> dict[str, Any]:
    """Return requests for articles beyond the first of each, in 36,000 articles."""
    return _told(
        "repeats",
        {
            "three lists of one source": _repeats(articles, _one_source),
            "two sources of one host": _repeats(articles, _two_sources),
        },
    )


def _repeats(articles: int, sources: Callable[[Site, int], list[SourceFile]]) -> dict[str, Any]:
    """Crawl again and again while articles come out, and count what the site was asked for."""
    new = WINDOW // 2  # between two crawls: each article is listed in two crawls, or more
    with serve_site(0) as site, tempfile.TemporaryDirectory() as folder:
        for out in (*range(new, articles, new), articles, articles):
            site.publish(out)
            crawl_apart(Path(folder), sources(site, out))
        asked = site.asked()
    every, full = asked.pages(), asked.pages(200)
    return {
        "articles": len(every),
        "never asked for": articles - len(every),
        "fetched again": full.total() - len(full),
        "asked again, unchanged": every.total() - full.total(),
        f"requests again in {REPEATS_OF:,} articles": round(
            REPEATS_OF * (every.total() - len(every)) / len(every), 1
        ),
    }


def _one_source(site: Site, out: int) -> list[SourceFile]:
    first, long_ago = max(0, out - WINDOW), max(0, out - IN_SITEMAP)
    feeds = [site.feed_url(first, out), *(site.feed_url(first, out, name) for name in ("rss", "kanal"))]
    return [
        make_source(site.url, f"feeds: {json.dumps(feeds)}\nsitemaps: [{site.sitemap_url(long_ago, out)}]")
    ]


def _two_sources(site: Site, out: int) -> list[SourceFile]:
    first = max(0, out - WINDOW)
    return [
        make_source(site.url, f'feeds: ["{site.feed_url(first, out, name)}"]', name=f"kabar-{name}")
        for name in ("kota", "daerah")
    ]


def _told(name: str, result: dict[str, Any]) -> dict[str, Any]:
    print(f"{name}:", *(f"\n  {what}: {figure}" for what, figure in result.items()), flush=True)
    return result


MEASUREMENTS: dict[str, tuple[Callable[[int], dict[str, Any]], int]] = {
    "speed": (measure_speed, 300),
    "memory": (measure_memory, 3_000),
    "kill": (measure_kills, 50),
    "repeats": (measure_repeats, 600),
}

if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    elif sys.argv[1] in MEASUREMENTS:
        chosen, usual = MEASUREMENTS[sys.argv[1]]
        chosen(int(sys.argv[2]) if len(sys.argv) > 2 else usual)
    else:
        sys.exit(f"no measurement {sys.argv[1]!r}; there are {', '.join(MEASUREMENTS)}")
