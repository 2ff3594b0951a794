"""One training run, from base weights and data sets to an artefact: `kentongan train`.

Owns: the order of the steps and the run folder. Leaves each step to its module. Needs the
`train` extra; the service does not.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from classifier.artefact import DATA_CARD, DEFAULT_NAME, Artefact, load_trainable, save_artefact
from classifier.assess import Assessor
from classifier.encode import Encoder
from classifier.manifest import UNFITTED, Manifest, Scaling, Thresholds
from classifier.network import Sizes, TaskModel
from classifier.probe import save_probe
from classifier.scoring import ItemScores
from classifier.train.base import read_base
from classifier.train.build import build_model
from classifier.train.card import write_card, write_data_card
from classifier.train.fit import fit
from classifier.train.fit_probe import fit_probe
from classifier.train.measure import measure, measure_cases
from classifier.train.mix import TAUGHT, Mix, read_mix
from classifier.train.recipe import Example, build_examples, build_pairs
from classifier.train.refit import RefitOptions, choose_examples, refit_heads
from classifier.train.sets import KeptOut, read_kept_out, read_rows
from classifier.train.suites import read_suites
from classifier.train.swaps import measure_swaps
from classifier.train.tune import TuneOptions, TuneResult, tune
from classifier.train.vectors import Reader
from kentongan.domain import Label

BASE = "intfloat/multilingual-e5-small"
LICENCE = "CC-BY-NC-SA-4.0"
CASES = Path(__file__).with_name("functional_cases.jsonl")
GATE = 0.6
_ROWS = 36_000
MIX = Path(__file__).with_name("mix.yaml")

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What one run is made with; all of it is kept in the manifest."""

    version: str
    tuning: TuneOptions = field(default_factory=TuneOptions)
    refitting: RefitOptions = field(default_factory=RefitOptions)
    vocabulary_rows: int = _ROWS
    scale: float = 1.0  # of every portion of the training mix
    threads: int = 0  # 0 leaves torch's own choice


@dataclass(frozen=True, slots=True)
class Tuned:
    """What tuning leaves for the rest of the run."""

    model: TaskModel
    tokenizer: Tokenizer
    sizes: Sizes
    start: str  # what tuning began with: a model's title, or the base
    mix: Mix
    examples: Sequence[Example]
    kept_out: KeptOut
    result: TuneResult


