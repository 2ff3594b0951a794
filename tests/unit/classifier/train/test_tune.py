"""Tuning learns, masks what is unknown, and goes on where it was stopped."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from classifier.errors import CheckpointOfAnotherRun
from classifier.train.base import read_base
from classifier.train.build import build_model
from classifier.train.recipe import Example, Pair, targets
from classifier.train.tune import TuneOptions, tune

OPTIONS = TuneOptions(
    seed=7,
    batch_size=8,
    max_tokens=24,
    learning_rate=2e-3,
    head_learning_rate=5e-3,
    dropout=0.0,
    frozen_layers=1,
    pair_every=3,
    checkpoint_every=4,
)
EXAMPLES = [
    example
    for number in range(48)
    for example in (
        Example(f"sebarkan air racun {number}", targets(hoax=1, asserts=1), 1.0, "case"),
        Example(f"pasar ramai warga {number}", targets(hoax=0, asserts=1), 1.0, "case"),
    )
]
PAIRS = [Pair(f"air racun {n}", f"racun air {n}") for n in range(8)]


def tuned(base_file: Path, run_dir: Path, examples: list[Example], options: TuneOptions) -> torch.Tensor:
    torch.manual_seed(options.seed)
    model, tokenizer, _ = build_model(read_base(base_file), ["pasar ramai"], 40)
    before = model.words.weight.clone()
    tune(model, tokenizer, examples, PAIRS, options, run_dir, lambda line: None)
    assert torch.equal(model.words.weight, before)
    assert not model.training
    return model.encoder.layers[-1].linear1.weight.detach().clone()  # type: ignore[no-any-return]


def test_a_stopped_run_goes_on_to_the_same_weights(base_file: Path, tmp_path: Path) -> None:
    whole = tuned(base_file, tmp_path / "whole", EXAMPLES[:64], OPTIONS)
    run_dir = tmp_path / "stopped"
    with pytest.raises(KeyboardInterrupt):
        stop_after(base_file, run_dir, steps=6)
    resumed = tuned(base_file, run_dir, EXAMPLES[:64], OPTIONS)
    assert torch.allclose(whole, resumed, atol=2e-3)


def stop_after(base_file: Path, run_dir: Path, steps: int) -> None:
    """Run until example batches run out early, as when someone presses Ctrl+C."""
    torch.manual_seed(OPTIONS.seed)
    model, tokenizer, _ = build_model(read_base(base_file), ["pasar ramai"], 40)
    calls = 0
    encode = model.encode

    def stopping(ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        nonlocal calls
        calls += 1
        if calls > steps + 2 * 2:  # two contrastive batches come between, of two sides each
            raise KeyboardInterrupt
        return encode(ids, mask)

    model.encode = stopping  # type: ignore[method-assign]
    tune(model, tokenizer, EXAMPLES[:64], PAIRS, OPTIONS, run_dir, lambda line: None)


def test_tuning_moves_the_encoder_and_tells_of_its_steps(base_file: Path, tmp_path: Path) -> None:
    torch.manual_seed(OPTIONS.seed)
    model, tokenizer, _ = build_model(read_base(base_file), ["pasar ramai"], 40)
    before = {name: value.clone() for name, value in model.encoder.state_dict().items()}
    result = tune(model, tokenizer, EXAMPLES[:64], PAIRS, OPTIONS, tmp_path / "run", lambda line: None)
    assert result.steps == 8
    moved = {
        name.split(".")[1]
        for name, value in model.encoder.state_dict().items()
        if not torch.equal(value, before[name])
    }
    assert moved == {"1"}  # the lowest layer is frozen


def test_a_finished_run_is_not_tuned_again(base_file: Path, tmp_path: Path) -> None:
    first = tuned(base_file, tmp_path / "run", EXAMPLES[:64], OPTIONS)
    said: list[str] = []
    torch.manual_seed(OPTIONS.seed)
    model, tokenizer, _ = build_model(read_base(base_file), ["pasar ramai"], 40)
    result = tune(model, tokenizer, EXAMPLES[:64], PAIRS, OPTIONS, tmp_path / "run", said.append)

    assert torch.equal(model.encoder.layers[-1].linear1.weight, first)
    assert result.steps == 8
    assert said == ["going on from the checkpoint at step 8"]


def test_other_settings_do_not_go_on_from_a_checkpoint(base_file: Path, tmp_path: Path) -> None:
    tuned(base_file, tmp_path / "run", EXAMPLES[:64], OPTIONS)
    kept = (tmp_path / "run" / "checkpoint.safetensors").read_bytes()
    for options, examples in ((replace(OPTIONS, seed=8), EXAMPLES[:64]), (OPTIONS, EXAMPLES[:56])):
        torch.manual_seed(OPTIONS.seed)
        model, tokenizer, _ = build_model(read_base(base_file), ["pasar ramai"], 40)
        with pytest.raises(CheckpointOfAnotherRun, match="run"):
            tune(model, tokenizer, examples, PAIRS, options, tmp_path / "run", lambda line: None)
    assert (tmp_path / "run" / "checkpoint.safetensors").read_bytes() == kept
