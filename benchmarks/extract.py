"""How well articles are read from Indonesian pages, beside trafilatura, readability, newspaper4k and goose3.

Run: `python -m benchmarks extract`. Two sets: the saved real pages of the development data, and the
invented pages of `tests/pages`, of which those called held out were written after the reading had been
mended by the others: at first sight mean F was 0.982, every title and day right and half of the
authors; then the reading was mended by them too, in general ways only. Body: mean F1 of the words, as
often as each stands there. Title: equal but for spaces. Day: of publication, in the zone of the page; a
page that tells none is right with none. Author: equal, where the gold names one. Every reader gets the
bytes (or where it takes none, the text), the URL and, where it asks, the language; none may connect.
"""

import json
import logging
import os
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NoReturn

import lxml.html
from trafilatura import bare_extraction

from crawler.extract import extract_page
from crawler.page import block_text, flat
from kentongan.settings import PROJECT_ROOT
from tests.invented_pages import InventedPage, day_in, read_invented_pages, word_f

REAL_ZONE = "Asia/Jakarta"  # of all four outlets


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader says of a page; the text alone and a title from one that knows no more."""

    text: str
    title: str
    day: date | None = None
    author: str = ""
    tells_all: bool = True


Reader = Callable[[InventedPage], Reading]


def main() -> dict[str, Any]:
    """Return for each set and reader what it got right, and print it."""
    now = datetime.now(UTC)
    logging.disable(logging.ERROR)  # the peers tell of every page they cannot read
    readers = _installed(now)
    result: dict[str, Any] = {}
    invented = read_invented_pages(now)
    sets = {
        "real": _real_pages(),
        "invented": [page for page in invented if not page.held_out],
        "invented, held out": [page for page in invented if page.held_out],
    }
    for name, pages in sets.items():
        if not pages:
            print(
                f"{name}: skipped, no development data: set KENTONGAN_SHARED to the folder that holds data/"
            )
            continue
        print(f"{name}, {len(pages)} pages")
        result[name] = {reader: _score(read, pages) for reader, read in readers.items()}
        for reader, score in result[name].items():
            print(f"  {reader:32}", ", ".join(f"{what} {figure}" for what, figure in score.items()))
    logging.disable(logging.NOTSET)
    return result


def _installed(now: datetime) -> dict[str, Reader]:
    def ours(page: InventedPage) -> Reading:
        found = extract_page(page.html, page.url, time_zone=page.time_zone, now=now)
        return Reading(found.text, found.title, day_in(found.published_at, page.time_zone), found.author)

    readers: dict[str, Reader] = {"kentongan": ours}
    peers: dict[str, Callable[[], Reader]] = {
        "trafilatura": lambda: _trafilatura,
        "readability-lxml": _readability,
        "newspaper4k": _newspaper,
        "goose3": _goose,
    }
    for package, make in peers.items():
        try:
            readers[f"{package} {version(package)}"] = make()
        except (PackageNotFoundError, ImportError) as exc:
            print(f"{package}: not measured, not installed ({exc})")
    return readers


def _score(read: Reader, pages: Sequence[InventedPage]) -> dict[str, Any]:
    words, titles, days, authors, seconds = [], 0, 0, 0, 0.0
    signed = [page for page in pages if page.author]
    answers = []
    for page in pages:
        began = time.process_time()
        with _offline():
            answers.append(_careful(read, page))
        seconds += time.process_time() - began
    for page, answer in zip(pages, answers, strict=True):
        words.append(word_f(answer.text, page.body))
        titles += flat(answer.title) == flat(page.title)
        days += answer.day == page.day
        authors += bool(page.author) and flat(answer.author).casefold() == page.author.casefold()
    score: dict[str, Any] = {
        "mean word F": round(sum(words) / len(words), 4),
        "least F": round(min(words), 3),
        "titles": round(titles / len(pages), 3),
    }
    if all(answer.tells_all for answer in answers):
        score["days"] = round(days / len(pages), 3)
        if signed:
            score["authors"] = round(authors / len(signed), 3)
    return {**score, "ms a page": round(1000 * seconds / len(pages), 1)}


def _careful(read: Reader, page: InventedPage) -> Reading:
    """Return what was read; a reader that fails on a page has read nothing from it."""
    try:
        return read(page)
    except ConnectionRefusedError:
        raise
    except Exception as exc:  # noqa: BLE001 - peers raise whatever they like
        print(f"  {page.name}: {type(exc).__name__}: {exc}"[:120])
        return Reading("", "")


@contextmanager
def _offline() -> Iterator[None]:
    """Within, no connection can be opened: what is measured is reading, not fetching."""

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise ConnectionRefusedError("a reader tried to open a connection")

    kept = socket.socket.connect, socket.getaddrinfo
    socket.socket.connect, socket.getaddrinfo = refuse, refuse  # type: ignore[method-assign]
    try:
        yield
    finally:
        socket.socket.connect, socket.getaddrinfo = kept  # type: ignore[method-assign]


def _trafilatura(page: InventedPage) -> Reading:
    found: Any = bare_extraction(page.html, url=page.url, include_comments=False, with_metadata=True)
    if found is None:
        return Reading("", "")
    return Reading(found.text or "", found.title or "", _iso_day(found.date), found.author or "")


def _readability() -> Reader:
    from readability import Document  # type: ignore[import-untyped]

    def read(page: InventedPage) -> Reading:
        document = Document(page.html.decode(_charset(page), "replace"), url=page.url)
        text = block_text(lxml.html.fromstring(document.summary()))
        return Reading(text, document.short_title(), tells_all=False)

    return read


def _newspaper() -> Reader:
    import newspaper  # type: ignore[import-untyped]

    def read(page: InventedPage) -> Reading:
        article = newspaper.Article(page.url, language="id", fetch_images=False)
        article.download(input_html=page.html.decode(_charset(page), "replace"))
        article.parse()
        told = article.publish_date
        day = day_in(told, page.time_zone) if isinstance(told, datetime) else None
        return Reading(article.text, article.title, day, ", ".join(article.authors))

    return read


def _goose() -> Reader:
    from goose3 import Configuration, Goose  # type: ignore[import-untyped]

    config = Configuration()
    config.enable_image_fetching, config.use_meta_language, config.target_language = False, False, "id"

    def read(page: InventedPage) -> Reading:
        article = Goose(config).extract(raw_html=page.html.decode(_charset(page), "replace"))
        told = article.publish_datetime_utc
        day = day_in(told, page.time_zone) if told else _iso_day(article.publish_date)
        return Reading(article.cleaned_text, article.title, day, ", ".join(article.authors))

    return read


def _charset(page: InventedPage) -> str:
    """Return what the page is written in, for the readers that take no bytes."""
    try:
        page.html.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _iso_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def _real_pages() -> list[InventedPage]:
    """Return the saved pages that have gold; none without the development data."""
    root = Path(os.environ.get("KENTONGAN_SHARED") or PROJECT_ROOT.parent / "shared")
    folder = root / "data" / "html" / "articles_2015_17"
    if not folder.is_dir():
        return []
    gold: dict[str, dict[str, Any]] = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    return [
        InventedPage(
            name, said["url"], (folder / name).read_bytes(), REAL_ZONE, said["title"],
            day_in(datetime.fromtimestamp(said["date"] / 1000, UTC), REAL_ZONE),
            said["content"], "", "", False,
        )
        for name, said in gold.items()
        if "title" in said
    ]  # fmt: skip
