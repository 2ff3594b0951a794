"""What an artefact says of itself: sizes, files with their hashes, calibration, thresholds.

Owns: the form of `manifest.json`, read strictly. Leaves files and weights to `artefact`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from classifier.network import Sizes
from kentongan.domain import Label

FORMAT = 1
SCALED = (*(str(label) for label in Label), "asserts")  # what has a calibration


@dataclass(frozen=True, slots=True)
class Scaling:
    """Platt scaling: probability = sigmoid(slope * logit + offset + cues * groups).

    `groups` is how many groups of chain-message cues the text bears; only `hoax` heeds them.
    """

    slope: float
    offset: float
    cues: float = 0.0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A probability at or above `flag` flags; from `abstain` up to `flag` it is left to people."""

    abstain: float
    flag: float


@dataclass(frozen=True, slots=True)
class MatchModel:
    """The pair model: a logistic regression over named features, and where it suggests or confirms."""

    features: tuple[str, ...]
    weights: tuple[float, ...]
    offset: float
    suggest: float
    confirm: float


UNFITTED = MatchModel((), (), -40.0, 1.0, 1.0)
"""Says that no pair is alike: what a model has until its pair models are fitted."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that is known of one model version."""

    name: str
    version: str
    licence: str
    sizes: Sizes
    files: Mapping[str, str]  # file name to SHA-256, hex
    scaling: Mapping[str, Scaling]  # by the names in SCALED
    thresholds: Mapping[Label, Thresholds]
    gate: float  # least probability of `asserts` that lets a label be flagged
    match: MatchModel  # a text against a published check
    link: MatchModel  # two items against each other
    training: Mapping[str, Any]  # settings and figures of the run, for people

    @property
    def title(self) -> str:
        """The model as assessments name it: name and version."""
        return f"{self.name}@{self.version}"


def parse_manifest(raw: Any) -> Manifest:
    """Return the manifest in `raw`, decoded JSON. Raises ValueError naming what is wrong with it."""
    try:
        if raw["format"] != FORMAT:
            raise ValueError(f"format {raw['format']} is not {FORMAT}")
        return Manifest(
            name=str(raw["name"]),
            version=str(raw["version"]),
            licence=str(raw["licence"]),
            sizes=Sizes(**{field.name: raw["sizes"][field.name] for field in fields(Sizes)}),
            files={str(name): str(digest) for name, digest in raw["files"].items()},
            scaling={name: Scaling(**raw["scaling"][name]) for name in SCALED},
            thresholds={label: Thresholds(**raw["thresholds"][label]) for label in Label},
            gate=float(raw["gate"]),
            match=_match(raw["match"]),
            link=_match(raw["link"]) if "link" in raw else UNFITTED,  # models before 0.3.0 have none
            training=dict(raw["training"]),
        )
    except KeyError as exc:
        raise ValueError(f"field {exc.args[0]} is missing") from exc
    except (TypeError, AttributeError) as exc:
        raise ValueError(str(exc)) from exc


def _match(raw: Mapping[str, Any]) -> MatchModel:
    features, weights = tuple(raw["features"]), tuple(float(w) for w in raw["weights"])
    if len(features) != len(weights):
        raise ValueError("match: as many weights as features are needed")
    return MatchModel(features, weights, float(raw["offset"]), float(raw["suggest"]), float(raw["confirm"]))
