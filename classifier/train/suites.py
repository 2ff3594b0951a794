"""The texts that calibration and measuring use: none of them is trained on.

Owns: which rows make which suite, and the halves: thresholds are chosen on the calibration
texts and on one half of each quiet suite, and every figure is taken on gold and on the
other halves. Leaves scoring to `measure`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from zlib import crc32

from classifier.evaluate import LabelledText
from classifier.train.augment import has_label_words
from classifier.train.mix import Mix
from classifier.train.sets import Row, held_for_evaluation, read_rows, with_readings
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
CALIBRATION = "calibration"  # read by this project like gold; decides scaling and thresholds
HATE = "hate_tweets"  # of Ibrohim & Budi 2019, held out; the answer is `hate_speech`
_NOTHING = dict.fromkeys(Label, 0)


@dataclass(frozen=True, slots=True)
class Suites:
    """Texts by suite name; the label `hoax` of narratives is the fact-checker's, of gold the readers'.

    `hate` holds what the set says of each tweet of the suite HATE, by id.
    """

    texts: dict[str, list[LabelledText]]
    hate: dict[str, int]

    def half(self, name: str, number: int) -> list[LabelledText]:
        """Return half 0 (to choose on) or 1 (to report on) of a suite; it depends on ids only."""
        return [text for text in self.texts[name] if in_half(text.id, number)]


def in_half(text_id: str, number: int) -> bool:
    """Return whether this id falls into half 0 or 1."""
    return crc32(f"half {text_id}".encode()) % 2 == number


def read_suites(data_dir: Path, mix: Mix, seed: int) -> Suites:
    """Return all suites. Raises TrainingDataMissing."""
    random = Random(seed)

    def rows(name: str, *splits: str) -> list[Row]:
        found = [r for r in read_rows(data_dir / mix.sets[name].path) if not splits or r.split in splits]
        random.shuffle(found)
        return found

    everything = (row for known in mix.sets.values() if known.role != "gold" for row in rows(known.name))
    calibrating = list(with_readings(everything, mix.calibration))
    gold_ids = {row.id for row in rows("gold")}
    posts = [row for row in rows("posts", "dev") if row.id not in gold_ids]
    news = [row for row in rows("news", "dev") if row.dataset != "pratiwi_600"]
    headlines = rows("headlines", "dev")
    debunks = [row for row in rows("factcheck_articles") if held_for_evaluation(row)]
    same = [r for n in ("posts", "claims") for r in rows(n, "dev_same_style") if "hoax" in r.labels]
    narratives = [row for row in posts if row.labels.get("hoax") == 1]
    ordinary = [row for row in posts if not row.labels and not row.dataset.startswith(("satria", "tbh"))]
    tweets = [row for row in posts if "hate_speech" in row.labels]
    reports = [row for row in (*news, *headlines) if has_label_words(row.text)]
    return Suites(
        {
            NARRATIVES: _weak(narratives, {Label.HOAX: 1}),
            POSTS: _weak(ordinary[:3000], _NOTHING),
            NEWS: _weak(news[:700], _NOTHING, Stance.REPORTS),
            DEBUNKS: _weak(debunks[:400], _NOTHING, Stance.REPORTS),
            TRIGGERS: _weak(reports[:400], _NOTHING, Stance.REPORTS),
            SAME_STYLE: [_text(row, {Label.HOAX: row.labels["hoax"]}) for row in same],
            GOLD: [_text(row, {Label(k): v for k, v in row.labels.items()}) for row in rows("gold")],
            CALIBRATION: [_text(row, {Label(k): v for k, v in row.labels.items()}) for row in calibrating],
            HATE: _weak(tweets, {}),
        },
        {row.id: row.labels["hate_speech"] for row in tweets},
    )


def _weak(rows: Iterable[Row], labels: dict[Label, int], stance: Stance | None = None) -> list[LabelledText]:
    return [LabelledText(row.id, row.text, row.dataset, labels, stance) for row in rows]


def _text(row: Row, labels: dict[Label, int]) -> LabelledText:
    stance = Stance(row.stance) if row.stance in set(Stance) else None
    return LabelledText(row.id, row.text, row.dataset, labels, stance)
