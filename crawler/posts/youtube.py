"""YouTube: what a channel published last, as its public feed tells it: titles and descriptions.

Source: DOMAIN 4.5. The feeds answer 404 to everybody for spells of time: a fault that passes,
and no word about the channel.
"""

import re
from functools import partial
from urllib.parse import urlencode

from lxml.etree import _Element

from crawler.errors import CrawlError
from crawler.posts.atom import read_entries, text_at
from crawler.posts.reading import Post, PostShape, Reading, Refusal, moment, one_line, read_posts
from kentongan.text import clean

SITE = "YouTube"
_VIDEO = re.compile(r"[\w-]{6,20}", re.A)


def page_url(at: str, channel: str, older: str) -> str:
    return f"{at}/feeds/videos.xml?{urlencode({'channel_id': channel})}"


def read(body: bytes, at: str) -> Reading:
    """Return the videos of a channel's feed as posts; raises CrawlError when it is none."""
    return read_posts(read_entries(body, SITE), partial(_post, at=at))


def _post(entry: _Element, at: str) -> Post:
    video, title = text_at(entry, "yt:videoId"), one_line(text_at(entry, "atom:title"))
    if not _VIDEO.fullmatch(video) or not title:
        raise CrawlError(f"a video of {SITE} without id or title")
    description = clean(text_at(entry, "media:group/media:description"))
    return Post(
        url=f"{at}/watch?v={video}",
        text=description or title,
        title=title if description else "",
        handle=text_at(entry, "yt:channelId"),
        published_at=moment(text_at(entry, "atom:published")),
    )


_PASSING = Refusal(
    "the feed cannot be had just now (passing fault: asked again in the next crawl)", final=False
)
SHAPE = PostShape(page_url=page_url, read=read, refusals={404: _PASSING})
