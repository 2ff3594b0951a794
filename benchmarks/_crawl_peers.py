"""What others would use on the same site: a bare Scrapy spider with trafilatura, and news-please.

The spider is what one writes in an afternoon: the sitemap, trafilatura's text and metadata, a line of JSON
for each page. Concurrency, robots.txt and reading of the sitemap are as ours; it keeps no response, masks
nothing, asks for no page again and is not durable. news-please cannot live beside our packages: it gets a
virtual environment of its own in a cache folder outside the repository.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from scrapy.spiders import SitemapSpider

from kentongan.errors import KentonganError

NEWS_PLEASE = "news-please==1.6.16"
PATIENCE_SECONDS = 900  # for an installation or a crawl
SPIDER_SETTINGS: dict[str, Any] = {
    "ROBOTSTXT_OBEY": True,
    "CONCURRENT_REQUESTS": 8,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 4,
    "TELNETCONSOLE_ENABLED": False,
    "LOG_LEVEL": "WARNING",
}


class PeerMissing(KentonganError):
    """A peer cannot be measured on this machine."""


@dataclass(frozen=True, slots=True)
class PeerTaken:
    pages: int  # that came out with a text
    seconds: float  # without the start of the process
    processor_seconds: float | None = None  # None where it cannot be told apart from the start


class BareSpider(SitemapSpider):
    name = "bare"

    def parse(self, response: Any, **_: Any) -> Iterator[dict[str, Any]]:
        from trafilatura import extract

        found = extract(
            response.body,
            url=response.url,
            output_format="json",
            with_metadata=True,
            include_comments=False,
        )
        if found:
            yield json.loads(found)


def crawl_bare(sitemap: str, out: Path) -> PeerTaken:
    """Crawl a sitemap in a process of its own into a file of JSON lines."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        seconds, processor = pool.submit(_crawl_bare, sitemap, out).result()
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    return PeerTaken(len({row["source"] for row in rows if row["text"]}), seconds, processor)


def _crawl_bare(sitemap: str, out: Path) -> tuple[float, float]:
    from scrapy.crawler import AsyncCrawlerProcess

    process = AsyncCrawlerProcess({**SPIDER_SETTINGS, "FEEDS": {str(out): {"format": "jsonlines"}}})
    process.crawl(BareSpider, sitemap_urls=[sitemap])
    began, processor = time.perf_counter(), time.process_time()
    process.start()
    return time.perf_counter() - began, time.process_time() - processor


def install_news_please() -> Path:
    """Return the Python of the environment that has news-please; made on first use.

    Raises PeerMissing when it cannot be installed.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "kentongan-benchmarks" / NEWS_PLEASE.replace("==", "-")
    python = folder / "bin" / "python"
    try:
        if not (folder / "made").exists():
            print(f"  installing {NEWS_PLEASE} into {folder}", flush=True)
            _run([sys.executable, "-m", "venv", "--clear", str(folder)])
            _run([str(python), "-m", "pip", "install", "--quiet", NEWS_PLEASE])
            (folder / "made").touch()
    except (OSError, subprocess.SubprocessError) as exc:
        said = getattr(exc, "stderr", None) or str(exc)
        raise PeerMissing(f"{NEWS_PLEASE} cannot be installed: {said.strip()[-300:]}") from exc
    return python


def crawl_news_please(python: Path, site: str, folder: Path) -> PeerTaken:
    """Let news-please's crawler read the sitemap that robots.txt of the site names, all as it is shipped.

    One crawler of its launcher is run, `SitemapCrawler` into HTML and JSON files, with its own settings,
    which have no delay and four requests at once; only Scrapy's filter of other sites is off, as news-please
    knows no host with a port. Raises PeerMissing when it ends badly.
    """
    where = _run([str(python), "-c", _WHERE]).stdout.strip()
    settings = (Path(where) / "config" / "config.cfg").read_text(encoding="utf-8")
    for old, new in (("~/news-please-repo/", f"{folder}/"), ("[Scrapy]\n", f"[Scrapy]\n{_ANY_HOST}\n")):
        if old not in settings:
            raise PeerMissing(f"{NEWS_PLEASE}: its settings have no {old.strip()!r}")
        settings = settings.replace(old, new)
    (folder / "config.cfg").write_text(settings, encoding="utf-8")
    (folder / "sitelist.hjson").write_text(json.dumps({"base_urls": [{"url": f"{site}/"}]}), encoding="utf-8")
    crawler = [
        str(python),
        f"{where}/single_crawler.py",
        "config.cfg",
        "sitelist.hjson",
        "0",
        "False",
        "False",
    ]
    try:
        told = _run(crawler, folder).stderr
    except subprocess.SubprocessError as exc:
        raise PeerMissing(f"{NEWS_PLEASE} ended badly: {exc}") from exc
    took = re.search(r"'elapsed_time_seconds': ([\d.]+)", told)
    if took is None:
        raise PeerMissing(f"{NEWS_PLEASE} did not tell how long it took")
    articles = [json.loads(path.read_text(encoding="utf-8")) for path in (folder / "data").rglob("*.json")]
    return PeerTaken(len({one["url"] for one in articles if one["maintext"]}), float(took.group(1)))


_WHERE = "from importlib.util import find_spec; print(find_spec('newsplease').submodule_search_locations[0])"
_ANY_HOST = "DOWNLOADER_MIDDLEWARES = {'scrapy.downloadermiddlewares.offsite.OffsiteMiddleware': None}"


def _run(command: list[str], folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True, timeout=PATIENCE_SECONDS
    )
