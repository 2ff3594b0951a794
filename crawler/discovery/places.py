"""Addresses of public posts: which channel, tag or community they mean, and those that are no source.

Owns: recognising them by the address, or by the page for what the address does not tell.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from lxml.html import HtmlElement

from crawler.posts.places import PostPlace, PostSite
from crawler.source_file import host_of
from kentongan.errors import BadInput

_TELEGRAM = frozenset({"t.me", "telegram.me", "telegram.dog"})
_YOUTUBE = frozenset({"youtube.com", "m.youtube.com"})
_REDDIT = frozenset({"reddit.com", "old.reddit.com", "new.reddit.com"})
# Closed, behind a login, or read by person (docs/sources.md).
_CLOSED = frozenset(
    {
        "facebook.com",
        "fb.com",
        "x.com",
        "twitter.com",
        "tiktok.com",
        "instagram.com",
        "threads.net",
        "threads.com",
        "whatsapp.com",
        "wa.me",
        "kaskus.co.id",
    }
)
_CHANNEL_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
_TELEGRAM_OTHERS = frozenset({"joinchat", "share", "addstickers", "proxy", "login", "iv", "invoice"})
_CHANNEL_ID = re.compile(r"UC[\w-]{22}", re.A)
_COMMUNITY = re.compile(r"/r/(?!u_)(\w{2,21})(?:/|$)", re.A)
_PREVIEW = re.compile(r"/s/[A-Za-z][A-Za-z0-9_]{3,31}/?")
_TAG = re.compile(r"/tags/((?!\d+\Z)\w{1,100})/?")


class NoSource(BadInput):
    """An address that is never a source, however it answers."""

    def __init__(self, url: str, why: str) -> None:
        shown = "".join(c for c in url[:200] if c.isprintable())
        super().__init__(f"{shown}: {why}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where public posts are read: a channel's preview, or a site and a name to ask it for."""

    home: str
    title: str
    channel: str = ""
    posts: PostPlace | None = None


def place_of(url: str) -> Place | None:
    """Return the place that an address means, None for any other site. Raises NoSource.

    A channel of YouTube that is not named by its number is not known yet: see `youtube_channel`.
    """
    host, path = host_of(url), unquote(urlsplit(url).path)
    if any(host == closed or host.endswith(f".{closed}") for closed in _CLOSED):
        raise NoSource(url, "closed, behind a login or read by person: no source")
    if host in _TELEGRAM:
        return _telegram(url, path)
    if host in _YOUTUBE:
        return _youtube(url, path)
    if host in _REDDIT:
        return _reddit(url, path)
    if host == "bsky.app":
        return _bluesky(url, path)
    if path.startswith("/@"):
        raise NoSource(url, "a page of one person: no source")
    return None


def preview_of(url: str) -> Place | None:
    """Return the channel whose preview an address may be, on whichever host; it has to be tried."""
    if not _PREVIEW.fullmatch(urlsplit(url).path):
        return None
    channel = url.partition("?")[0].rstrip("/")
    return Place(channel, channel.rpartition("/")[2], channel=channel)


def tag_of(url: str) -> Place | None:
    """Return the tag of an instance of Mastodon that an address may mean; it has to be tried."""
    found = _TAG.fullmatch(unquote(urlsplit(url).path))
    if found is None:
        return None
    parts = urlsplit(url)
    at = f"{parts.scheme}://{parts.netloc}".lower()
    return Place(
        f"{at}/", f"Mastodon {host_of(url)}, #{found[1]}", posts=PostPlace(PostSite.MASTODON, at, (found[1],))
    )


def is_youtube(url: str) -> bool:
    return host_of(url) in _YOUTUBE


def youtube_channel(tree: HtmlElement) -> str:
    """Return the number of the channel whose page this is, '' for none."""
    for link in tree.iter("link"):
        rel = (link.get("rel") or "").lower().split()
        if "canonical" in rel or "alternate" in rel:
            found = re.search(
                r"(?:/channel/|[?&]channel_id=)(UC[\w-]{22})(?![\w-])", link.get("href") or "", re.A
            )
            if found:
                return found[1]
    return ""


def youtube_place(channel: str) -> Place:
    at = "https://www.youtube.com"
    return Place(f"{at}/", "YouTube", posts=PostPlace(PostSite.YOUTUBE, at, (channel,)))


def _telegram(url: str, path: str) -> Place:
    names = [piece for piece in path.split("/") if piece and piece != "s"]
    name = names[0] if names else ""
    if not _CHANNEL_NAME.fullmatch(name) or name.lower() in _TELEGRAM_OTHERS:
        raise NoSource(url, "not the address of a public channel (t.me/NAME)")
    return Place(f"https://t.me/{name}", name, channel=f"https://t.me/s/{name}")


def _youtube(url: str, path: str) -> Place | None:
    told = re.match(r"/channel/([^/]+)", path)
    asked = parse_qs(urlsplit(url).query).get("channel_id", [""])[0]
    channel = told[1] if told else asked
    if channel and not _CHANNEL_ID.fullmatch(channel):
        raise NoSource(url, "not the number of a channel (UC…)")
    if not channel and not re.match(r"/(?:@|c/|user/)[^/]+", path):
        raise NoSource(url, "not the address of a channel")
    return youtube_place(channel) if channel else None


def _reddit(url: str, path: str) -> Place:
    found = _COMMUNITY.match(path)
    if found is None:
        raise NoSource(url, "not the address of a community (r/NAME)")
    at = "https://www.reddit.com"
    return Place(f"{at}/", f"Reddit r/{found[1]}", posts=PostPlace(PostSite.REDDIT, at, (found[1],)))


def _bluesky(url: str, path: str) -> Place:
    found = re.fullmatch(r"/hashtag/(\w{1,99})/?", path)
    if found is None:
        raise NoSource(url, "not the address of a hashtag (bsky.app/hashtag/NAME)")
    asked = PostPlace(PostSite.BLUESKY, "https://public.api.bsky.app", (f"#{found[1]}",))
    return Place("https://bsky.app/", f"Bluesky #{found[1]}", posts=asked)
