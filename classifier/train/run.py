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

from classifier.artefact import DEFAULT_NAME, Artefact, save_artefact
from classifier.assess import Assessor
from classifier.encode import Encoder
from classifier.manifest import Manifest, MatchModel, Scaling, Thresholds
from classifier.match import FEATURES
from classifier.network import Sizes, TaskModel
from classifier.train.base import read_base
from classifier.train.build import build_model
from classifier.train.card import write_card
from classifier.train.fit import fit, score_texts
from classifier.train.fit_match import fit_match
from classifier.train.measure import measure, measure_cases
from classifier.train.probe import Probe
from classifier.train.recipe import Example, Pair, build_examples, build_pairs
from classifier.train.refit import RefitOptions, choose_examples, refit_heads
from classifier.train.sets import KeptOut, read_kept_out, read_rows
from classifier.train.suites import all_texts, read_suites
from classifier.train.tune import TuneOptions, TuneResult, tune
from kentongan.domain import Label

LICENCE = "CC-BY-NC-SA-4.0"
CASES = Path(__file__).with_name("functional_cases.jsonl")
GATE = 0.6
_ROWS = 36_000
_MATCH_PAIRS = 1_500
_SETS = ("posts", "claims", "factcheck_articles", "news", "headlines")

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
    examples: Sequence[Example]
    kept_out: KeptOut
    result: TuneResult


def train_model(
    data_dir: Path,
    base_file: Path,
    out_dir: Path,
    run_dir: Path,
    evaluation_cases: Path,
    options: RunOptions,
    progress: Progress,
) -> Manifest:
    """Train, calibrate, measure and write an artefact to `out_dir`; return its manifest.

    `run_dir` keeps checkpoints: the same call goes on where a stopped one was. Raises
    BaseUnreadable or TrainingDataMissing.
    """
    if options.threads:
        torch.set_num_threads(options.threads)
    tuned = _tune(data_dir, base_file, run_dir, options, progress)
    return finish(tuned, data_dir, out_dir, evaluation_cases, options, progress)


def _tune(data_dir: Path, base_file: Path, run_dir: Path, options: RunOptions, progress: Progress) -> Tuned:
    torch.manual_seed(options.tuning.seed)
    progress("reading the base encoder and counting pieces")
    model, tokenizer, sizes = build_model(
        read_base(base_file), _every_text(data_dir), options.vocabulary_rows, options.tuning.dropout
    )
    progress("choosing examples")
    kept_out = read_kept_out(data_dir)
    examples = build_examples(data_dir, CASES, kept_out, options.tuning.seed, options.scale)
    pairs = build_pairs(data_dir, kept_out, options.tuning.seed)
    progress(f"tuning on {len(examples)} passes and {len(pairs)} pairs")
    result = tune(model, tokenizer, examples, pairs, options.tuning, run_dir, progress)
    return Tuned(model, tokenizer, sizes, examples, kept_out, result)


def finish(
    tuned: Tuned, data_dir: Path, out_dir: Path, cases: Path, options: RunOptions, progress: Progress
) -> Manifest:
    """Refit the heads, calibrate, fit the pair model, measure, and write the artefact with its card."""
    started = time.monotonic()
    encoder = Encoder(tuned.model, tuned.tokenizer)
    progress("refitting the heads")
    refit_heads(tuned.model, encoder, choose_examples(tuned.examples, options.refitting), options.refitting)
    suites = read_suites(data_dir, options.tuning.seed)
    progress(f"scoring {len(all_texts(suites))} held-out texts")
    scores = score_texts(all_texts(suites), encoder)
    fitted = fit(suites, scores, GATE)
    manifest = _manifest(tuned, fitted.scaling, fitted.thresholds, options)
    progress("fitting the pair model")
    pairs = build_pairs(data_dir, tuned.kept_out, options.tuning.seed)[:_MATCH_PAIRS]
    embed = Assessor(Artefact(manifest, encoder)).embed
    match, match_figures = fit_match(pairs, _later_pairs(data_dir), embed, options.tuning.seed)
    manifest = replace(manifest, match=match)
    progress("measuring")
    figures = measure(suites, scores, manifest, Probe(tuned.examples))
    figures["functional"] = measure_cases(cases, Assessor(Artefact(manifest, encoder)))
    figures["match"] = asdict(match_figures)
    figures["seconds"] = {"tuning": round(tuned.result.seconds), "rest": round(time.monotonic() - started)}
    manifest = replace(manifest, training={**manifest.training, "figures": figures})
    return save_artefact(out_dir, manifest, tuned.model, tuned.tokenizer, write_card(manifest))


def _manifest(
    tuned: Tuned, scaling: dict[str, Scaling], thresholds: dict[Label, Thresholds], options: RunOptions
) -> Manifest:
    nothing = MatchModel(FEATURES, (0.0,) * len(FEATURES), 0.0, 1.0, 1.0)  # until it is fitted
    training: dict[str, Any] = {
        "options": json.loads(json.dumps(asdict(options))),
        "portions": dict(Counter(example.origin for example in tuned.examples)),
        "steps": tuned.result.steps,
        "losses": [round(loss, 4) for loss in tuned.result.losses],
        "torch": str(torch.__version__),
    }
    return Manifest(
        DEFAULT_NAME, options.version, LICENCE, tuned.sizes, {}, scaling, thresholds, GATE, nothing, training
    )


def _every_text(data_dir: Path) -> Iterator[str]:
    for name in _SETS:
        for row in read_rows(data_dir / f"{name}.jsonl.gz"):
            yield row.text


def _later_pairs(data_dir: Path) -> list[Pair]:
    """Return one (post, claim) pair per group of the later posts, which training never saw."""
    claims = {row.group: row.text for row in read_rows(data_dir / "claims.jsonl.gz") if row.split == "dev"}
    posts = {
        row.group: row.text
        for row in read_rows(data_dir / "posts.jsonl.gz")
        if row.split == "dev" and row.group in claims
    }
    return [Pair(text, claims[group]) for group, text in sorted(posts.items())]
