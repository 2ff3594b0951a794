"""Vectors of many texts, read once: what heads, calibration and figures are worked out from.

Owns: the files of vectors in a run's folder, so that a stopped or repeated end of a run does
not read thousands of texts again. Leaves reading to `classifier.encode`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b, sha256
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from classifier.cues import find_cues
from classifier.encode import Encoder
from classifier.evaluate import LabelledText
from classifier.network import TaskModel
from classifier.scoring import ItemScores, combine_windows
from classifier.windows import cut_windows

_CHUNK = 1024


@dataclass(frozen=True, slots=True)
class Reader:
    """The tuned network with its encoder, and the folder where vectors are kept."""

    model: TaskModel
    encoder: Encoder
    folder: Path
    progress: Callable[[str], None]

    def vectors(self, texts: Sequence[str], name: str) -> Tensor:
        """Return mean and first-token vector of each text side by side, (n, 2 x width) float32.

        Kept as `vectors-<name>`; texts that the same encoder has read are taken from there.
        """
        path = self.folder / f"vectors-{name}.safetensors"
        keys = text_keys(texts, self.model)
        known = _read(path)
        missing = [
            (key, text) for key, text in dict(zip(keys, texts, strict=True)).items() if key not in known
        ]
        for start in range(0, len(missing), _CHUNK):
            some = missing[start : start + _CHUNK]
            found = torch.cat(self.encoder.vectors([text for _, text in some]), dim=1).half()
            known |= dict(zip((key for key, _ in some), found, strict=True))
            self.progress(f"{name}: {start + len(some)} of {len(missing)} texts read")
        if not texts:
            return torch.zeros(0, 2 * self.encoder.width)
        vectors = torch.stack([known[key] for key in keys])
        if missing:
            self.folder.mkdir(parents=True, exist_ok=True)
            new = path.with_suffix(".new")
            save_file({"vectors": vectors, "keys": torch.tensor(keys)}, new)
            new.replace(path)
        return vectors.float()

    def scores(self, texts: Sequence[LabelledText], name: str) -> dict[str, ItemScores]:
        """Return the uncalibrated scores of each text by id, with the present heads; texts without
        content are left out."""
        cut = [(text, cut_windows(text.text)) for text in texts]
        read = [window.text for _, windows in cut for window in windows]
        vectors = self.vectors(read, name)
        with torch.inference_mode():
            logits = (self.model.scores(vectors) + self.encoder.word_logits(read)).numpy()
        found: dict[str, ItemScores] = {}
        at = 0
        for text, windows in cut:
            if windows:
                rows = logits[at : at + len(windows)]
                found[text.id] = combine_windows(rows, len(find_cues(text.text)))
            at += len(windows)
        return found


def text_keys(texts: Sequence[str], model: TaskModel) -> list[int]:
    """Return what the vector of each text depends on, as 64-bit hashes: text and weights below the heads."""
    weights = sha256()
    for name, value in model.state_dict().items():
        if not name.startswith(("scores.", "word_scores.")):
            weights.update(name.encode() + value.detach().numpy().tobytes())
    mark = weights.digest()[:32]
    return [
        int.from_bytes(
            blake2b(text.encode(errors="surrogatepass"), key=mark, digest_size=8).digest(), "big", signed=True
        )
        for text in texts
    ]


def _read(path: Path) -> dict[int, Tensor]:
    if not path.exists():
        return {}
    kept = load_file(path)
    return dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True))
