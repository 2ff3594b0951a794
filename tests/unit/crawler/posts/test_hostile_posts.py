"""Whatever a site sends, readers give posts or say in one of our errors why not."""

import json
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import CrawlError
from crawler.posts.places import PostSite
from crawler.posts.shapes import SHAPES
from crawler.urls import clean_url
from tests.unit.crawler.posts.invented import bluesky_post, reddit_feed, status, youtube_feed

AT = "https://sosial.example"
texts = st.text(max_size=40) | st.sampled_from(
    (
        "\ud800",
        "\x00",
        "<p>" * 50,
        "&#99999999999;",
        "at://did:plc:a/app.bsky.feed.post/1",
        "https://[::1",
        "//a@b/@c/1",
    )
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def spoilt(good: dict[str, object]) -> st.SearchStrategy[dict[str, object]]:
    """Give a good post with any of its fields, and of the fields within them, replaced by anything."""
    names = st.sampled_from(sorted(good))
    inner = [name for name in good if isinstance(good[name], dict)]

    def replaced(outer: dict[str, object], within: dict[str, object]) -> dict[str, object]:
        changed = good | outer
        for name in inner:
            part = changed[name]
            if isinstance(part, dict):
                changed[name] = part | {key: value for key, value in within.items() if key in part}
        return changed

    parts = sorted({key for name in inner for key in good[name]} | {"facets", "labels"})  # type: ignore[attr-defined]
    return st.builds(
        replaced,
        st.dictionaries(names, values, max_size=2),
        st.dictionaries(st.sampled_from(parts), values, max_size=3),
    )


posts = spoilt(status(7)) | spoilt(bluesky_post("7")) | values
answers = st.lists(posts, max_size=4).flatmap(lambda rows: st.sampled_from((rows, {"posts": rows})))
fragments = st.lists(
    texts
    | st.sampled_from(("<div class='md'>", "</div>", "<span><a href='x'>[link]</a></span>", "u/budi_s")),
    max_size=6,
).map("".join)
feeds = st.builds(
    lambda key, title, said: reddit_feed((key, title, said)) + youtube_feed((key, title, said)),
    texts,
    texts,
    fragments,
) | st.builds(lambda key, title, said: reddit_feed((key, title, said)), texts, texts, fragments)
videos = st.builds(lambda key, title, said: youtube_feed((key, title, said)), texts, texts, fragments)
bodies = (
    st.binary(max_size=200)
    | answers.map(lambda answer: json.dumps(answer).encode())
    | (feeds | videos).map(lambda feed: feed.encode("utf-8", "surrogatepass"))
)


@pytest.mark.parametrize("site", list(PostSite))
@settings(max_examples=150, deadline=None)
@given(body=bodies)
def test_a_hostile_answer_gives_posts_at_clean_addresses_or_one_of_our_errors(
    site: PostSite, body: bytes
) -> None:
    with suppress(CrawlError):
        reading = SHAPES[site].read(body, AT)
        assert len(reading.older) <= 64
        for post in reading.posts:
            assert post.text
            assert clean_url(post.url) == post.url
            assert urlsplit(post.url).hostname
            assert post.published_at is None or post.published_at.tzinfo is not None


@pytest.mark.parametrize("site", list(PostSite))
def test_an_answer_without_end_is_cut(site: PostSite) -> None:
    rows = [status(n) for n in range(1000)]
    many = [bluesky_post(str(n)) for n in range(1000)]
    entries = [(f"a{n}abcdef", "Judul", "isi") for n in range(1000)]
    body = {
        PostSite.MASTODON: json.dumps(rows),
        PostSite.BLUESKY: json.dumps({"posts": many}),
        PostSite.YOUTUBE: youtube_feed(*entries),
        PostSite.REDDIT: reddit_feed(*entries),
    }[site]

    assert len(SHAPES[site].read(body.encode(), AT).posts) == 200
