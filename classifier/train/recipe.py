"""Which texts teach what, and how many of each.

Owns: the portions of the training mix, as one table of passes. Leaves reading to `sets`
and changing texts to `augment`. Weak labels have low weight; what a set does not know is
masked, so that no head is taught a guess.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random

from classifier.errors import TrainingDataMissing
from classifier.network import TASKS
from classifier.train.augment import has_checker_words, has_label_words, without_checker_words
from classifier.train.sets import KeptOut, Row, held_for_evaluation, read_rows
from classifier.windows import cut_windows

_DEBUNK = re.compile(
    r"faktanya|penelusuran|klaim|keliru|tidak benar|dilansir|cek fakta|hoaks|bantah|menyesatkan", re.I
)
_ASSERTS: dict[str, float] = {"asserts": 1}
_NOTHING: dict[str, float] = {"hoax": 0, "black_campaign": 0, "identity_politics": 0}
_REPORTS: dict[str, float] = {**_NOTHING, "asserts": 0}
_EVERYDAY = frozenset({"indolem_tweets", "indonlu_smsa", "indonlu_emot", "idsa_ridife", "nusax_ind"})
_CONFIDENCE_WEIGHT = {1: 0.4, 2: 0.8, 3: 1.0}


@dataclass(frozen=True, slots=True)
class Example:
    """One window of text and what it teaches: a target in [0, 1] per task, or None where unknown."""

    text: str
    targets: tuple[float | None, ...]
    weight: float
    origin: str
    swap: bool = True  # whether names may be exchanged


@dataclass(frozen=True, slots=True)
class Pair:
    """A post and the claim that a fact-check made of it."""

    post: str
    claim: str


def targets(**known: float) -> tuple[float | None, ...]:
    """Return the target of each task, None where nothing is known."""
    return tuple(known.get(task) for task in TASKS)


def build_examples(
    data_dir: Path, cases: Path, kept_out: KeptOut, seed: int, scale: float = 1.0
) -> list[Example]:
    """Return all training passes in random order; `scale` shrinks every portion alike."""
    random = Random(seed)

    def take(rows: list[Example], quota: int) -> list[Example]:
        return random.sample(rows, min(len(rows), max(1, int(quota * scale))))

    def read(name: str, split: str) -> Iterable[Row]:
        rows = read_rows(data_dir / f"{name}.jsonl.gz")
        return (row for row in rows if row.split == split and not kept_out.covers(row))

    silver = [r for r in read_rows(data_dir / "silver.jsonl.gz") if not kept_out.covers(r)]
    read_closely = {row.id for row in silver}
    posts = [row for row in read("posts", "train") if row.id not in read_closely]
    examples = take([e for row in silver for e in _silver(row)] * 4, 14_500)
    examples += take(_read_cases(cases) * 6, 4_000)
    random.shuffle(posts)
    portions = (
        (_narrative, 4_800),
        (_checked_true, 800),
        (_everyday, 5_000),
        (_political, 2_500),
        (_hate, 3_500),
    )
    for portion, quota in portions:
        examples += list(islice((e for row in posts for e in portion(row)), max(1, int(quota * scale))))
    news = list(read("news", "train"))
    random.shuffle(news)
    examples += take(_windows(news[:2_500], random, lambda text: True), 3_000)
    examples += take(_windows(news, random, has_label_words), 700)
    headlines = [e for row in read("headlines", "train") for e in _report(row.text, "headline")]
    examples += take(headlines, 1_200)
    examples += take([e for e in headlines if has_label_words(e.text)] * 2, 1_200)
    articles = [r for r in read("factcheck_articles", "claim_index") if not held_for_evaluation(r)]
    examples += take(_windows(articles, random, lambda text: bool(_DEBUNK.search(text)), "debunk"), 2_500)
    claims = list(read("claims", "train"))
    examples += take([e for row in claims for e in _claim(row, 1)], 800)
    examples += take([e for row in claims for e in _claim(row, 0)] * 3, 600)
    random.shuffle(examples)
    return examples


def build_pairs(data_dir: Path, kept_out: KeptOut, seed: int) -> list[Pair]:
    """Return one (post, claim) pair per training group, in random order."""
    claims: dict[str, str] = {}
    for row in read_rows(data_dir / "claims.jsonl.gz"):
        if row.split == "train" and row.group and not kept_out.covers(row):
            claims.setdefault(row.group, row.text)
    pairs: dict[str, Pair] = {}
    for row in read_rows(data_dir / "posts.jsonl.gz"):
        if row.split == "train" and row.group in claims and not kept_out.covers(row):
            text = _first_window(row.text)
            if text and text.lower() != claims[row.group].lower():
                pairs.setdefault(row.group, Pair(text, claims[row.group]))
    found = list(pairs.values())
    Random(seed).shuffle(found)
    return found


def _first_window(text: str) -> str:
    windows = cut_windows(text)
    return windows[0].text if windows else ""


def _silver(row: Row) -> list[Example]:
    known: dict[str, float] = dict(row.labels)
    if row.stance in ("asserts", "reports"):
        known["asserts"] = float(row.stance == "asserts")
    text = _first_window(row.text)
    weight = 1.5 * _CONFIDENCE_WEIGHT.get(row.confidence, 0.8)
    return [Example(text, targets(**known), weight, "silver")] if text else []


def _narrative(row: Row) -> list[Example]:
    if row.labels.get("hoax") != 1 or has_checker_words(row.text):
        return []
    text = without_checker_words(_first_window(row.text))
    if len(text.split()) < 4:
        return []
    return [Example(text, targets(hoax=0.9, asserts=0.95), 0.6, "narrative")]


def _checked_true(row: Row) -> list[Example]:
    if row.labels.get("hoax") != 0 or has_checker_words(row.text):
        return []
    text = _first_window(row.text)
    return [Example(text, targets(hoax=0.1), 0.8, "checked_true")] * 3 if text else []


def _everyday(row: Row) -> list[Example]:
    text = _first_window(row.text) if row.dataset in _EVERYDAY else ""
    if not text:
        return []
    return [Example(text, targets(**_NOTHING, asserts=0.95), 0.6, "everyday")]


def _political(row: Row) -> list[Example]:
    if row.labels or row.dataset in _EVERYDAY or row.dataset.startswith(("satria", "tbh")):
        return []
    text = _first_window(row.text)
    if not text:
        return []
    return [Example(text, targets(hoax=0.04), 0.5, "political")]


def _hate(row: Row) -> list[Example]:
    if "hate_speech" not in row.labels or "abusive" not in row.labels:
        return []
    text = _first_window(row.text)
    if not text:
        return []
    known: dict[str, float] = {
        "hate": row.labels["hate_speech"],
        "abusive": row.labels["abusive"],
        "hoax": 0.03,
        "asserts": 0.95,
    }
    if not row.labels["hate_speech"]:
        known |= {"black_campaign": 0.02, "identity_politics": 0.02}
    return [Example(text, targets(**known), 0.5, "hate")]


def _windows(
    rows: Sequence[Row], random: Random, wanted: Callable[[str], bool], origin: str = "news"
) -> list[Example]:
    found: list[Example] = []
    for row in rows:
        windows = [w.text for w in cut_windows(row.text) if len(w.text) > 40]
        chosen = [text for text in windows if wanted(text)]
        if origin == "debunk":
            chosen = list(dict.fromkeys(windows[:1] + chosen))
        found += [e for text in random.sample(chosen, min(2, len(chosen))) for e in _report(text, origin)]
    return found


def _report(text: str, origin: str) -> list[Example]:
    return [Example(text, targets(**_REPORTS), 0.8, origin)]


def _claim(row: Row, hoax: int) -> list[Example]:
    if row.labels.get("hoax") != hoax or has_checker_words(row.text):
        return []
    known: dict[str, float] = {"hoax": 0.8, "asserts": 0.9} if hoax else {"hoax": 0.1}
    return [Example(row.text, targets(**known), 0.3 if hoax else 0.6, "claim")]


def _read_cases(path: Path) -> list[Example]:
    examples: list[Example] = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as exc:
        raise TrainingDataMissing(path, exc.strerror or str(exc)) from exc
    for number, line in enumerate(lines, 1):
        try:
            raw = json.loads(line)
            known = dict.fromkeys(_NOTHING, 0.0) | dict.fromkeys(raw["labels"], 1.0)
            known["asserts"] = float(raw["stance"] == "asserts")
            examples.append(Example(raw["text"], targets(**known), 1.5, "case"))
        except (ValueError, KeyError, TypeError) as exc:
            raise TrainingDataMissing(path, f"line {number}: {exc!r}") from exc
    return examples
