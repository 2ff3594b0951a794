"""Where public posts are read, as a source file writes it: a site's address and what to ask it for.

Owns: the sites there are, the names each may be asked for, their checks. Leaves reading the
answers to the module of each site. What would collect one person's posts is refused (R5).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn
from urllib.parse import urlsplit

import yaml

from crawler.errors import SourceFileError
from crawler.yaml_fields import Fields

MAX_NAMES = 20  # of one source: one request each at least, in every crawl


class PostSite(StrEnum):
    MASTODON = "mastodon"
    BLUESKY = "bluesky"
    YOUTUBE = "youtube"
    REDDIT = "reddit"


@dataclass(frozen=True, slots=True)
class PostPlace:
    """A site and what it is asked for: tags, search words, channels or communities."""

    site: PostSite
    at: str  # base address, without a slash at its end
    names: tuple[str, ...]

    @property
    def least_delay_seconds(self) -> float:
        """The least pause that the site's own limit allows; 0 where it has none of its own."""
        return _RULES[self.site].least_delay_seconds


@dataclass(frozen=True, slots=True)
class _Rule:
    field: str
    name: re.Pattern[str]  # of a whole name
    form: str  # of a name, in words
    at: str = ""  # where the site is when the file is silent
    least_delay_seconds: float = 0.0


_RULES: Mapping[PostSite, _Rule] = {
    PostSite.MASTODON: _Rule("tags", re.compile(r"(?!\d+\Z)\w{1,100}"), "a tag without its #"),
    PostSite.BLUESKY: _Rule(
        "queries",
        re.compile(r"(?=.*\w)(?!.*@)(?!(?:.*\W)?(?:from|to|mentions|did):)[^\x00-\x1f]{1,100}", re.I),
        "a search of up to 100 characters that names no person",
        at="https://public.api.bsky.app",
    ),
    PostSite.YOUTUBE: _Rule(
        "channels", re.compile(r"UC[\w-]{22}", re.A), "a channel's id (UC…)", at="https://www.youtube.com"
    ),
    PostSite.REDDIT: _Rule(
        "communities",
        re.compile(r"(?!u_)\w{2,21}", re.A),
        "a community without its r/",
        at="https://www.reddit.com",
        least_delay_seconds=60.0,  # about one request a minute since June 2026 (DOMAIN 4.5)
    ),
}


def read_place(fields: Fields) -> PostPlace | None:
    """Return the place that a source file names, None for none; raises SourceFileError.

    Every site's field is known to `fields` afterwards. More than one site is refused.
    """
    found: PostPlace | None = None
    for site in PostSite:
        inner = fields.mapping(site.value)
        if inner is None:
            continue
        if found is not None:
            fields.fail(site.value, f"a source reads one site: {found.site} is named already")
        rule = _RULES[site]
        found = PostPlace(site, _site_address(inner, rule), _names(inner, rule))
        inner.refuse_unknown()
    return found


def _site_address(inner: Fields, rule: _Rule) -> str:
    at = (inner.url("at", required=not rule.at) or rule.at).rstrip("/").lower()
    if urlsplit(at).path or "?" in at or "#" in at:
        inner.fail("at", f"{at!r} must be the address of the site alone, such as https://sosial.example")
    return at


def _names(inner: Fields, rule: _Rule) -> tuple[str, ...]:
    inner.known.add(rule.field)
    node = inner.values.get(rule.field)
    if node is None:
        inner.fail(rule.field, "is missing")
    if not isinstance(node, yaml.SequenceNode) or not 1 <= len(node.value) <= MAX_NAMES:
        inner.fail(rule.field, f"must be a list of 1 to {MAX_NAMES} texts")
    names: list[str] = []
    for each in node.value:
        name = each.value if isinstance(each, yaml.ScalarNode) and each.tag.endswith(":str") else None
        if name is None or not rule.name.fullmatch(name):
            _fail_at(inner, rule, each, f"{name!r} must be {rule.form}" if name else f"must be {rule.form}")
        if name.lower() in (known.lower() for known in names):
            _fail_at(inner, rule, each, f"{name!r} is given twice")
        names.append(name)
    return tuple(names)


def _fail_at(inner: Fields, rule: _Rule, node: yaml.Node, problem: str) -> NoReturn:
    """Name the line of the one name that is wrong, not of the list it stands in."""
    raise SourceFileError(
        inner.path, node.start_mark.line + 1, f"{inner.prefix}{rule.field}", " ".join(problem.split())
    )
