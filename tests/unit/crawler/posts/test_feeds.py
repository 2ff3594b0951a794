"""YouTube's and Reddit's feeds: titles and texts, addresses of the site's own, and no people."""

from datetime import UTC, datetime

import pytest

from crawler.errors import CrawlError
from crawler.posts import reddit, youtube
from crawler.posts.reading import Post
from tests.unit.crawler.posts.invented import reddit_feed, youtube_feed

REDDIT, YOUTUBE = "https://www.reddit.com", "https://www.youtube.com"


def reddit_post(title: str, content: str) -> Post:
    [post] = reddit.read(reddit_feed(("1abc", title, content)).encode(), REDDIT).posts
    return post


def test_a_video_is_its_title_and_its_description_at_the_sites_own_address() -> None:
    body = youtube_feed(("arunika0001", "Pasar & jalan", "Baris satu\nBagikan ke semua"))

    [post] = youtube.read(body.encode(), YOUTUBE).posts

    assert (post.title, post.text) == ("Pasar & jalan", "Baris satu\nBagikan ke semua")
    assert post.url == "https://www.youtube.com/watch?v=arunika0001"
    assert post.handle == "UCarunika"
    assert post.published_at == datetime(2025, 11, 3, 2, tzinfo=UTC)


def test_a_video_without_description_is_its_title_said_once() -> None:
    [post] = youtube.read(youtube_feed(("arunika0001", "Pasar", "")).encode(), YOUTUBE).posts

    assert (post.title, post.text) == ("", "Pasar")


def test_a_video_without_id_is_told_and_the_others_are_read() -> None:
    body = youtube_feed(("", "Tanpa nomor", "x"), ("arunika0001", "Pasar", "x"), ("../../x", "Jahat", "x"))

    found = youtube.read(body.encode(), YOUTUBE)

    assert len(found.posts) == 1
    assert found.unread == 2


def test_a_post_is_its_title_and_text_without_the_line_that_names_its_author() -> None:
    post = reddit_post(
        "Pasar ditutup?", '<!-- SC_OFF --><div class="md"><p>Benarkah?</p><p>Kata tetangga.</p></div>'
    )

    assert (post.title, post.text) == ("Pasar ditutup?", "Benarkah?\nKata tetangga.")
    assert post.url == "https://www.reddit.com/r/arunika/comments/1abc/judul_pos/"
    assert post.handle == "u/sari_w"
    assert post.published_at == datetime(2025, 11, 3, 2, tzinfo=UTC)


def test_a_post_that_passes_an_address_on_keeps_the_address() -> None:
    post = reddit_post("Lihat", '<span><a href="https://kabar.example/a?utm_source=x">[link]</a></span>')

    assert (post.title, post.text) == ("Lihat", "https://kabar.example/a")


def test_a_post_that_links_to_itself_is_its_title_alone() -> None:
    own = f'<span><a href="{REDDIT}/r/arunika/comments/1abc/judul_pos/">[link]</a></span>'

    assert (reddit_post("Apa kabar", own).title, reddit_post("Apa kabar", own).text) == ("", "Apa kabar")


def test_people_named_in_the_sites_own_way_are_masked() -> None:
    post = reddit_post("Kata u/budi_s", '<div class="md"><p>Tanya /u/budi_s, menu/utama</p></div>')

    assert (post.title, post.text) == ("Kata @USER", "Tanya @USER, menu/utama")


def test_a_page_about_a_person_is_no_post() -> None:
    body = reddit_feed(("1abc", "Profil", "x")).replace("/r/arunika/comments/1abc/judul_pos/", "/user/sari_w")

    found = reddit.read(body.encode(), REDDIT)

    assert (found.posts, found.unread) == ((), 1)


def test_a_post_stays_on_the_site_whatever_address_it_tells() -> None:
    body = reddit_feed(("1abc", "Pasar", "x"), site="https://jahat.example")

    assert reddit.read(body.encode(), REDDIT).posts[0].url.startswith("https://www.reddit.com/r/arunika/")


@pytest.mark.parametrize("read", [reddit.read, youtube.read])
@pytest.mark.parametrize("body", [b"", b"<html><body>Maaf</body></html>", b"{}", b"<rss/>", b"\xff\xfe\x00"])
def test_an_error_page_in_place_of_a_feed_is_an_error(read: type, body: bytes) -> None:
    with pytest.raises(CrawlError, match="not a feed"):
        read(body, "https://a.example")


def test_entities_of_a_feed_are_not_expanded() -> None:
    bomb = '<!DOCTYPE f [<!ENTITY a "haha"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    body = youtube_feed(("arunika0001", "Judul", "x")).replace("<title>Judul", "<title>Judul &b;&f;")
    body = body.replace("?>", f"?>{bomb}", 1)

    texts = [p.title + p.text for p in youtube.read(body.encode(), YOUTUBE).posts]

    assert not any("haha" in t or "root:" in t for t in texts)
