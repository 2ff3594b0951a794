"""A bag of words beside the model: what can be told from the words alone.

Owns: the bias probe that is printed beside every figure, and its file in the artefact. A
model that is no better than this where false and true are put alike has learnt the sources,
not the hoaxes. Leaves fitting to `train.fit_probe`. Words and pairs of words are hashed, so
nothing of the training texts is in the file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from classifier.encode import FloatArray
from classifier.errors import ArtefactDamaged, ArtefactMissing
from classifier.metrics import Values
from classifier.word_features import word_features
from kentongan.domain import Label

PROBE = "probe.safetensors"


@dataclass(frozen=True, slots=True)
class Probe:
    """Logistic regressions over hashed words: weights (BUCKETS,) and an offset a label."""

    weights: Mapping[Label, FloatArray]
    offsets: Mapping[Label, float]

    def probabilities(self, label: Label, texts: Sequence[str]) -> Values:
        """Return the label's probability for each text, (n,)."""
        weights = self.weights[label].astype(np.float64)
        logits = np.array(
            [sum(weights[at] * value for at, value in word_features(text).items()) for text in texts]
        )
        return 1 / (1 + np.exp(-(logits + self.offsets[label])))


def save_probe(folder: Path, probe: Probe) -> None:
    """Write the probe into an artefact's folder, in float16."""
    tensors = {str(label): weights.astype(np.float16) for label, weights in probe.weights.items()}
    tensors |= {f"{label}.offset": np.array([offset], np.float32) for label, offset in probe.offsets.items()}
    save_file(tensors, folder / PROBE)
    (folder / PROBE).chmod(0o644)


def read_probe(folder: Path) -> Probe:
    """Return the probe of the artefact in `folder`. Raises ArtefactMissing or ArtefactDamaged."""
    path = folder / PROBE
    if not path.exists():
        raise ArtefactMissing(path)
    try:
        tensors = load_file(path)
        return Probe(
            {label: tensors[str(label)].astype(np.float32) for label in Label},
            {label: float(tensors[f"{label}.offset"][0]) for label in Label},
        )
    except (SafetensorError, KeyError, OSError, IndexError) as exc:
        raise ArtefactDamaged(path, str(exc)) from exc
