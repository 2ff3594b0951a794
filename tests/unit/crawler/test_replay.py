"""What is read again from kept responses of each kind."""

import json

import pytest

from crawler.errors import CrawlError
from crawler.replay import Replayed, replay
from crawler.warc import make_response
from tests.functional.crawl_sites import article, prose
from tests.unit.crawler.posts.invented import status

HOST = "https://kabar.example"


def read(payload: str | bytes, url: str, item_url: str = "", kind: str = "text/html") -> Replayed:
    raw = payload.encode() if isinstance(payload, str) else payload
    response = make_response(200, {"Content-Type": [kind]}, raw)
    return replay(response, url, item_url=item_url or url, time_zone="Asia/Jakarta")


def test_a_page_gives_its_article_as_plain_text() -> None:
    body = prose("pasar") + "<script>alert(1)</script><p>Hubungi <b>0812-3456-7890</b></p>"
    found = read(article("Pasar Arunika Dibuka Kembali", body), f"{HOST}/a")

    assert found.title == "Pasar Arunika Dibuka Kembali"
    assert "Warga Sawah Luhur membahas pasar" in found.text
    assert "Hubungi NOMOR" in found.text
    assert not any(word in found.text for word in ("<", "alert", "casino", "0812"))


def test_the_encoding_is_the_one_that_was_declared() -> None:
    page = article("Kafé di Arunika Dibuka", prose("kafé")).replace('<meta charset="utf-8">', "")
    found = read(page.encode("latin-1"), f"{HOST}/a", kind="text/html; charset=iso-8859-1")
    assert "membahas kafé" in found.text


def test_a_feed_gives_the_entry_of_the_item() -> None:
    rows = "".join(
        f"<item><title>Judul {n}</title><link>{HOST}/{n}?utm_source=rss</link>"
        f"<description>&lt;p&gt;Ringkasan {n}&lt;/p&gt;</description></item>"
        for n in range(3)
    )
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Kabar</title>{rows}</channel></rss>'
    assert read(feed, f"{HOST}/rss", f"{HOST}/1", "text/xml") == Replayed("Judul 1", "Ringkasan 1")


def test_a_wordpress_answer_gives_the_post_of_the_item() -> None:
    posts = [
        {
            "link": f"{HOST}/{n}/",
            "title": {"rendered": f"Judul {n}"},
            "content": {"rendered": f"<p>Isi {n}</p>"},
        }
        for n in range(3)
    ]
    url = f"{HOST}/wp-json/wp/v2/posts?page=1"
    assert read(json.dumps(posts), url, f"{HOST}/2/", "application/json") == Replayed("Judul 2", "Isi 2")


@pytest.mark.parametrize("address", [f"{HOST}/kanal/2", "https://lain.example/2"])
def test_a_channel_page_gives_the_one_post(address: str) -> None:
    posts = "".join(
        f'<div class="tgme_widget_message" data-post="kanal/{n}">'
        f'<div class="tgme_widget_message_text">Sebarkan {n}<br>hubungi @admin_{n}</div>'
        f'<a class="tgme_widget_message_date" href="https://lain.example/{n}"></a></div>'
        for n in range(4)
    )
    found = read(f"<html><body>{posts}</body></html>", f"{HOST}/s/kanal", address)
    assert found == Replayed("", "Sebarkan 2\nhubungi @USER")


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (b"", "text/html"),
        (b"\x00\x01\x02" * 50, "text/html"),
        (b"<html></html>", "text/html"),
        (b"[]", "application/json"),
        (b'{"posts": [{"text": "Pasar ditutup"}]}', "application/json; charset=utf-8"),
    ],
)
def test_what_holds_no_text_of_the_item_is_said_to(payload: bytes, kind: str) -> None:
    with pytest.raises(CrawlError):
        read(payload, f"{HOST}/a", kind=kind)


def test_an_answer_of_a_site_of_public_posts_gives_the_post() -> None:
    url = "https://sosial.example/api/v1/timelines/tag/arunika?limit=40"
    told = [status(2, content="<p>Lain</p>"), status(7, content="<p>Hubungi 0812-3456-7890 soal pasar</p>")]
    found = read(json.dumps(told), url, "https://sosial.example/@sari/7", "application/json")
    assert found == Replayed("", "Hubungi NOMOR soal pasar")
    with pytest.raises(CrawlError):
        read(json.dumps(told), url, "https://sosial.example/@sari/8", "application/json")
