"""Refitting moves the heads and nothing else, and reads each text once."""

from pathlib import Path

import pytest
import torch

from classifier.encode import Encoder
from classifier.network import TASKS
from classifier.train.base import read_base
from classifier.train.build import build_model
from classifier.train.recipe import Example, targets
from classifier.train.refit import RefitOptions, choose_examples, refit_heads
from classifier.train.vectors import Reader

EXAMPLES = [
    example
    for number in range(30)
    for example in (
        Example(f"sebarkan air racun {number}", targets(hoax=1, asserts=1), 1.0, "case"),
        Example(f"pasar ramai warga {number}", targets(hoax=0), 1.0, "everyday"),
    )
]


@pytest.fixture
def reader(base_file: Path, tmp_path: Path) -> Reader:
    torch.manual_seed(1)
    model, tokenizer, _ = build_model(read_base(base_file), ["pasar ramai"], 40)
    return Reader(model, Encoder(model, tokenizer, bfloat16=False), tmp_path / "run", lambda line: None)


def hoax(reader: Reader, *texts: str) -> list[float]:
    return [float(row[TASKS.index("hoax")]) for row in reader.encoder.encode(texts).logits]


def test_heads_learn_and_the_encoder_stays(reader: Reader) -> None:
    before = {name: value.clone() for name, value in reader.model.encoder.state_dict().items()}
    refit_heads(reader, EXAMPLES, RefitOptions(inverse_penalty=10.0))
    assert all(torch.equal(value, before[name]) for name, value in reader.model.encoder.state_dict().items())
    racun, pasar = hoax(reader, "sebarkan air racun 5", "pasar ramai warga 5")
    assert racun > pasar + 1


def test_what_only_the_fact_checker_says_teaches_hoax_too(reader: Reader) -> None:
    weak = [
        example
        for number in range(30)
        for example in (
            Example(f"sebarkan air racun {number}", targets(narrative=1), 1.0, "narrative"),
            Example(f"pasar ramai warga {number}", targets(narrative=0), 1.0, "political"),
        )
    ]
    refit_heads(reader, weak, RefitOptions(inverse_penalty=10.0))
    racun, pasar = hoax(reader, "sebarkan air racun 5", "pasar ramai warga 5")
    assert racun > pasar + 1


def test_vectors_are_kept_and_read_again_only_for_other_texts_or_weights(reader: Reader) -> None:
    first = reader.vectors(["air racun", "pasar"], "heads")
    kept = reader.folder / "vectors-heads.safetensors"
    written = kept.stat().st_mtime_ns
    with torch.no_grad():
        reader.model.scores.weight.zero_()  # heads do not matter

    assert torch.equal(reader.vectors(["air racun", "pasar"], "heads"), first)
    assert kept.stat().st_mtime_ns == written
    assert not torch.equal(reader.vectors(["air racun", "warga"], "heads"), first)
    with torch.no_grad():
        reader.model.norm.weight.mul_(2)
    assert not torch.equal(reader.vectors(["air racun", "pasar"], "heads"), first)


def test_every_case_comes_in_variants_and_the_rest_once() -> None:
    options = RefitOptions(others=10, case_variants=3)
    chosen = choose_examples(EXAMPLES * 2, options)
    cases = [example for example in chosen if example.origin == "case"]
    assert len(cases) == 3 * 30
    assert len(chosen) == 3 * 30 + 10
    assert chosen == choose_examples(EXAMPLES * 2, options)


def test_every_reading_that_bears_a_label_is_fitted_on() -> None:
    readings = [
        Example(f"kata {n}", targets(hoax=float(n < 5), asserts=1), 1.0, "reading") for n in range(50)
    ]
    chosen = choose_examples(readings, RefitOptions(readings=8))
    assert {f"kata {n}" for n in range(5)} <= {example.text for example in chosen}
    assert len(chosen) == 8
