"""How fast texts are judged, beside `transformers.pipeline("text-classification")` in the same run.

The peer has the same weights, in float32, and the same heads; texts are invented cases, as they
are (most are short) and joined to about 128 and 512 tokens. Quality lost is measured on the
functional suite: our answers in the fast precision against the same model's in float32.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from classifier.artefact import DEFAULT_NAME, TOKENIZER, Artefact, load_artefact, load_trainable
from classifier.assess import Assessor
from classifier.encode import PREFIX, Encoder, supports_bfloat16
from classifier.network import TASKS, Sizes, TaskModel
from classifier.neutral import neutralise
from classifier.train.measure import measure_cases

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "models" / DEFAULT_NAME
CASES = ROOT / "tests" / "evaluation" / "functional_cases.jsonl"
_TEXTS = {"as they are": (0, 150), "128 tokens": (128, 40), "512 tokens": (512, 12)}  # tokens, texts
_SEED = 5


def main() -> dict[str, Any]:
    """Return texts a second of ours and the peer's by length, their ratios, and what quality is lost."""
    model, tokenizer, manifest = load_trainable(MODEL)
    artefact = load_artefact(MODEL)
    ours = Assessor(artefact)
    peers = {size: _peer(model, tokenizer, manifest.sizes, size) for size in (1, 32)}
    results: dict[str, Any] = {
        "bfloat16": supports_bfloat16(),
        "threads": torch.get_num_threads(),
        "speed": {},
    }
    print(f"{'texts':14}{'ours/s':>9}{'peer/s':>9}{'ratio':>7}{'peer, batches of 32/s':>23}{'ratio':>7}")
    for name, (tokens, count) in _TEXTS.items():
        texts = list(_texts(tokenizer, tokens, count))
        own = _rate(lambda some: ours.assess(some, only_labels=True), texts)
        theirs = {size: _rate(peer, texts) for size, peer in peers.items()}
        row = {"texts": count, "ours": own, "peer": theirs[1], "peer_batches_of_32": theirs[32]}
        row |= {"ratio": own / theirs[1], "ratio_to_batches": own / theirs[32]}
        results["speed"][name] = {key: round(value, 2) for key, value in row.items()}
        batches = f"{theirs[32]:23.1f}{own / theirs[32]:7.2f}"
        print(f"{name:14}{own:9.1f}{theirs[1]:9.1f}{own / theirs[1]:7.2f}{batches}")
    results["quality"] = _quality(artefact, model, tokenizer)
    for key, value in results["quality"].items():
        print(f"{key}: {value}")
    return results


def _texts(tokenizer: Tokenizer, tokens: int, count: int) -> Iterator[str]:
    cases = [json.loads(line)["text"] for line in CASES.read_text(encoding="utf-8").splitlines()]
    random = Random(_SEED)
    for _ in range(count):
        text = random.choice(cases)
        while len(tokenizer.encode(text).ids) < tokens:
            text += " " + random.choice(cases)
        yield text


def _rate(run: Callable[[Sequence[str]], Any], texts: Sequence[str]) -> float:
    """Return texts a second, the better of two runs after a short warm-up."""
    run(texts[:4])
    best = float("inf")
    for _ in range(2):
        began = time.perf_counter()
        run(texts)
        best = min(best, time.perf_counter() - began)
    return len(texts) / best


