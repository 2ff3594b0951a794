"""A public channel read again and again: views, edit marks, what is taken away, how far back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.run import SourceReport
from kentongan.domain import Item
from kentongan.store import Store, open_store
from tests.functional.again import make_due
from tests.functional.crawl_sites import Site, database_url, make_source, run_crawl, serve

PER_PAGE = 5
NOW = datetime.now(UTC)


@dataclass
class Post:
    text: str
    at: datetime
    views: str = "12"
    edited: bool = False


@dataclass
class Channel:
    """A channel on a loopback site, shown as its preview pages show it."""

    site: Site
    posts: dict[int, Post] = field(default_factory=dict)

    def write(self, number: int, text: str = "", hours_ago: float = 48.0) -> None:
        self.posts[number] = Post(
            text or f"Pengumuman pasar nomor {number}", NOW - timedelta(hours=hours_ago)
        )

    def publish(self) -> None:
        self.site.asked.clear()
        numbers = sorted(self.posts, reverse=True)
        for start in range(0, len(numbers), PER_PAGE):
            shown = sorted(numbers[start : start + PER_PAGE])
            query = f"?before={numbers[start - 1]}" if start else ""
            more = f'<a class="tme_messages_more" data-before="{shown[0]}"></a>'
            self.site.add(f"/s/pasar{query}", more + "".join(self._message(number) for number in shown))

    def _message(self, number: int) -> str:
        post = self.posts[number]
        edited = "edited&nbsp;&nbsp;" if post.edited else ""
        return f"""<div class="tgme_widget_message" data-post="pasar/{number}">
        <div class="tgme_widget_message_text">{post.text}</div>
        <span class="tgme_widget_message_views">{post.views}</span>
        <span class="tgme_widget_message_meta">{edited}<a class="tgme_widget_message_date"
        href="{self.site.url}/pasar/{number}"><time datetime="{post.at.isoformat()}">09:00</time></a></span></div>"""

    def pages(self) -> list[str]:
        return [path for path in self.site.paths() if path.startswith("/s/")]


@pytest.fixture
def channel() -> Iterator[Channel]:
    with serve() as site:
        yield Channel(site)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(database_url(tmp_path))
    yield opened
    opened.close()


def crawl(home: Path, channel: Channel) -> SourceReport:
    channel.publish()
    address = f"channel: {channel.site.url}/s/pasar"
    return run_crawl(home, make_source(channel.site.url, address, kind="public_channel")).sources[0]


def items(store: Store) -> dict[str, Item]:
    views = store.items.views(list(store.items.all_ids()))
    return {view.item.url.rpartition("/")[2]: view.item for view in views}


def test_views_and_edit_marks_are_read_and_an_edit_is_a_revision(
    channel: Channel, store: Store, tmp_path: Path
) -> None:
    for number in (1, 2, 3):
        channel.write(number)
    channel.posts[1].views, channel.posts[3].views = "1.5K", "1000"
    crawl(tmp_path, channel)
    first = items(store)
    channel.posts[2] = Post("Pengumuman pasar: ternyata batal", channel.posts[2].at, "2M", edited=True)
    channel.posts[3].views = "1001"
    report = crawl(tmp_path, channel)
    second = items(store)

    assert (first["1"].views, first["2"].views, first["2"].edited) == (1500, 12, False)
    assert (report.items, report.revised, report.unchanged) == (0, 1, 0), "one view more is no news"
    assert (second["2"].views, second["2"].edited, second["2"].revision) == (2_000_000, True, 2)


def test_a_post_that_is_missing_twice_between_its_neighbours_was_taken_away(
    channel: Channel, store: Store, tmp_path: Path
) -> None:
    for number in (1, 2, 4, 5):  # there never was a third
        channel.write(number)
    crawl(tmp_path, channel)
    del channel.posts[2]
    once = crawl(tmp_path, channel)
    make_due(store, hours=2)
    twice = crawl(tmp_path, channel)

    assert (once.gone, twice.gone) == (0, 1)
    assert [number for number, item in items(store).items() if item.gone_at] == ["2"]


def test_posts_that_moved_on_to_older_pages_were_not_taken_away(
    channel: Channel, store: Store, tmp_path: Path
) -> None:
    for number in range(1, 41):
        channel.write(number)
    crawl(tmp_path, channel)
    for number in range(41, 81):
        channel.write(number, hours_ago=1)
    for _ in range(2):
        make_due(store, hours=2)
        crawl(tmp_path, channel)

    assert not any(item.gone_at for item in items(store).values())


def test_a_quiet_channel_is_not_paged_back_again(channel: Channel, store: Store, tmp_path: Path) -> None:
    for number in range(1, 21):
        channel.write(number)
    crawl(tmp_path, channel)
    assert len(channel.pages()) == 3
    crawl(tmp_path, channel)
    assert len(channel.pages()) == 1


def test_a_channel_is_paged_back_to_where_the_last_whole_crawl_began(
    channel: Channel, store: Store, tmp_path: Path
) -> None:
    for number in range(1, 6):
        channel.write(number)
    crawl(tmp_path, channel)
    for number in range(6, 14):
        channel.write(number, hours_ago=-1)
    report = crawl(tmp_path, channel)

    assert report.items == 8
    assert len(items(store)) == 13
