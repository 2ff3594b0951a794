"""The whole city online: five websites on loopback for as long as one `with` lasts.

Owns: starting and stopping them, their source files for the crawler, what is expected of each
address. Leaves each website's own pages to its module.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml

from cli.demo import channel, checker, outlets, wordpress
from cli.demo.channel import build_channel
from cli.demo.checker import build_checker
from cli.demo.dates import Story, date_page
from cli.demo.outlets import build_feed_site, build_sitemap_site
from cli.demo.pages import Page, PageKind, read_comments, read_pages
from cli.demo.serving import Contents, Website
from cli.demo.wordpress import build_wordpress
from kentongan.domain import Label, SourceKind

REGION = "arunika"


@dataclass(frozen=True, slots=True)
class DemoSite:
    """One website that is being served."""

    name: str  # of the source
    title: str
    kind: SourceKind
    origin: str  # http://127.0.0.1:port
    source_yaml: str


@dataclass(frozen=True, slots=True)
class DemoCity:
    """The city as it stands online."""

    sites: tuple[DemoSite, ...]
    pages: Mapping[str, Page]  # by full address, as the record will hold it

    @property
    def source_yaml(self) -> dict[str, str]:
        """The text of each source file, by the source's name."""
        return {site.name: site.source_yaml for site in self.sites}

    def write_sources(self, folder: Path) -> tuple[Path, ...]:
        """Write the source files into `folder`, made if need be, and return them.

        Raises OSError when they cannot be written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for site in self.sites:
            path = folder / f"{site.name}.yaml"
            path.write_text(site.source_yaml, encoding="utf-8")
            written.append(path)
        return tuple(written)


def trap_urls(city: DemoCity) -> dict[str, str]:
    """Return the trap pages, address -> id: none of them may ever be flagged."""
    return {url: page.id for url, page in city.pages.items() if page.kind is PageKind.TRAP}


def expected_labels(city: DemoCity) -> dict[str, frozenset[Label]]:
    """Return what a careful reader would flag, for every address that is an item (checks are not)."""
    return {url: p.labels for url, p in city.pages.items() if p.kind is not PageKind.FACT_CHECK}


@dataclass(frozen=True, slots=True)
class _Plan:
    file: str  # in content/
    name: str
    title: str
    kind: SourceKind
    build: Callable[[list[Story], str, datetime], Contents]


def _sitemap_site(stories: list[Story], origin: str, started: datetime) -> Contents:
    return build_sitemap_site(stories, read_comments(), origin, started)


_PLANS = (
    _Plan("warta", "warta-arunika", wordpress.TITLE, SourceKind.PRESS, build_wordpress),
    _Plan("suara", "suara-muara", outlets.SUARA, SourceKind.PRESS, build_feed_site),
    _Plan("pesisir", "kabar-pesisir", outlets.PESISIR, SourceKind.PRESS, _sitemap_site),
    _Plan("kanal", "info-warga-arunika", channel.TITLE, SourceKind.PUBLIC_CHANNEL, build_channel),
    _Plan("cek", "cek-arunika", checker.TITLE, SourceKind.FACT_CHECKER, build_checker),
)


@contextmanager
def serve_demo_sites(now: datetime) -> Iterator[DemoCity]:
    """Serve the city as it stands at `now`, an aware time, until the `with` ends.

    Each website has its own free port on 127.0.0.1. Raises DemoContentError, or OSError when
    a port cannot be had; nothing is left listening then.
    """
    pages = read_pages()
    websites: list[Website] = []
    sites: list[DemoSite] = []
    addresses: dict[str, Page] = {}
    try:
        for plan in _PLANS:
            website = Website()
            websites.append(website)
            stories = [date_page(page, now) for page in pages if page.site == plan.file]
            contents = plan.build(stories, website.origin, now)
            website.start(contents.answer)
            sites.append(_site(plan, website.origin, contents))
            by_id = {story.page.id: story.page for story in stories}
            addresses |= {url: by_id[key] for url, key in contents.pages.items()}
        yield DemoCity(tuple(sites), addresses)
    finally:
        for website in websites:
            website.stop()


def _site(plan: _Plan, origin: str, contents: Contents) -> DemoSite:
    fields = {
        "name": plan.name,
        "title": plan.title,
        "kind": plan.kind.value,
        "home": f"{origin}/",
        "region": REGION,
        "time_zone": "Asia/Jakarta",
        **contents.source,
        "delay_seconds": 0,
        "basis": "situs contoh buatan sendiri, hanya di komputer ini",
    }
    return DemoSite(plan.name, plan.title, plan.kind, origin, yaml.safe_dump(fields, sort_keys=False))
