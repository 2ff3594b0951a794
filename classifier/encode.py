"""Running the network over windows: one pass gives task scores and embeddings.

Owns: batching by length, precision, threads. Leaves loading to `artefact`, and what
scores mean to `assess`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from classifier.network import TaskModel
from classifier.neutral import neutralise
from classifier.word_features import word_features

FloatArray = npt.NDArray[np.float32]

PREFIX = "query: "  # what the base was trained with
MAX_TOKENS = 128
_TOKENS_A_BATCH = 4096
_FAST_BFLOAT16 = ("avx512_bf16", "amx_bf16")


@cache
def supports_bfloat16() -> bool:
    """Return whether this processor multiplies bfloat16 natively: elsewhere float32 is faster."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return any(flag in flags for flag in _FAST_BFLOAT16)


def pad_id(tokenizer: Tokenizer) -> int:
    """Return the id of <pad>. Raises ValueError when the tokenizer has none."""
    found = tokenizer.token_to_id("<pad>")
    if found is None:
        raise ValueError("the tokenizer has no <pad>")
    return int(found)


@dataclass(frozen=True, slots=True)
class Encoded:
    """Row i belongs to text i: `logits` (n, tasks), `embeddings` (n, width), unit length."""

    logits: FloatArray
    embeddings: FloatArray


class Encoder:
    """The network with its tokenizer, ready to read windows."""

    def __init__(self, model: TaskModel, tokenizer: Tokenizer, bfloat16: bool | None = None) -> None:
        self._model = model.eval()
        # torch's own fast path for padded batches is slower on a processor than its attention kernel:
        # 16.0 against 18.3 windows a second, measured on two cores without bfloat16.
        torch.backends.mha.set_fastpath_enabled(False)
        self._tokenizer = tokenizer
        self._bfloat16 = supports_bfloat16() if bfloat16 is None else bfloat16
        self._pad = pad_id(tokenizer)
        self.width = int(model.words.embedding_dim)

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Return scores and embeddings of normalised windows, in the order given.

        Each is cut at MAX_TOKENS. Batches hold windows of like length and about
        _TOKENS_A_BATCH tokens, so that little is spent on padding.
        """
        mean, first = self.vectors(texts)
        with torch.inference_mode():
            logits = self._model.judge(mean, first) + self.word_logits(texts)
            embeddings = nn.functional.normalize(mean, dim=-1)
        return Encoded(logits.numpy(), embeddings.numpy())

    def word_logits(self, texts: Sequence[str]) -> Tensor:
        """Return what the words of each window add to its scores, (n, tasks) float32."""
        with torch.no_grad():
            return self._model.judge_words([word_features(neutralise(text)) for text in texts])

    def vectors(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Return the mean and the first-token vector of each window, (n, width) each, float32."""
        mean = torch.zeros(len(texts), self.width)
        first = torch.zeros(len(texts), self.width)
        rows = [self._ids(text) for text in texts]
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        # One autocast for all batches: it keeps the weights that it has cast.
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=self._bfloat16):
            start = 0
            while start < len(order):
                stop = start + 1
                while stop < len(order) and (stop + 1 - start) * len(rows[order[stop]]) <= _TOKENS_A_BATCH:
                    stop += 1
                chosen = order[start:stop]
                batch_mean, batch_first = self._model.encode(*self._padded([rows[i] for i in chosen]))
                mean[chosen], first[chosen] = batch_mean.float(), batch_first.float()
                start = stop
        return mean, first

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(PREFIX + neutralise(text)).ids
        return ids if len(ids) <= MAX_TOKENS else [*ids[: MAX_TOKENS - 1], ids[-1]]

    def _padded(self, rows: Sequence[list[int]]) -> tuple[Tensor, Tensor]:
        longest = max(map(len, rows))
        ids = torch.full((len(rows), longest), self._pad, dtype=torch.long)
        mask = torch.zeros((len(rows), longest), dtype=torch.long)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = torch.tensor(row)
            mask[number, : len(row)] = 1
        return ids, mask
