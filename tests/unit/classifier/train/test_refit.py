"""Refitting moves the heads and nothing else."""

from pathlib import Path

import torch

from classifier.encode import Encoder
from classifier.network import TASKS
from classifier.train.base import read_base
from classifier.train.build import build_model
from classifier.train.recipe import Example, targets
from classifier.train.refit import RefitOptions, choose_examples, refit_heads

EXAMPLES = [
    example
    for number in range(30)
    for example in (
        Example(f"sebarkan air racun {number}", targets(hoax=1, asserts=1), 1.0, "case"),
        Example(f"pasar ramai warga {number}", targets(hoax=0), 1.0, "everyday"),
    )
]


def test_heads_learn_and_the_encoder_stays(base_file: Path) -> None:
    torch.manual_seed(1)
    model, tokenizer, _ = build_model(read_base(base_file), ["pasar ramai"], 40, 0.0)
    encoder = Encoder(model, tokenizer, bfloat16=False)
    before = {name: value.clone() for name, value in model.encoder.state_dict().items()}
    refit_heads(model, encoder, EXAMPLES, RefitOptions(inverse_penalty=10.0))
    assert all(torch.equal(value, before[name]) for name, value in model.encoder.state_dict().items())
    hoax = encoder.encode(["sebarkan air racun 5", "pasar ramai warga 5"]).logits[:, TASKS.index("hoax")]
    assert hoax[0] > hoax[1] + 1


def test_every_case_comes_in_variants_and_the_rest_once() -> None:
    options = RefitOptions(others=10, case_variants=3, case_weight=2.0)
    chosen = choose_examples(EXAMPLES * 2, options)
    cases = [example for example in chosen if example.origin == "case"]
    assert len(cases) == 3 * 30
    assert {example.weight for example in cases} == {2.0}
    assert len(chosen) == 3 * 30 + 10
    assert chosen == choose_examples(EXAMPLES * 2, options)
