"""The texts that calibration and measuring use: none of them is trained on.

Owns: which rows make which suite, and the halves: thresholds are chosen on one half of
each suite and every figure is taken on the other. Leaves scoring to `measure`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from zlib import crc32

from classifier.evaluate import LabelledText
from classifier.train.augment import has_label_words
from classifier.train.sets import Row, held_for_evaluation, read_rows
from kentongan.domain import Label, Stance

NARRATIVES, POSTS, NEWS, DEBUNKS, TRIGGERS, SAME_STYLE, GOLD = (
    "later_narratives",
    "ordinary_posts",
    "ordinary_news",
    "debunks",
    "trigger_news",
    "same_style",
    "gold",
)
_NOTHING = dict.fromkeys(Label, 0)


@dataclass(frozen=True, slots=True)
class Suites:
    """Texts by suite name; the label `hoax` of narratives is the fact-checker's, of gold the readers'."""

    texts: dict[str, list[LabelledText]]

    def half(self, name: str, number: int) -> list[LabelledText]:
        """Return half 0 (to choose on) or 1 (to report on) of a suite; it depends on ids only."""
        return [text for text in self.texts[name] if in_half(text.id, number)]


def in_half(text_id: str, number: int) -> bool:
    """Return whether this id falls into half 0 or 1."""
    return crc32(f"half {text_id}".encode()) % 2 == number


def read_suites(data_dir: Path, seed: int) -> Suites:
    """Return all suites. Raises TrainingDataMissing."""
    random = Random(seed)

    def rows(name: str, *splits: str) -> list[Row]:
        found = [r for r in read_rows(data_dir / f"{name}.jsonl.gz") if not splits or r.split in splits]
        random.shuffle(found)
        return found

    gold_ids = {row.id for row in rows("gold")}
    posts = [row for row in rows("posts", "dev") if row.id not in gold_ids]
    news = [row for row in rows("news", "dev") if row.dataset != "pratiwi_600"]
    headlines = rows("headlines", "dev")
    debunks = [row for row in rows("factcheck_articles") if held_for_evaluation(row)]
    same = [r for n in ("posts", "claims") for r in rows(n, "dev_same_style") if "hoax" in r.labels]
    narratives = [row for row in posts if row.labels.get("hoax") == 1]
    ordinary = [row for row in posts if not row.labels and not row.dataset.startswith(("satria", "tbh"))]
    reports = [row for row in (*news, *headlines) if has_label_words(row.text)]
    return Suites(
        {
            NARRATIVES: _weak(narratives, {Label.HOAX: 1}),
            POSTS: _weak(ordinary[:3000], _NOTHING),
            NEWS: _weak(news[:1000], _NOTHING, Stance.REPORTS),
            DEBUNKS: _weak(debunks[:800], _NOTHING, Stance.REPORTS),
            TRIGGERS: _weak(reports[:400], _NOTHING, Stance.REPORTS),
            SAME_STYLE: [_text(row, {Label.HOAX: row.labels["hoax"]}) for row in same],
            GOLD: [_text(row, {Label(k): v for k, v in row.labels.items()}) for row in rows("gold")],
        }
    )


def _weak(rows: Iterable[Row], labels: dict[Label, int], stance: Stance | None = None) -> list[LabelledText]:
    return [LabelledText(row.id, row.text, row.dataset, labels, stance) for row in rows]


def _text(row: Row, labels: dict[Label, int]) -> LabelledText:
    stance = Stance(row.stance) if row.stance in set(Stance) else None
    return LabelledText(row.id, row.text, row.dataset, labels, stance)


def all_texts(suites: Suites) -> Sequence[LabelledText]:
    """Return the texts of all suites, in fixed order."""
    return [text for name in sorted(suites.texts) for text in suites.texts[name]]
