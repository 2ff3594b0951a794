"""Info Warga Arunika: a public channel, as the preview page of a messenger shows it.

Owns: /s/<channel> with its `?before=` paging, and the page of each post.
Source of the markup: DOMAIN 4.5 (t.me/s).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from markupsafe import Markup, escape

from cli.demo.dates import Story
from cli.demo.render import render
from cli.demo.serving import Contents, Resource, robots

TITLE = "Info Warga Arunika"
CHANNEL = "info_warga_arunika"
_FIRST_NUMBER = 3120
_POSTS_PER_PAGE = 22
_LINK = re.compile(r"https?://[^\s<>,]+")
_BOLD = re.compile(r"\*([^*\n]+)\*")


def build_channel(stories: Sequence[Story], origin: str, started: datetime) -> Contents:
    """Return the channel with the stories as posts, numbered from the oldest."""
    posts = list(enumerate(sorted(stories, key=lambda s: s.published), start=_FIRST_NUMBER))
    paths = {story.page.id: f"/{CHANNEL}/{number}" for number, story in posts}
    latest = posts[-1][1].published
    single = {
        paths[story.page.id]: Resource(_page([(number, story)], None, origin), story.modified)
        for number, story in posts
    }

    def answer(path: str, query: Mapping[str, str]) -> Resource | None:
        if path == f"/s/{CHANNEL}":
            return Resource(_preview(posts, query.get("before", ""), origin), latest)
        if path == "/robots.txt":
            return robots(("Allow: /s/", "Disallow: /login"), started)
        return single.get(path)

    source = {"permission": "penuh", "channel": f"{origin}/s/{CHANNEL}"}
    return Contents(answer, {origin + path: key for key, path in paths.items()}, source)


def _preview(posts: Sequence[tuple[int, Story]], before: str, origin: str) -> bytes:
    end = int(before) if before.isdigit() else posts[-1][0] + 1
    older = [(number, story) for number, story in posts if number < end]
    shown = older[-_POSTS_PER_PAGE:]
    more = shown[0][0] if len(older) > len(shown) else None
    return _page(shown, more, origin)


def _page(shown: Sequence[tuple[int, Story]], more: int | None, origin: str) -> bytes:
    posts = [
        {"number": n, "text": _markup(s.text), "views": _views(s.page.views), "at": s.published}
        for n, s in shown
    ]
    return render("channel.html", title=TITLE, channel=CHANNEL, origin=origin, posts=posts, more=more)


def _markup(text: str) -> Markup:
    """Return the text as messengers write it: escaped, bold between stars, links, line breaks."""
    bold = _BOLD.sub(r"<b>\1</b>", str(escape(text)))
    linked = _LINK.sub(lambda m: f'<a href="{m[0]}" target="_blank" rel="noopener">{m[0]}</a>', bold)
    return Markup(linked.replace("\n", "<br/>"))  # noqa: S704  escaped above


def _views(count: int) -> str:
    return f"{count / 1000:.1f}K".replace(".0K", "K") if count >= 1000 else str(count)
