"""Fine-tuning: masked multi-task losses and contrastive pairs, resumable, on a time budget.

Owns: batches, losses, the schedule, checkpoints. Leaves examples to `recipe`, the network
to `classifier.network`, the heads that are shipped to `refit`.
Checkpoints are safetensors and JSON; a stopped run goes on where
its last checkpoint was.
"""

import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from classifier.encode import PREFIX, pad_id, supports_bfloat16
from classifier.errors import CheckpointOfAnotherRun
from classifier.network import TaskModel
from classifier.neutral import neutralise
from classifier.train.augment import mask_label_words, restyle, unlisted_names
from classifier.train.mix import TAUGHT
from classifier.train.recipe import Example, Pair

_TASK_WEIGHTS = (1.0, 1.2, 1.2, 1.0, 0.4, 0.2, 0.4)  # in the order of TAUGHT
_REPORTING = frozenset({"news", "trigger_news", "debunk", "headline"})
_FITTED_LATER = ("model.scores.", "model.word_scores.")
_STATE = ("exp_avg", "exp_avg_sq", "step")


@dataclass(frozen=True, slots=True)
class TuneOptions:
    """Settings of one run; every one is written to the run folder and the card."""

    seed: int = 20261121
    batch_size: int = 32
    max_tokens: int = 104
    frozen_layers: int = 4  # of the encoder, from below: they stay as they are, and cost less
    learning_rate: float = 6e-5
    head_learning_rate: float = 6e-4
    weight_decay: float = 0.01
    warmup: float = 0.06  # share of all steps
    dropout: float = (
        0.2  # of the tuning head; inside the encoder it would take half of the time on a processor
    )
    pair_every: int = 6  # steps between contrastive batches; 0 for none
    pair_temperature: float = 0.05
    pair_weight: float = 0.3
    checkpoint_every: int = 150  # steps
    minutes: float = 0.0  # the learning rate reaches zero by then at the latest; 0 for no limit


@dataclass(frozen=True, slots=True)
class TuneResult:
    steps: int
    seconds: float
    losses: tuple[float, ...]  # mean of each 50 steps


class TuningHead(nn.Module):
    """What tuning scores with: deeper than the heads that are fitted afterwards, and left behind.

    It takes up what the weak labels have in common with their sources; see `refit`.
    """

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.hidden = nn.Linear(2 * width, width)
        self.dropout = nn.Dropout(dropout)
        self.scores = nn.Linear(width, len(TAUGHT))

    def forward(self, mean: Tensor, first: Tensor) -> Tensor:
        """Return the logits of TAUGHT, (n, 7)."""
        hidden = nn.functional.gelu(self.hidden(torch.cat([mean, first], dim=-1)))
        logits: Tensor = self.scores(self.dropout(hidden))
        return logits


class _Trainee(nn.Module):
    """The network with its tuning head: what is optimised and checkpointed."""

    def __init__(self, model: TaskModel, dropout: float) -> None:
        super().__init__()
        self.model = model
        self.head = TuningHead(model.words.embedding_dim, dropout)


