"""A proposed source as YAML that a person goes on writing: ordered, commented, always readable back.

Owns: the form. What stands in it is decided by `finder`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from textwrap import wrap

import yaml

from crawler.discovery.page_hints import one_line
from crawler.posts.places import PostPlace, PostSite
from crawler.source_file import IndexPages, SourceFile, parse_source
from kentongan.domain import Permission, SourceKind

WIDTH = 110
_NAMES: Mapping[PostSite, str] = {
    PostSite.MASTODON: "tags",
    PostSite.BLUESKY: "queries",
    PostSite.YOUTUBE: "channels",
    PostSite.REDDIT: "communities",
}


class _Dumper(yaml.SafeDumper):
    """Sets lists in by two, as the shipped files have them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a proposal says; exactly the lists that were tried and found good."""

    name: str
    title: str
    kind: SourceKind
    permission: Permission
    home: str
    region: str
    time_zone: str
    basis: str
    delay_seconds: float
    expected_daily: float | None = None
    feeds: tuple[str, ...] = ()
    wordpress: str = ""
    sitemaps: tuple[str, ...] = ()
    index: IndexPages | None = None
    channel: str = ""
    posts: PostPlace | None = None
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # comments above a field


def write_draft(draft: Draft) -> tuple[str, SourceFile]:
    """Return the YAML and the source that it reads back as. It is never active."""
    lines = [f"# {line}" for note in draft.notes.get("", ()) for line in wrap(one_line(note, 400), WIDTH)]
    for name, value in _fields(draft):
        for note in draft.notes.get(name, ()):
            lines += [f"# {line}" for line in wrap(one_line(note, 400), WIDTH)]
        lines.append(
            yaml.dump({name: value}, Dumper=_Dumper, allow_unicode=True, width=inf, sort_keys=False).rstrip()
        )
    lines.append("basis: >-")
    lines += [
        f"  {line}" for line in wrap(draft.basis, WIDTH, break_long_words=False, break_on_hyphens=False)
    ]
    text = "\n".join(lines) + "\n"
    return text, parse_source(text, f"{draft.name}.yaml")


def _fields(draft: Draft) -> list[tuple[str, object]]:
    index = draft.index
    pages = {"urls": list(index.urls), "links": index.links} if index else None
    posts = {"at": draft.posts.at, _NAMES[draft.posts.site]: list(draft.posts.names)} if draft.posts else None
    delay = int(draft.delay_seconds) if draft.delay_seconds.is_integer() else draft.delay_seconds
    told: list[tuple[str, object]] = [
        ("name", draft.name),
        ("title", draft.title),
        ("kind", draft.kind.value),
        ("permission", draft.permission.value if draft.kind is not SourceKind.PUBLIC_CHANNEL else None),
        ("home", draft.home),
        ("region", draft.region),
        ("time_zone", draft.time_zone),
        ("press_council", False if draft.kind is SourceKind.PRESS else None),
        ("feeds", list(draft.feeds)),
        ("wordpress", draft.wordpress),
        ("sitemaps", list(draft.sitemaps)),
        ("index", pages),
        ("channel", draft.channel),
        (draft.posts.site.value if draft.posts else "posts", posts),
        ("expected_daily", draft.expected_daily),
        ("delay_seconds", delay),
        ("active", False),
    ]
    return [(name, value) for name, value in told if value is False or value]
