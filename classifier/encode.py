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
    """Row i belongs to text i: `logits` (n, tasks), and `meanings` (n, width), unit length, of the
    texts as they are written; zeros where none was asked for."""

    logits: FloatArray
    meanings: FloatArray


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

    def encode(self, texts: Sequence[str], meant: Sequence[int] = ()) -> Encoded:
        """Return scores of normalised windows, and the meanings of the rows in `meant`, in the order given.

        Scores are those of the text with its names exchanged (`neutral`), meanings those of the text
        as it is written: where it has no names, one pass gives both. Each is cut at MAX_TOKENS.
        """
        plain = [neutralise(text) for text in texts]
        mean, first = self._vectors(plain)
        with torch.inference_mode():
            logits = self._model.judge(mean, first) + self._word_logits(plain)
        meanings = torch.zeros(len(texts), self.width)
        same = [at for at in meant if plain[at] == texts[at]]
        named = [at for at in meant if plain[at] != texts[at]]
        meanings[same] = mean[same]
        if named:
            meanings[named] = self._vectors([texts[at] for at in named])[0]
        return Encoded(logits.numpy(), nn.functional.normalize(meanings, dim=-1).numpy())

    def meanings(self, texts: Sequence[str]) -> FloatArray:
        """Return the vectors of normalised windows as they are written, (n, width), unit length."""
        found: FloatArray = nn.functional.normalize(self._vectors(texts)[0], dim=-1).numpy()
        return found

    def word_logits(self, texts: Sequence[str]) -> Tensor:
        """Return what the words of each window add to its scores, (n, tasks) float32."""
        return self._word_logits([neutralise(text) for text in texts])

    def vectors(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Return the mean and the first-token vector of each window with its names exchanged,
        (n, width) each, float32."""
        return self._vectors([neutralise(text) for text in texts])

    def _word_logits(self, plain: Sequence[str]) -> Tensor:
        with torch.no_grad():
            return self._model.judge_words([word_features(text) for text in plain])

    def _vectors(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Run the network. Batches hold windows of like length and about _TOKENS_A_BATCH tokens,
        so that little is spent on padding."""
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
        ids: list[int] = self._tokenizer.encode(PREFIX + text).ids
        return ids if len(ids) <= MAX_TOKENS else [*ids[: MAX_TOKENS - 1], ids[-1]]

    def _padded(self, rows: Sequence[list[int]]) -> tuple[Tensor, Tensor]:
        longest = max(map(len, rows))
        ids = torch.full((len(rows), longest), self._pad, dtype=torch.long)
        mask = torch.zeros((len(rows), longest), dtype=torch.long)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = torch.tensor(row)
            mask[number, : len(row)] = 1
        return ids, mask