def tune(
    model: TaskModel,
    tokenizer: Tokenizer,
    examples: Sequence[Example],
    pairs: Sequence[Pair],
    options: TuneOptions,
    run_dir: Path,
    progress: Callable[[str], None],
) -> TuneResult:
    """Train `model` in place on one pass over `examples` and return what happened.

    Word embeddings and the lowest layers stay as they are: that keeps rare names from being
    learnt by heart, and is faster. Checkpoints go to `run_dir`; one of the same run is continued. Raises
    CheckpointOfAnotherRun where options, texts or start are others.
    """
    torch.manual_seed(options.seed)
    batches = _batches(examples, options)
    pair_batches = _pair_batches(pairs, options)
    _freeze(model, options.frozen_layers)
    trainee = _Trainee(model, options.dropout)
    optimizer = _optimizer(trainee, options)
    run = {"options": asdict(options), "read": _mark(examples, pairs, model)}
    at = _resume(trainee, optimizer, run, run_dir)
    trainee.train()
    losses: list[float] = list(at.losses)
    held: list[float] = []
    start = time.monotonic() - at.seconds
    pad = pad_id(tokenizer)
    step = at.step
    if step:
        progress(f"going on from the checkpoint at step {step}")
    while step < len(batches):
        fraction = _fraction(step, len(batches), time.monotonic() - start, options)
        if fraction >= 1:
            break
        _set_rate(optimizer, fraction, options)
        random = Random(options.seed * 1_000_003 + step)
        with torch.autocast("cpu", torch.bfloat16, enabled=supports_bfloat16()):
            loss = _task_loss(trainee, tokenizer, batches[step], random, options, pad)
            if options.pair_every and pair_batches and step % options.pair_every == 0:
                batch = pair_batches[(step // options.pair_every) % len(pair_batches)]
                loss = loss + options.pair_weight * _pair_loss(model, tokenizer, batch, options, pad)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(trainee.parameters(), 1.0)
        optimizer.step()
        step += 1
        held.append(float(loss.detach()))
        if len(held) == 50:
            losses.append(round(sum(held) / len(held), 4))
            held.clear()
            rate = (step - at.step) / (time.monotonic() - start - at.seconds)
            progress(f"step {step}/{len(batches)} loss {losses[-1]:.4f} {rate:.2f} steps/s at {fraction:.0%}")
        if step % options.checkpoint_every == 0:
            now = _At(step, time.monotonic() - start, tuple(losses))
            _checkpoint(trainee, optimizer, run, run_dir, now)
    seconds = time.monotonic() - start
    if step > at.step:
        _checkpoint(trainee, optimizer, run, run_dir, _At(step, seconds, tuple(losses)))
    model.eval()
    return TuneResult(step, seconds, tuple(losses))


def encode_padded(
    tokenizer: Tokenizer, texts: Sequence[str], max_tokens: int, pad: int
) -> tuple[Tensor, Tensor]:
    """Return ids and mask, (n, longest) int64, of the texts with the model's prefix, cut to max_tokens."""
    rows = [_cut(e.ids, max_tokens) for e in tokenizer.encode_batch_fast([PREFIX + text for text in texts])]
    longest = max(map(len, rows))
    ids = torch.full((len(rows), longest), pad, dtype=torch.long)
    mask = torch.zeros((len(rows), longest), dtype=torch.long)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = torch.tensor(row)
        mask[number, : len(row)] = 1
    return ids, mask


def _cut(ids: list[int], limit: int) -> list[int]:
    return ids if len(ids) <= limit else [*ids[: limit - 1], ids[-1]]


def _batches(examples: Sequence[Example], options: TuneOptions) -> list[list[Example]]:
    """Return batches of about equal length, in random order."""
    pool_size = options.batch_size * 50
    batches: list[list[Example]] = []
    for start in range(0, len(examples), pool_size):
        pool = sorted(examples[start : start + pool_size], key=lambda e: len(e.text))
        cut = [pool[i : i + options.batch_size] for i in range(0, len(pool), options.batch_size)]
        Random(options.seed + start).shuffle(cut)
        batches += cut
    return batches


def _pair_batches(pairs: Sequence[Pair], options: TuneOptions) -> list[Sequence[Pair]]:
    size = options.batch_size
    return [pairs[i : i + size] for i in range(0, len(pairs) - size + 1, size)]


def _augment(example: Example, random: Random) -> str:
    text = example.text
    if random.random() < 0.3:
        text = mask_label_words(text)
    if example.origin not in _REPORTING:
        text = restyle(text, random)
    elif random.random() < 0.1:
        text = text.lower()
    text = neutralise(text)
    return unlisted_names(text, random) if random.random() < 0.25 else text


def _freeze(model: TaskModel, layers: int) -> None:
    model.words.weight.requires_grad_(False)
    if layers:
        for part in (model.positions, model.norm, *model.encoder.layers[:layers]):
            part.requires_grad_(False)


def _task_loss(
    trainee: _Trainee,
    tokenizer: Tokenizer,
    batch: Sequence[Example],
    random: Random,
    options: TuneOptions,
    pad: int,
) -> Tensor:
    texts = [_augment(example, random) for example in batch]
    vectors = trainee.model.encode(*encode_padded(tokenizer, texts, options.max_tokens, pad))
    logits = trainee.head(*vectors).float()
    wanted = torch.tensor([[math.nan if t is None else t for t in e.targets] for e in batch])
    known = ~wanted.isnan()
    weights = torch.tensor([e.weight for e in batch])[:, None] * torch.tensor(_TASK_WEIGHTS) * known
    losses = nn.functional.binary_cross_entropy_with_logits(logits, wanted.nan_to_num(), reduction="none")
    return (losses * weights).sum() / (len(batch) * len(TAUGHT) / 2)


def _pair_loss(
    model: TaskModel, tokenizer: Tokenizer, batch: Sequence[Pair], options: TuneOptions, pad: int
) -> Tensor:
    """Return InfoNCE in both directions: a post is nearer to its claim than to the batch's others."""
    sides = [[neutralise(pair.post) for pair in batch], [neutralise(pair.claim) for pair in batch]]
    vectors = [model(*encode_padded(tokenizer, side, 64, pad))[1] for side in sides]
    scores = vectors[0] @ vectors[1].T / options.pair_temperature
    own = torch.arange(len(batch))
    return (nn.functional.cross_entropy(scores, own) + nn.functional.cross_entropy(scores.T, own)) / 2


def _optimizer(trainee: _Trainee, options: TuneOptions) -> torch.optim.AdamW:
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in trainee.named_parameters():
        if parameter.requires_grad and not name.startswith(_FITTED_LATER):
            inside = name.startswith("model")
            groups.setdefault((inside, parameter.ndim > 1), []).append(parameter)
    return torch.optim.AdamW(
        [
            {
                "params": members,
                "peak": options.learning_rate if inside else options.head_learning_rate,
                "weight_decay": options.weight_decay if decays else 0.0,
            }
            for (inside, decays), members in groups.items()
        ],
        lr=options.learning_rate,
    )


def _fraction(step: int, steps: int, seconds: float, options: TuneOptions) -> float:
    by_time = seconds / (options.minutes * 60) if options.minutes else 0.0
    return max(step / steps, by_time)


def _set_rate(optimizer: torch.optim.AdamW, fraction: float, options: TuneOptions) -> None:
    factor = min(fraction / options.warmup, (1 - fraction) / (1 - options.warmup))
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * max(factor, 1e-3)


@dataclass(frozen=True, slots=True)
class _At:
    """Where a run is: steps done, seconds they took, mean loss of each 50 steps."""

    step: int = 0
    seconds: float = 0.0
    losses: tuple[float, ...] = ()


def _checkpoint(
    trainee: _Trainee, optimizer: torch.optim.AdamW, run: Mapping[str, Any], run_dir: Path, at: _At
) -> None:
    run_dir.mkdir(parents=True, exist_ok=True)
    moments = {
        f"{number}.{key}": values[key].contiguous()
        for number, values in optimizer.state_dict()["state"].items()
        for key in _STATE
    }
    weights = {
        name: value.contiguous()
        for name, value in trainee.state_dict().items()
        if not name.startswith(_FITTED_LATER)
    }
    note = {"at": asdict(at), "run": run}
    new = run_dir / "checkpoint.new"
    tensors = {f"weight.{k}": v for k, v in weights.items()} | {f"moment.{k}": v for k, v in moments.items()}
    save_file(tensors | {"note": torch.tensor(list(json.dumps(note).encode()), dtype=torch.uint8)}, new)
    new.replace(run_dir / "checkpoint.safetensors")


def _mark(examples: Sequence[Example], pairs: Sequence[Pair], model: TaskModel) -> str:
    """Return what a checkpoint's weights depend on besides the options: texts, answers and the start."""
    digest = sha256(repr([(e.text, e.targets, e.weight) for e in examples]).encode(errors="replace"))
    digest.update(repr([(pair.post, pair.claim) for pair in pairs]).encode(errors="replace"))
    digest.update(model.encoder.layers[-1].linear1.weight.detach().numpy().tobytes())
    return digest.hexdigest()


def _resume(trainee: _Trainee, optimizer: torch.optim.AdamW, run: Mapping[str, Any], run_dir: Path) -> _At:
    """Take up the checkpoint in `run_dir`, if there is one. Raises CheckpointOfAnotherRun."""
    path = run_dir / "checkpoint.safetensors"
    if not path.exists():
        return _At()
    tensors = load_file(path)
    note = json.loads(bytes(tensors.pop("note").tolist()))
    if note.get("run") != run:
        raise CheckpointOfAnotherRun(path)
    weights = {k.removeprefix("weight."): v for k, v in tensors.items() if k.startswith("weight.")}
    trainee.load_state_dict(trainee.state_dict() | weights)
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        if name.startswith("moment."):
            number, key = name.removeprefix("moment.").split(".")
            state.setdefault(int(number), {})[key] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
    return _At(note["at"]["step"], note["at"]["seconds"], tuple(note["at"]["losses"]))
