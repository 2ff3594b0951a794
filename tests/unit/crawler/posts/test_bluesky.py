"""Bluesky's search: what is read, what is withheld, and how far back the next question goes."""

import json
from datetime import UTC, datetime

import pytest

from crawler.errors import CrawlError
from crawler.posts.bluesky import page_url, read
from crawler.posts.reading import Reading
from tests.unit.crawler.posts.invented import bluesky_post

AT = "https://public.api.bsky.example"
LABEL = {"val": "!no-unauthenticated", "src": "did:plc:arunika"}


def reading(*posts: object) -> Reading:
    return read(json.dumps({"posts": posts, "cursor": "100"}).encode(), AT)


def test_the_newest_are_asked_for_and_older_ones_by_until() -> None:
    first = page_url(AT, "pasar arunika", "")

    assert first == f"{AT}/xrpc/app.bsky.feed.searchPosts?q=pasar+arunika&sort=latest&limit=100"
    assert page_url(AT, "a", "2025-11-03T02:00:00.001Z").endswith("&until=2025-11-03T02%3A00%3A00.001Z")


def test_a_post_has_an_address_by_number_and_a_handle_for_its_pseudonym_alone() -> None:
    [post] = reading(bluesky_post("3k")).posts

    assert post.url == "https://bsky.app/profile/did:plc:arunika/post/3k"
    assert post.text == "Kabar 3k dari Arunika"
    assert post.handle == "sari.bsky.example"
    assert post.published_at == datetime(2025, 11, 3, 2, tzinfo=UTC)
    assert post.language == "id"


def test_accounts_whose_handles_lead_nowhere_are_not_taken_for_one() -> None:
    [post] = reading(bluesky_post("3k", author={"handle": "handle.invalid"})).posts

    assert post.handle == "did:plc:arunika"


def test_a_shortened_link_is_written_out_where_it_stands() -> None:
    text = "Baca é kabar.example/b… lalu sebarkan"
    start = len("Baca é ".encode())
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://kabar.example/bukti"}
    facet = {
        "index": {"byteStart": start, "byteEnd": start + len("kabar.example/b…".encode())},
        "features": [link],
    }

    [post] = reading(bluesky_post("3k", record={"text": text, "facets": [facet]})).posts

    assert post.text == "Baca é https://kabar.example/bukti lalu sebarkan"


@pytest.mark.parametrize(
    "index",
    [
        {"byteStart": -5, "byteEnd": 2},
        {"byteStart": 4, "byteEnd": 9**20},
        {"byteStart": "0", "byteEnd": 3},
        None,
    ],
)
def test_a_link_at_an_impossible_place_changes_nothing(index: object) -> None:
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://kabar.example/"}
    facets = [{"index": index, "features": [link]}]

    [post] = reading(bluesky_post("3k", record={"facets": facets})).posts

    assert post.text == "Kabar 3k dari Arunika"


@pytest.mark.parametrize(
    "withheld",
    [
        bluesky_post("2", author={"labels": [LABEL]}),
        bluesky_post("2", labels=[LABEL]),
        bluesky_post("2", record={"labels": {"values": [LABEL]}}),
    ],
)
def test_whoever_asks_for_readers_with_accounts_only_is_counted_and_nowhere_kept(withheld: object) -> None:
    found = reading(bluesky_post("1"), withheld)

    assert [p.url[-1] for p in found.posts] == ["1"]
    assert found.withheld == 1
    assert found.kept is not None
    assert [p["uri"][-1] for p in json.loads(found.kept)["posts"]] == ["1"]


def test_the_next_question_goes_just_past_the_oldest_post_so_that_its_moment_is_not_lost() -> None:
    found = reading(bluesky_post("1"), bluesky_post("2", "2025-11-01T00:00:00.999Z"))

    assert found.older == "2025-11-01T00:00:01.000Z"


def test_a_post_dated_by_its_author_after_it_was_seen_counts_from_when_it_was_seen() -> None:
    dated = bluesky_post("1", record={"createdAt": "2025-12-24T00:00:00Z"})

    assert reading(dated).posts[0].published_at == datetime(2025, 11, 3, 2, tzinfo=UTC)


def test_a_post_we_do_not_understand_is_told_and_the_others_are_read() -> None:
    found = reading(bluesky_post("1"), bluesky_post("2", uri="at://did:plc:x/app.bsky.graph.follow/2"), 7)

    assert len(found.posts) == 1
    assert found.unread == 2


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'{"error":"x"}', b'{"posts":{}}'])
def test_an_error_page_is_an_error_and_not_an_empty_search(body: bytes) -> None:
    with pytest.raises(CrawlError, match="Bluesky"):
        read(body, AT)