def _peer(model: TaskModel, tokenizer: Tokenizer, sizes: Sizes, batch: int) -> Callable[[Sequence[str]], Any]:
    """Return transformers' own pipeline over our weights, reading 512 tokens of each text at most."""
    from transformers import BertConfig, BertModel, BertPreTrainedModel, PreTrainedTokenizerFast, pipeline
    from transformers.modeling_outputs import SequenceClassifierOutput
    from transformers.utils import logging

    logging.set_verbosity_error()

    class Peer(BertPreTrainedModel):  # type: ignore[misc]
        """A BERT with our heads over mean and first token."""

        def __init__(self, config: Any) -> None:
            super().__init__(config)
            self.bert = BertModel(config, add_pooling_layer=False)
            self.scores = nn.Linear(2 * config.hidden_size, config.num_labels)
            self.post_init()

        def forward(self, input_ids: Tensor, attention_mask: Tensor, **_: Any) -> Any:
            states = self.bert(input_ids, attention_mask=attention_mask).last_hidden_state
            weights = attention_mask.unsqueeze(-1).to(states.dtype)
            mean = (states * weights).sum(1) / weights.sum(1)
            return SequenceClassifierOutput(logits=self.scores(torch.cat([mean, states[:, 0]], dim=-1)))

    config = BertConfig(
        vocab_size=sizes.vocabulary,
        hidden_size=sizes.width,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        intermediate_size=sizes.inner,
        max_position_embeddings=sizes.positions,
        layer_norm_eps=sizes.layer_norm_epsilon,
        type_vocab_size=1,
        num_labels=len(TASKS),
    )
    peer = Peer(config).eval()
    peer.load_state_dict(_bert_names(model), strict=False)
    peer.bert.embeddings.token_type_embeddings.weight.data.zero_()
    reading = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_file(str(MODEL / TOKENIZER)),
        pad_token="<pad>",
        unk_token="<unk>",
        cls_token="<s>",
        sep_token="</s>",
        model_max_length=512,
        model_input_names=["input_ids", "attention_mask"],
    )
    run = pipeline("text-classification", model=peer, tokenizer=reading, device="cpu")

    def judge(texts: Sequence[str]) -> Any:
        given = [PREFIX + neutralise(text) for text in texts]
        return run(given, batch_size=batch, top_k=None, function_to_apply="sigmoid", truncation=True)

    return judge


def _bert_names(model: TaskModel) -> dict[str, Tensor]:
    """Return the network's tensors under the names of transformers' BERT."""
    state = model.state_dict()
    found = {
        "bert.embeddings.word_embeddings.weight": state["words.weight"],
        "bert.embeddings.position_embeddings.weight": state["positions.weight"],
        "bert.embeddings.LayerNorm.weight": state["norm.weight"],
        "bert.embeddings.LayerNorm.bias": state["norm.bias"],
        "scores.weight": state["scores.weight"],
        "scores.bias": state["scores.bias"],
    }
    parts = {
        "self_attn.out_proj": "attention.output.dense",
        "norm1": "attention.output.LayerNorm",
        "linear1": "intermediate.dense",
        "linear2": "output.dense",
        "norm2": "output.LayerNorm",
    }
    for number in range(len(model.encoder.layers)):
        ours, theirs = f"encoder.layers.{number}.", f"bert.encoder.layer.{number}."
        for leaf in ("weight", "bias"):
            thirds = state[f"{ours}self_attn.in_proj_{leaf}"].chunk(3)
            for part, value in zip(("query", "key", "value"), thirds, strict=True):
                found[f"{theirs}attention.self.{part}.{leaf}"] = value
            for own, name in parts.items():
                found[f"{theirs}{name}.{leaf}"] = state[f"{ours}{own}.{leaf}"]
    return found


def _quality(artefact: Artefact, model: TaskModel, tokenizer: Tokenizer) -> dict[str, float]:
    fast = Assessor(artefact)
    full = Assessor(Artefact(artefact.manifest, Encoder(model, tokenizer, bfloat16=False)))
    texts = [json.loads(line)["text"] for line in CASES.read_text(encoding="utf-8").splitlines()]
    said = [assessor.assess(texts, only_labels=True) for assessor in (fast, full)]
    probabilities = np.array([[list(a.probabilities.values()) for a in some] for some in said])
    return {
        "functional_share_right": measure_cases(CASES, fast)["share_right"],
        "functional_share_right_float32": measure_cases(CASES, full)["share_right"],
        "largest_change_of_a_probability": round(float(np.abs(probabilities[0] - probabilities[1]).max()), 4),
        "mean_change_of_a_probability": round(float(np.abs(probabilities[0] - probabilities[1]).mean()), 5),
        "flags_changed": sum(a.flagged != b.flagged for a, b in zip(*said, strict=True)),
    }
