"""Posts from the exports of other people's tools into the record.

The whole file is read and checked first: a row that is not of the tool's form leaves the record as it
was. Then it is read again and kept, so that of a file of any size only a batch is in memory, and
some 200 bytes a post: which row of it counts. Importing the same file again changes nothing.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kentongan.domain import NewItem, Platform
from kentongan.errors import BadInput
from kentongan.store import Store
from kentongan.text import clean
from pipeline.exports.addresses import telegram_channel
from pipeline.exports.post import Passed, Post
from pipeline.exports.registry import Asked, ExportName, read_export
from pipeline.importing import BATCH, add_sources, make_item


@dataclass(frozen=True, slots=True)
class ExportImport:
    """What became of an export's rows."""

    export: ExportName
    created: int
    revised: int
    unchanged: int
    repeated: int  # rows of a post that another row of the file tells later, or passes on
    passed_over: Mapping[str, int]  # rows that are no post to keep, by reason, the commonest first
    new_sources: tuple[str, ...]
    authors_dropped: int  # posts whose author could not be pseudonymised: no key is set


def import_export(
    store: Store,
    path: Path,
    name: ExportName,
    *,
    url: str,
    region: str,
    time_zone: str,
    pseudonym_key: str | None,
) -> ExportImport:
    """Put the posts of an export into the record and return what became of its rows.

    Of the rows of one post the last edit is kept. `url` is the public address of the one channel
    that a Telegram file holds, '' where it has none. Raises BadInput and FormatError before
    anything is kept, given that nobody writes to the file meanwhile.
    """
    asked = Asked(_channel(url, name), ZoneInfo(time_zone))
    if path.exists() and not path.is_file():
        raise BadInput(f"{path}: not a file, which has to be read twice")
    plan = _plan(path, name, asked)
    wanted = dict.fromkeys(sorted(plan.sources), Platform.POST)
    new_sources = add_sources(store, wanted, region=region, time_zone=time_zone)
    outcomes: Counter[str] = Counter()
    for batch in _batches(_chosen(path, name, asked, plan)):
        items: list[tuple[NewItem, dict[str, Any]]] = []
        for post in batch:
            item = make_item(post.record, pseudonym_key)
            outcomes["dropped"] += bool(post.record.author) and not item.author
            items.append((item, {}))
        for saved in store.collector.save_items(items):
            outcomes["created" if saved.created else "revised" if saved.revised else "unchanged"] += 1
    kept = outcomes["created"] + outcomes["revised"] + outcomes["unchanged"]
    return ExportImport(
        export=name,
        created=outcomes["created"],
        revised=outcomes["revised"],
        unchanged=outcomes["unchanged"],
        repeated=plan.posts - kept,
        passed_over={reason.value: count for reason, count in plan.passed.most_common()},
        new_sources=new_sources,
        authors_dropped=outcomes["dropped"],
    )


@dataclass(slots=True)
class _Plan:
    """Which row of the file counts for each post. Keys are 64-bit hashes: a million have no twin."""

    posts: int = 0
    passed: Counter[Passed] = field(default_factory=Counter)
    sources: set[str] = field(default_factory=set)
    rows: dict[int, int] = field(default_factory=dict)  # of a post's identity: its row
    versions: dict[int, int] = field(default_factory=dict)  # of an identity; silent where it is 0
    said: set[int] = field(default_factory=set)  # what the posts say that are nobody else's


def _plan(path: Path, name: ExportName, asked: Asked) -> _Plan:
    """Read the whole file, and raise for the first row that is not of the export's form."""
    plan = _Plan()
    for reading in read_export(path, name, asked):
        if isinstance(reading, Passed):
            plan.passed[reading] += 1
            continue
        plan.sources.add(reading.record.source)
        if reading.passed_on:
            plan.rows.setdefault(_words_key(reading), plan.posts)
        else:
            plan.said.add(_words_key(reading))
            key = _identity_key(reading)
            if reading.version >= plan.versions.get(key, 0):
                plan.rows[key] = plan.posts
                if reading.version:
                    plan.versions[key] = reading.version
        plan.posts += 1
    return plan


def _chosen(path: Path, name: ExportName, asked: Asked, plan: _Plan) -> Iterator[Post]:
    """Yield the posts that count: of each its last edit, and passed-on words that no post itself says."""
    row = 0
    for reading in read_export(path, name, asked):
        if isinstance(reading, Passed):
            continue
        key = _words_key(reading) if reading.passed_on else _identity_key(reading)
        if plan.rows.get(key) == row and not (reading.passed_on and key in plan.said):
            yield reading
        row += 1


def _identity_key(post: Post) -> int:
    """Return the hash of what the record will know the post by."""
    record = post.record
    if record.url:
        return _hash("url", record.url)
    return _hash("id", record.source, record.id) if record.id else _words_key(post)


def _words_key(post: Post) -> int:
    return _hash("said", post.record.source, clean(post.record.title), clean(post.record.text))


def _hash(*parts: str) -> int:
    digest = blake2b("\0".join(parts).encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def _batches(posts: Iterator[Post]) -> Iterator[list[Post]]:
    batch: list[Post] = []
    for post in posts:
        batch.append(post)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _channel(url: str, name: ExportName) -> str:
    if not url:
        return ""
    if name is not ExportName.TELEGRAM:
        raise BadInput(f"--url: not with --export {name}: its posts have addresses of their own")
    channel = telegram_channel(url)
    if not channel:
        raise BadInput(f"--url: {url[:100]!r} is no public channel's address, as https://t.me/name is")
    return channel
