"""The network: one BERT encoder, six task scores and one embedding a text.

Owns: the module, the order of its tasks, and the names of BERT parameters in it. Leaves
weights to `artefact`, batches to `encode`, losses to `train.tune`. Built of torch's own
transformer layers, so that the service needs no second framework and starts quickly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import torch
from torch import Tensor, nn

from classifier.word_features import BUCKETS

TASKS = ("hoax", "black_campaign", "identity_politics", "asserts", "hate", "abusive")
"""What the heads score, in order; the last two only help training."""

_LAYER_PARTS = {
    "attention.output.dense": "self_attn.out_proj",
    "attention.output.LayerNorm": "norm1",
    "intermediate.dense": "linear1",
    "output.dense": "linear2",
    "output.LayerNorm": "norm2",
}


@dataclass(frozen=True, slots=True)
class Sizes:
    """The encoder's shape, as its artefact or base file states it."""

    vocabulary: int
    width: int
    layers: int
    heads: int
    inner: int
    positions: int
    layer_norm_epsilon: float


class TaskModel(nn.Module):
    """Encoder, mean-pooled embedding, linear heads over mean and first-token vectors, and a head over
    hashed words whose scores are added to theirs."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.words = nn.Embedding(sizes.vocabulary, sizes.width)
        self.positions = nn.Embedding(sizes.positions, sizes.width)
        self.norm = nn.LayerNorm(sizes.width, sizes.layer_norm_epsilon)
        layer = nn.TransformerEncoderLayer(
            sizes.width,
            sizes.heads,
            sizes.inner,
            0.0,  # no dropout: see train.tune
            activation="gelu",
            layer_norm_eps=sizes.layer_norm_epsilon,
            batch_first=True,
        )
        self.encoder = nn.TransformerEncoder(layer, sizes.layers, enable_nested_tensor=False)
        self.scores = nn.Linear(2 * sizes.width, len(TASKS))
        self.word_scores = nn.EmbeddingBag(BUCKETS, len(TASKS), mode="sum")
        nn.init.zeros_(self.word_scores.weight)

    def encode(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return the mean vector and the first-token vector of each text, (n, width) each."""
        place = torch.arange(ids.shape[1], device=ids.device)
        states = self.norm(self.words(ids) + self.positions(place))
        states = self.encoder(states, src_key_padding_mask=mask == 0)
        weights = mask.unsqueeze(-1).to(states.dtype)
        return (states * weights).sum(1) / weights.sum(1), states[:, 0]

    def judge_words(self, features: Sequence[Mapping[int, float]]) -> Tensor:
        """Return what the words alone add to the logits of TASKS, (n, 6)."""
        starts = list(accumulate((len(row) for row in features), initial=0))[:-1]
        ids = torch.tensor([at for row in features for at in row], dtype=torch.long)
        values = torch.tensor([value for row in features for value in row.values()])
        found: Tensor = self.word_scores(
            ids, torch.tensor(starts, dtype=torch.long), per_sample_weights=values
        )
        return found

    def judge(self, mean: Tensor, first: Tensor) -> Tensor:
        """Return the logits of TASKS, (n, 6)."""
        logits: Tensor = self.scores(torch.cat([mean, first], dim=-1))
        return logits

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits (n, 6) and unit-length embeddings (n, width), float32.

        `ids` and `mask` are (n, tokens) int64; padding has mask 0.
        """
        mean, first = self.encode(ids, mask)
        logits = self.judge(mean, first)
        return logits.float(), nn.functional.normalize(mean.float(), dim=-1)


def from_bert(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return a BertModel's tensors under this module's names; the heads are not among them.

    The token-type row, always the first, is folded into the positions.
    """
    place = tensors["embeddings.position_embeddings.weight"]
    renamed = {
        "words.weight": tensors["embeddings.word_embeddings.weight"],
        "positions.weight": place + tensors["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": tensors["embeddings.LayerNorm.weight"],
        "norm.bias": tensors["embeddings.LayerNorm.bias"],
    }
    layers = {name.split(".")[2] for name in tensors if name.startswith("encoder.layer.")}
    for number in sorted(layers, key=int):
        old, new = f"encoder.layer.{number}.", f"encoder.layers.{number}."
        for leaf in ("weight", "bias"):
            parts = [tensors[f"{old}attention.self.{part}.{leaf}"] for part in ("query", "key", "value")]
            renamed[f"{new}self_attn.in_proj_{leaf}"] = torch.cat(parts)
            renamed |= {f"{new}{b}.{leaf}": tensors[f"{old}{a}.{leaf}"] for a, b in _LAYER_PARTS.items()}
    return renamed
