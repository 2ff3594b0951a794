"""What pairs are fitted and measured on: posts, the claims checked of them, ordinary posts.

Owns: choosing rows of the training sets. A post with its claim is of one group; ordinary posts
stand for what no check ever looked into, which is most of what a city collects. Leaves the
features to `pairs`, fitting to `fit_pairs`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from classifier.train.mix import Mix
from classifier.train.sets import Row, read_rows

_LATEST_POSTS = 1_500
_ORDINARY = 1_500
_RARITY = {"claims": 100_000, "posts": 25_000, "news": 3_000}  # rows whose words are counted
_RARITY_CHARACTERS = 3_000


@dataclass(frozen=True, slots=True)
class Text:
    """A text and the group it belongs to; "" for an ordinary post."""

    text: str
    group: str


@dataclass(frozen=True, slots=True)
class PairData:
    claims: Sequence[Text]  # to fit on
    posts: Sequence[Text]
    later_claims: Sequence[Text]  # to measure on: nothing was fitted on their groups
    later_posts: Sequence[Text]
    worded: Sequence[str]  # texts whose words are counted


def read_pair_data(data_dir: Path, mix: Mix, seed: int) -> PairData:
    """Return the rows; raises TrainingDataMissing for a set that cannot be read."""
    random = Random(seed)  # noqa: S311 - drawing rows, not secrets
    claims = [row for row in read_rows(data_dir / mix.sets["claims"].path) if row.text.strip()]
    posts = [row for row in read_rows(data_dir / mix.sets["posts"].path) if row.text.strip()]
    later = _once(row for row in claims if row.split != "train" and row.group)
    earlier = _once(row for row in claims if row.split == "train" and row.group)
    known, new = {c.group for c in earlier}, {c.group for c in later}
    checked = [row for row in posts if row.split == "train" and row.group in known]
    latest = sorted(checked, key=lambda row: (row.date, row.id))[-_LATEST_POSTS:]
    ordinary = [row for row in posts if row.split == "train" and not _is_checked(row)]
    random.shuffle(ordinary)
    fitted = [*_once(latest), *(Text(row.text, "") for row in ordinary[:_ORDINARY])]
    return PairData(
        claims=earlier,
        posts=fitted,
        later_claims=later,
        later_posts=_once(row for row in posts if row.split == "dev" and row.group in new),
        worded=_worded(data_dir, mix, random, {"claims": claims, "posts": posts}),
    )


def _once(rows: Iterable[Row]) -> list[Text]:
    return list(dict.fromkeys(Text(row.text, row.group) for row in rows))


def _is_checked(row: Row) -> bool:
    return "hoax" in row.labels


def _worded(data_dir: Path, mix: Mix, random: Random, read: dict[str, list[Row]]) -> list[str]:
    found: list[str] = []
    for name, most in _RARITY.items():
        rows = read.get(name) or list(read_rows(data_dir / mix.sets[name].path))
        earlier = [row for row in rows if row.split == "train"]
        random.shuffle(earlier)
        found += [row.text[:_RARITY_CHARACTERS] for row in earlier[:most]]
    return found


def of_group(texts: Sequence[Text]) -> dict[str, list[int]]:
    """Return the positions of each group's texts; ordinary posts are of none."""
    found: dict[str, list[int]] = defaultdict(list)
    for at, text in enumerate(texts):
        if text.group:
            found[text.group].append(at)
    return found
