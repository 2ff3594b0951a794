"""One address for one post, without its author's handle where the site has such an address.

A handle in an address would undo the pseudonym, and changes under the post: an export of today
and one of last year would tell of two. The forms: x.com/i/web/status is what 4CAT and snscrape write
for a post whose author they do not know, tiktok.com/@_/video and threads.net/t what several public
programs do; those of Telegram, YouTube and Bluesky are the crawler's, so that both name one post alike.
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit

from crawler.source_file import host_of
from crawler.urls import clean_url
from pipeline.exports.fields import CODE
from pipeline.exports.post import Site

_TELEGRAM_NAME = re.compile(r"[A-Za-z]\w{3,31}", re.A)
_BLUESKY = re.compile(r"at://(did:[a-z]{1,20}:[\w.:%-]{1,200})/app\.bsky\.feed\.post/([\w.~:-]{1,64})", re.A)
_X_PATH = re.compile(r"/(?:[^/]+|i/web)/status(?:es)?/(\d{1,20})(?:/.*)?")
_TIKTOK_PATH = re.compile(r"/@[^/]*/(?:video|photo)/(\d{1,20})/?")
_INSTAGRAM_PATH = re.compile(r"/(?:[\w.]+/)?(?:p|reel|reels|tv)/([\w-]{1,40})/?", re.A)
_THREADS_PATH = re.compile(r"/(?:@[^/]+/post|t)/([\w-]{1,40})/?", re.A)
_FACEBOOK_ID = re.compile(r"/.*/(\d{5,20}|pfbid\w{10,80})/?", re.A)
_NO_OWNERS = (
    "groups",
    "permalink.php",
    "story.php",
    "watch",
    "photo",
    "photo.php",
    "photos",
    "reel",
    "events",
)
_TELEGRAM_PATH = re.compile(r"/(?:s/)?([A-Za-z]\w{3,31})/(\d{1,12})/?", re.A)


def x_post(id: str) -> str:
    return f"https://x.com/i/web/status/{id}"


def tiktok_video(id: str) -> str:
    return f"https://www.tiktok.com/@_/video/{id}"


def instagram_post(code: str) -> str:
    return f"https://www.instagram.com/p/{code}/"


def threads_post(code: str) -> str:
    return f"https://www.threads.net/t/{code}"


def youtube_video(id: str) -> str:
    return f"https://www.youtube.com/watch?v={id}"


def telegram_post(channel: str, id: str) -> str:
    return f"https://t.me/{channel}/{id}"


def telegram_channel(url: str) -> str:
    """Return the name of the channel that an address on t.me leads to, '' for none."""
    path = urlsplit(clean_url(url)).path.removeprefix("/s").strip("/") if _host(url) == "t.me" else ""
    return path if _TELEGRAM_NAME.fullmatch(path) else ""


def bluesky_post(uri: str) -> str:
    """Return the address of a post by its at:// URI, '' for another URI."""
    found = _BLUESKY.fullmatch(uri)
    return f"https://bsky.app/profile/{found[1]}/post/{found[2]}" if found else ""


def post_address(url: str) -> tuple[Site | None, str]:
    """Return the site and a post's address there; (None, '') for an address of nothing we know."""
    parts = urlsplit(clean_url(url))
    site = _SITES.get(_host(url))
    if site is None:
        return None, ""
    if site is Site.YOUTUBE:
        return site, _youtube(_host(url), parts.path, parts.query)
    form, address = _FORMS[site]
    found = form.fullmatch(parts.path)
    return site, address(*found.groups()) if found else ""


def is_facebook(url: str) -> bool:
    return _host(url) in ("facebook.com", "m.facebook.com")


def facebook_post(url: str, *, named: bool = False) -> str:
    """Return a post's address on Facebook's front host, without what only tracks; '' where there is none.

    An address under somebody's name is none unless `named`: whether a Page's or a person's it does not tell.
    """
    parts = urlsplit(clean_url(url))
    owner = parts.path.strip("/").split("/")[0]
    if not is_facebook(url) or not owner or not (named or owner.isdigit() or owner in _NO_OWNERS):
        return ""
    kept = [p for p in parts.query.split("&") if p.split("=", 1)[0] in ("story_fbid", "id", "fbid", "v")]
    return f"https://www.facebook.com{parts.path}{'?' + '&'.join(kept) if kept else ''}"


def facebook_id(url: str) -> str:
    """Return the id that the path of a post's address ends with, '' where it ends with none."""
    found = _FACEBOOK_ID.fullmatch(urlsplit(clean_url(url)).path)
    return found[1] if found else ""


def _youtube(host: str, path: str, query: str) -> str:
    told = (parse_qs(query).get("v") or [""])[0] if path == "/watch" else ""
    if host == "youtu.be":
        told = path.strip("/")
    elif path.startswith("/shorts/"):
        told = path.removeprefix("/shorts/").strip("/")
    return youtube_video(told) if CODE.fullmatch(told) else ""


def _host(url: str) -> str:
    address = clean_url(url)
    return host_of(address) if address else ""


_SITES: Mapping[str, Site] = {
    "x.com": Site.X,
    "twitter.com": Site.X,
    "mobile.twitter.com": Site.X,
    "tiktok.com": Site.TIKTOK,
    "instagram.com": Site.INSTAGRAM,
    "threads.net": Site.THREADS,
    "threads.com": Site.THREADS,
    "t.me": Site.TELEGRAM,
    "youtube.com": Site.YOUTUBE,
    "m.youtube.com": Site.YOUTUBE,
    "youtu.be": Site.YOUTUBE,
}
_FORMS: Mapping[Site, tuple[re.Pattern[str], Callable[..., str]]] = {
    Site.X: (_X_PATH, x_post),
    Site.TIKTOK: (_TIKTOK_PATH, tiktok_video),
    Site.INSTAGRAM: (_INSTAGRAM_PATH, instagram_post),
    Site.THREADS: (_THREADS_PATH, threads_post),
    Site.TELEGRAM: (_TELEGRAM_PATH, telegram_post),
}