def train_model(
    data_dir: Path,
    mix_file: Path,
    start: Path,
    out_dir: Path,
    run_dir: Path,
    evaluation_cases: Path,
    options: RunOptions,
    progress: Progress,
) -> Manifest:
    """Train, calibrate, measure and write an artefact to `out_dir`; return its manifest.

    `start` is the file of the base encoder, or the folder of an artefact to go on from.
    `run_dir` keeps checkpoints: the same call goes on where a stopped one was. Raises
    BaseUnreadable, TrainingDataMissing, ArtefactMissing or ArtefactDamaged.
    """
    if options.threads:
        torch.set_num_threads(options.threads)
    run_dir.mkdir(parents=True, exist_ok=True)
    tuned = _tune(data_dir, read_mix(mix_file), start, run_dir, options, progress)
    manifest = finish(tuned, data_dir, out_dir, run_dir, evaluation_cases, options, progress)
    record = {"model": manifest.title, "files": manifest.files, **manifest.training}
    (run_dir / "run.json").write_text(
        json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return manifest


def _tune(
    data_dir: Path, mix: Mix, start: Path, run_dir: Path, options: RunOptions, progress: Progress
) -> Tuned:
    torch.manual_seed(options.tuning.seed)
    if start.is_dir():
        model, tokenizer, manifest = load_trainable(start)
        sizes, began_with = manifest.sizes, manifest.title
        progress(f"going on from {manifest.title}")
    else:
        began_with = BASE
        progress("reading the base encoder and counting pieces")
        model, tokenizer, sizes = build_model(
            read_base(start), _every_text(data_dir, mix), options.vocabulary_rows
        )
    progress("choosing examples")
    kept_out = read_kept_out(data_dir, mix)
    examples = build_examples(data_dir, mix, CASES, kept_out, options.tuning.seed, options.scale)
    pairs = build_pairs(data_dir, mix, kept_out, options.tuning.seed)
    progress(f"tuning on {len(examples)} passes and {len(pairs)} pairs")
    result = tune(model, tokenizer, examples, pairs, options.tuning, run_dir, progress)
    return Tuned(model, tokenizer, sizes, began_with, mix, examples, kept_out, result)


def finish(
    tuned: Tuned,
    data_dir: Path,
    out_dir: Path,
    run_dir: Path,
    cases: Path,
    options: RunOptions,
    progress: Progress,
) -> Manifest:
    """Refit the heads, calibrate, measure, and write the artefact with its cards; its pair models are
    fitted afterwards (`pipeline.fit_pairs`)."""
    started = time.monotonic()
    encoder = Encoder(tuned.model, tuned.tokenizer)
    reader = Reader(tuned.model, encoder, run_dir, progress)
    refit_heads(reader, choose_examples(tuned.examples, options.refitting), options.refitting)
    suites = read_suites(data_dir, tuned.mix, options.tuning.seed)
    scores: dict[str, ItemScores] = {}
    for name, texts in suites.texts.items():
        scores |= reader.scores(texts, name)
    fitted = fit(suites, scores, GATE)
    manifest = _manifest(tuned, fitted.scaling, fitted.thresholds, options)
    progress("measuring")
    probe = fit_probe(tuned.examples)
    figures = measure(suites, scores, manifest, probe)
    assessor = Assessor(Artefact(manifest, encoder))
    figures["functional"] = measure_cases(cases, assessor)
    figures["term_swaps"] = measure_swaps(assessor)
    figures["seconds"] = {"tuning": round(tuned.result.seconds), "rest": round(time.monotonic() - started)}
    manifest = replace(manifest, training={**manifest.training, "figures": figures})
    out_dir.mkdir(parents=True, exist_ok=True)
    save_probe(out_dir, probe)
    (out_dir / DATA_CARD).write_text(write_data_card(manifest), encoding="utf-8")
    return save_artefact(out_dir, manifest, tuned.model, tuned.tokenizer, write_card(manifest))


def _manifest(
    tuned: Tuned, scaling: dict[str, Scaling], thresholds: dict[Label, Thresholds], options: RunOptions
) -> Manifest:
    training: dict[str, Any] = {
        "began_with": tuned.start,
        "licences": {name: [known.role, known.licence] for name, known in tuned.mix.sets.items()},
        "options": json.loads(json.dumps(asdict(options))),
        "passes": _passes(tuned.examples),
        "portions": dict(Counter(example.origin for example in tuned.examples)),
        "steps": tuned.result.steps,
        "losses": [round(loss, 4) for loss in tuned.result.losses],
        "torch": str(torch.__version__),
    }
    return Manifest(
        DEFAULT_NAME,
        options.version,
        LICENCE,
        tuned.sizes,
        {},
        scaling,
        thresholds,
        GATE,
        UNFITTED,
        UNFITTED,
        training,
    )


def _passes(examples: Sequence[Example]) -> dict[str, dict[str, int]]:
    """Return for each portion how many passes teach each task, and how many of them say yes."""
    found: dict[str, dict[str, int]] = {}
    for example in examples:
        counts = found.setdefault(example.origin, {})
        for task, target in zip(TAUGHT, example.targets, strict=True):
            if target is not None:
                counts[task] = counts.get(task, 0) + 1
                counts[f"{task}_yes"] = counts.get(f"{task}_yes", 0) + (target >= 0.5)
    return found


def _every_text(data_dir: Path, mix: Mix) -> Iterator[str]:
    for known in mix.sets.values():
        if known.role != "gold":
            for row in read_rows(data_dir / known.path):
                yield row.text
