"""Sources as people write them: one YAML file each, checked at the border.

Owns: the fields, their checks, and which files ship with the product. Leaves fetching to
the spiders. A misspelt or missing field is an error that names file, line and field.
"""

from dataclasses import dataclass, replace
from importlib.resources import files
from math import ceil
from pathlib import Path
from urllib.parse import urlsplit

from crawler.errors import SourceFileError
from crawler.factchecks.names import FILES_ONLY, LISTS_ALONE, OWN_LISTS, CheckShape
from crawler.posts.places import PostPlace, PostSite, read_place
from crawler.yaml_fields import Fields, read_fields
from kentongan.domain import Permission, Source, SourceKind

DEFAULT_DELAY_SECONDS = 5.0
MAX_DELAY_SECONDS = 300.0
LEAST_MINUTES, MOST_MINUTES = (
    5,
    24 * 60,
)  # between two crawls: no outlet's feed changes faster; daily at least
USUAL_MINUTES, SELDOM_MINUTES = 30.0, 60.0  # seldom: fact-checks, and sites that allow next to nothing
MAX_EXPECTED = 1000  # new items a day: the largest local outlets publish some hundred
DEFAULT_ARTICLES, MAX_ARTICLES = 300, 100_000  # of one crawl; the most are for an archive, by hand
SELDOM_READ = frozenset({PostSite.REDDIT, PostSite.YOUTUBE})
_PUBLIC = ", ".join(("channel", *PostSite))


@dataclass(frozen=True, slots=True)
class IndexPages:
    """Pages that list articles; `links` is the CSS selector of the links to them.

    Empty where the source's shape reads its lists in a way of its own.
    """

    urls: tuple[str, ...]
    links: str


