"""Which reader goes with which site. Growth is by addition: one module, one name, one line."""

from collections.abc import Mapping

from crawler.posts import bluesky, mastodon, reddit, youtube
from crawler.posts.places import PostSite
from crawler.posts.reading import PostShape

SHAPES: Mapping[PostSite, PostShape] = {
    PostSite.MASTODON: mastodon.SHAPE,
    PostSite.BLUESKY: bluesky.SHAPE,
    PostSite.YOUTUBE: youtube.SHAPE,
    PostSite.REDDIT: reddit.SHAPE,
}
