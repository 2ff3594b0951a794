"""Answers that break HTTP: each is a row or a sane item, and the site's good page is kept."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import brotli  # type: ignore[import-untyped]
import pytest
from backports import zstd

from tests.security.raw_sites import (
    GOOD,
    GOOD_TITLE,
    MOST_SENT,
    Outcome,
    RawSite,
    Say,
    crawl_and_weigh,
    index_of,
    plain,
    raw_site,
)

BOMB = b"<p>" + b"a" * 30_000_000
MOST_MEBIBYTES = 400  # of the whole process, that reads every site below at once
PIECE = b"<p>" + b"a" * 65_533
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def once(raw: bytes) -> Say:
    return lambda send: send(raw)


def forever(head: bytes, piece: bytes) -> Say:
    def say(send: Callable[[bytes], None]) -> None:
        send(head)
        while True:
            send(piece)

    return say


WITHOUT_END: dict[str, Say] = {
    "chunks": forever(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n%s\r\n" % PIECE),
    "body": forever(HEAD + b"\r\n", PIECE),
    "length": forever(HEAD + b"Content-Length: 9999999999999\r\n\r\n", PIECE),
    "headers": forever(HEAD, b"X-Isi: %s\r\n" % (b"a" * 8000)),
    "header": forever(HEAD + b"X-Isi: ", b"a" * 65536),
    "continues": forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 2000),
    "hints": forever(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 1000),
    "status": forever(b"HTTP/1.1 200 ", b"a" * 65536),
    "chunk-extension": forever(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5;", b"a" * 65536),
    "trailers": forever(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhalo!\r\n0\r\n", b"X-Isi: %s\r\n" % (b"a" * 8000)
    ),
}
BROKEN: dict[str, Say] = {
    "long-length": once(HEAD + b"Content-Length: 100000\r\n\r\n" + GOOD),
    "short-length": once(HEAD + b"Content-Length: 20\r\n\r\n" + GOOD),
    "negative-length": once(HEAD + b"Content-Length: -5\r\n\r\n" + GOOD),
    "word-length": once(HEAD + b"Content-Length: banyak\r\n\r\n" + GOOD),
    "two-lengths": once(HEAD + b"Content-Length: 5\r\nContent-Length: 50\r\n\r\n" + GOOD),
    "endless-digits": once(HEAD + b"Content-Length: " + b"9" * 6000 + b"\r\n\r\n" + GOOD),
    "negative-chunk": once(HEAD + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n" + GOOD),
    "huge-chunk": once(HEAD + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n" + GOOD),
    "word-chunk": once(HEAD + b"Transfer-Encoding: chunked\r\n\r\nbanyak\r\n" + GOOD),
    "no-status": once(b"<html>halo</html>"),
    "strange-status": once(plain(GOOD, status=b"999 Aneh")),
    "negative-status": once(plain(GOOD, status=b"-200 Aneh")),
    "nothing": once(b""),
    "noise": once(bytes(range(256)) * 100),
    "long-header": once(HEAD + b"X-Isi: " + b"a" * 65536 + b"\r\n\r\n" + GOOD),
    "ten-thousand-headers": once(plain(GOOD, *(b"X-%d: %d" % (n, n) for n in range(10_000)))),
    "ten-thousand-cookies": once(plain(GOOD, *(b"Set-Cookie: a%d=b" % n for n in range(10_000)))),
    "bytes-for-a-header": once(plain(GOOD, b"\xff\xc3: a")),
    "tls": once(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 600),
}
SOUND: dict[str, Say] = {
    "garbage-behind": once(
        plain(GOOD) + b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhalo!" + b"\xff" * 9000
    ),
    "many-headers": once(plain(GOOD, *(b"X-%d: %d" % (n, n) for n in range(1000)))),
    "many-cookies": once(plain(GOOD, *(b"Set-Cookie: a%d=%s" % (n, b"b" * 900) for n in range(200)))),
    "bytes-in-headers": once(
        plain(
            GOOD, b"X-Isi: \xff\xfe\x01\xed\xa0\x80", b"X-R: a\rSet-Cookie: b=c", b"X-%s: 1" % (b"a" * 9000)
        )
    ),
    "no-coding": once(plain(GOOD, b"Content-Encoding: rahasia")),
    "folded-header": once(plain(GOOD, b"X-Isi: a", b" lanjutan", b"\tlagi")),
    "strange-kind": once(plain(GOOD, kind=b'text/html; charset="\xff\x00utf-9"; charset=;;;=')),
    "strange-stamps": once(
        plain(GOOD, b'ETag: "\xff\x00"', b"Last-Modified: kapan-kapan", b"Date: -1", b"Retry-After: -9e999")
    ),
}


CODED: dict[str, Say] = {
    name: once(plain(body, b"Content-Encoding: " + coding))
    for name, coding, body in (
        ("gzip-bomb", b"gzip", gzip.compress(BOMB)),
        ("deflate-bomb", b"deflate", zlib.compress(BOMB)),
        ("brotli-bomb", b"br", brotli.compress(BOMB, quality=1)),
        ("zstd-bomb", b"zstd", zstd.compress(BOMB)),
        ("two-bombs", b"gzip, gzip", gzip.compress(gzip.compress(BOMB))),
        ("thousand-layers", b", ".join([b"gzip"] * 1000), gzip.compress(GOOD)),
        ("no-gzip", b"gzip", b"bukan gzip"),
        ("no-zstd", b"zstd", b"bukan zstd"),
        ("no-brotli", b"br", b"bukan brotli"),
    )
}
ROBOTS: dict[str, Say] = {
    "robots-bomb": once(plain(gzip.compress(BOMB), b"Content-Encoding: gzip", kind=b"text/plain")),
    "robots-without-end": forever(HEAD + b"\r\n", b"Disallow: /x\n" * 5000),
}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Outcome, dict[str, RawSite]]]:
    with ExitStack() as stack:
        says = {**WITHOUT_END, **BROKEN, **CODED, **SOUND}
        sites = {name: stack.enter_context(raw_site(say)) for name, say in says.items()}
        sites |= {
            name: stack.enter_context(raw_site(once(b""), robots=robots)) for name, robots in ROBOTS.items()
        }
        sources = [index_of(site.url, name) for name, site in sites.items()]
        scrapy: dict[str, object] = {"RETRY_TIMES": 0}
        yield crawl_and_weigh(tmp_path_factory.mktemp("raw"), *sources, scrapy=scrapy), sites


@pytest.mark.parametrize("name", [*WITHOUT_END, *BROKEN, *CODED])
def test_an_answer_that_is_none_is_a_row_and_the_next_page_is_kept(
    crawled: tuple[Outcome, dict[str, RawSite]], name: str
) -> None:
    outcome, _ = crawled

    assert outcome.titles[name] == [GOOD_TITLE]
    assert any("/jahat" in row for row in outcome.errors[name])


@pytest.mark.parametrize("name", SOUND)
def test_what_stands_around_a_sound_answer_does_no_harm(
    crawled: tuple[Outcome, dict[str, RawSite]], name: str
) -> None:
    outcome, _ = crawled

    assert outcome.titles[name] == [GOOD_TITLE] * 2


@pytest.mark.parametrize("name", ROBOTS)
def test_a_robots_txt_that_cannot_be_read_whole_forbids_all(
    crawled: tuple[Outcome, dict[str, RawSite]], name: str
) -> None:
    outcome, _ = crawled

    assert outcome.titles[name] == []
    assert any("robots.txt unreachable" in row for row in outcome.errors[name])


def test_answers_without_end_are_cut_off_and_never_held(crawled: tuple[Outcome, dict[str, RawSite]]) -> None:
    outcome, sites = crawled

    assert max(sum(sites[name].sent) for name in (*WITHOUT_END, "robots-without-end")) < MOST_SENT
    assert outcome.mebibytes < MOST_MEBIBYTES
    assert not outcome.report.stopped