@dataclass(frozen=True, slots=True)
class Selectors:
    """CSS selectors for pages that general extraction reads wrongly; empty means general."""

    title: str = ""
    body: str = ""
    date: str = ""
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A source, where it is read, and how politely."""

    source: Source
    feeds: tuple[str, ...] = ()
    wordpress: str = ""  # base URL
    sitemaps: tuple[str, ...] = ()
    index: IndexPages | None = None
    channel: str = ""  # URL of a public channel's preview page (Telegram)
    posts: PostPlace | None = None  # any other site of public posts
    selectors: Selectors = Selectors()
    delay_seconds: float = DEFAULT_DELAY_SECONDS
    max_articles: int = DEFAULT_ARTICLES  # read in one crawl
    shape: CheckShape = CheckShape.CLAIM_REVIEW  # how a fact-checker's lists and pages are read

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def active(self) -> bool:
        return self.source.active

    @property
    def basis(self) -> str:
        """Why it may be read, or why not yet (dasar)."""
        return self.source.basis

    @property
    def feed_only(self) -> bool:
        """Whether articles are never fetched (DOMAIN 4: `feed-saja`)."""
        return self.source.permission is Permission.FEED_ONLY

    @property
    def hosts(self) -> frozenset[str]:
        """The only hosts that may be fetched for this source, without `www.`, with any odd port."""
        index = self.index.urls if self.index else ()
        posts = (self.posts.at,) if self.posts else ()
        listed = (self.source.home, self.wordpress, self.channel, *posts, *self.feeds, *self.sitemaps, *index)
        return frozenset(host_of(url) for url in listed if url)


def host_of(url: str) -> str:
    """Return `host` or `host:port` (port only when it is not the scheme's own), without `www.`."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    standard = {"http": 80, "https": 443}.get(parts.scheme)
    return host if parts.port in (None, standard) else f"{host}:{parts.port}"


def read_source(path: Path) -> SourceFile:
    """Return the source in `path`; raises SourceFileError naming file, line and field."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise SourceFileError(str(path), 0, "file", str(exc)) from exc
    return parse_source(text, str(path))


def read_sources(folder: Path) -> list[SourceFile]:
    """Return every source of a folder's `*.yaml`, by name; raises SourceFileError.

    Two files with one name are refused, and so is a folder that does not exist.
    """
    if not folder.is_dir():
        raise SourceFileError(str(folder), 0, "folder", "does not exist")
    found: dict[str, SourceFile] = {}
    for path in sorted(folder.glob("*.yaml")):
        source = read_source(path)
        if source.name in found:
            raise SourceFileError(str(path), 0, "name", f"{source.name!r} is in another file too")
        found[source.name] = source
    return list(found.values())


def shipped_sources() -> list[SourceFile]:
    """Return the sources that come with the product, active or not."""
    return read_sources(Path(str(files("crawler") / "sources")))


def parse_source(text: str, path: str) -> SourceFile:
    """Return the source written in `text`; `path` is only named in errors (SourceFileError)."""
    fields = read_fields(text, path)
    kind = fields.choice("kind", SourceKind)
    shape = fields.choice("shape", CheckShape, CheckShape.CLAIM_REVIEW)
    posts = read_place(fields)
    usual_delay = max(DEFAULT_DELAY_SECONDS, posts.least_delay_seconds if posts else 0.0)
    parsed = SourceFile(
        source=Source(
            name=fields.slug("name"),
            title=fields.text("title"),
            kind=kind,
            permission=fields.choice("permission", Permission, Permission.FEED_ONLY),
            home=fields.url("home"),
            region=fields.slug("region"),
            time_zone=fields.zone("time_zone"),
            press_council=fields.flag("press_council", False),
            owner=fields.text("owner", required=False),
            basis=fields.text("basis", required=False),
            expected_daily=fields.optional_number("expected_daily", MAX_EXPECTED),
            active=fields.flag("active", True),
        ),
        feeds=fields.urls("feeds"),
        wordpress=fields.url("wordpress", required=False),
        sitemaps=fields.urls("sitemaps"),
        index=_index(fields, shape),
        channel=fields.url("channel", required=False),
        posts=posts,
        selectors=_selectors(fields),
        delay_seconds=fields.number("delay_seconds", usual_delay, MAX_DELAY_SECONDS),
        max_articles=fields.count("max_articles", DEFAULT_ARTICLES, MAX_ARTICLES),
        shape=shape,
    )
    parsed = replace(parsed, source=replace(parsed.source, every_minutes=_every_minutes(parsed, fields)))
    fields.refuse_unknown()
    _check_shape(parsed, fields)
    return parsed


def _every_minutes(parsed: SourceFile, fields: Fields) -> float:
    """Return the minutes between two crawls: long enough to ask for every list once, at its pace."""
    posts = parsed.posts
    lists = len(parsed.feeds) + len(parsed.sitemaps) + bool(parsed.wordpress) + bool(parsed.channel)
    lists += len(parsed.index.urls if parsed.index else ()) + len(posts.names if posts else ())
    least = max(LEAST_MINUTES, ceil(lists * parsed.delay_seconds / 60))
    seldom = parsed.source.kind is SourceKind.FACT_CHECKER or (
        posts is not None and posts.site in SELDOM_READ
    )
    usual = max(least, SELDOM_MINUTES if seldom else USUAL_MINUTES)
    minutes = fields.number("every_minutes", usual, MOST_MINUTES, LEAST_MINUTES)
    if minutes < least:
        fields.fail(
            "every_minutes",
            f"{minutes:g} is too often: {lists} lists, {parsed.delay_seconds:g} seconds apart, take {least}",
        )
    return minutes


def _index(fields: Fields, shape: CheckShape) -> IndexPages | None:
    inner = fields.mapping("index")
    if inner is None:
        return None
    links = "" if shape in OWN_LISTS else inner.css("links")
    pages = IndexPages(urls=inner.urls("urls", required=True), links=links)
    inner.refuse_unknown()
    return pages


def _selectors(fields: Fields) -> Selectors:
    inner = fields.mapping("selectors")
    if inner is None:
        return Selectors()
    chosen = Selectors(
        title=inner.css("title", required=False),
        body=inner.css("body", required=False),
        date=inner.css("date", required=False),
        remove=inner.css_list("remove"),
    )
    inner.refuse_unknown()
    return chosen


def _check_shape(parsed: SourceFile, fields: Fields) -> None:
    pages = bool(parsed.wordpress or parsed.sitemaps or parsed.index)
    if parsed.source.kind is SourceKind.FIELD:
        fields.fail("kind", "field is what reporters hand in: it has no file")
    public = [name for name in ("channel", *PostSite) if name in fields.values]
    if not (pages or parsed.feeds or public):
        fields.fail("feeds", f"name at least one of feeds, wordpress, sitemaps, index, {_PUBLIC}")
    is_channel = parsed.source.kind is SourceKind.PUBLIC_CHANNEL
    one_place = len(public) == 1 and not pages and not parsed.feeds
    if not (one_place if is_channel else not public):
        fields.fail(
            public[-1] if public else "kind",
            f"a public_channel has one of {_PUBLIC} and nothing else; other kinds have none",
        )
    if parsed.shape is not CheckShape.CLAIM_REVIEW and parsed.source.kind is not SourceKind.FACT_CHECKER:
        fields.fail("shape", "only a fact_checker has a shape")
    if parsed.shape in FILES_ONLY:
        fields.fail(
            "shape", f"{parsed.shape} is read from files only: kentongan import FILE --shape {parsed.shape}"
        )
    if parsed.shape in LISTS_ALONE and (parsed.feeds or parsed.wordpress or parsed.sitemaps):
        fields.fail("shape", f"{parsed.shape} is read through index.urls only")
    if parsed.feed_only and pages:
        fields.fail(
            "permission", "feed-saja reads feeds only; wordpress, sitemaps, index need penuh or tertulis"
        )
    if parsed.feed_only and parsed.source.kind is SourceKind.FACT_CHECKER:
        fields.fail("permission", "verdicts stand on the pages: a fact_checker needs penuh or tertulis")
