"""Reading texts with a model: labels, stance, evidence, embedding.

Owns: `Assessor`, the way from text to `Assessment`. Leaves the arithmetic to `scoring`,
the network to `encode`, spans to `explain`.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

import torch

from classifier.artefact import Artefact
from classifier.cues import find_cues
from classifier.encode import Encoded
from classifier.explain import explain
from classifier.language import is_english
from classifier.manifest import Manifest
from classifier.match import PairModel
from classifier.scoring import combine_windows, judge
from classifier.windows import Window, cut_windows
from kentongan.domain import Assessment, Label, Stance

_EMBEDDED_WINDOWS = 4  # a claim stands at the head of a text
_AT_ONCE = 64  # texts


class Assessor:
    """A loaded model that assesses texts. Safe to share; holds no state of its own."""

    def __init__(self, artefact: Artefact, threads: int | None = None) -> None:
        """`threads` sets how many processor threads torch uses in this process; None leaves it."""
        if threads:
            torch.set_num_threads(threads)
        self._encoder = artefact.encoder
        self.meaning = artefact.meaning
        self.manifest: Manifest = artefact.manifest
        self.model = artefact.manifest.title
        self.pairs = PairModel(artefact.manifest.match)
        self.links = PairModel(artefact.manifest.link)

    def assess(self, texts: Sequence[str], *, only_labels: bool = False) -> list[Assessment]:
        """Return one assessment a text, in order.

        Span offsets are characters of the text as given. `only_labels` leaves out spans and embedding,
        which is faster. A text without content gets probability 0 and an empty embedding.
        """
        found: list[Assessment] = []
        for start in range(0, len(texts), _AT_ONCE):
            found += self._assess_some(texts[start : start + _AT_ONCE], only_labels)
        return found

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """Return one embedding a text, in order, in the form and space of `Assessment.embedding`.

        A text without content gets an empty one.
        """
        cut = [cut_windows(text)[:_EMBEDDED_WINDOWS] for text in texts]
        rows = self._encoder.meanings([window.text for windows in cut for window in windows])
        return [self.meaning.embedding(rows[left:right]) for left, right in _bounds(cut)]

    def _assess_some(self, texts: Sequence[str], only_labels: bool) -> list[Assessment]:
        cut = [cut_windows(text) for text in texts]
        bounds = _bounds(cut)
        heads = [at for left, right in bounds for at in range(left, min(right, left + _EMBEDDED_WINDOWS))]
        meant = [] if only_labels else heads
        encoded = self._encoder.encode([window.text for windows in cut for window in windows], meant)
        return [
            self._assess_one(
                text, windows, Encoded(encoded.logits[left:right], encoded.meanings[left:right]), only_labels
            )
            for text, windows, (left, right) in zip(texts, cut, bounds, strict=True)
        ]

    def _assess_one(
        self, text: str, windows: Sequence[Window], encoded: Encoded, only_labels: bool
    ) -> Assessment:
        if not windows:
            return Assessment(self.model, dict.fromkeys(Label, 0.0), Stance.REPORTS, 0.0, frozenset())
        cues = find_cues(text)
        verdict = judge(combine_windows(encoded.logits, len(cues)), self.manifest)
        if is_english(text):
            verdict = replace(verdict, flagged=frozenset(), abstained=verdict.flagged | verdict.abstained)
        shown = frozenset[Label]() if only_labels else verdict.flagged | verdict.abstained
        return Assessment(
            model=self.model,
            probabilities=verdict.probabilities,
            stance=verdict.stance,
            stance_probability=verdict.asserts,
            flagged=verdict.flagged,
            abstained=verdict.abstained,
            spans=explain(windows, encoded.logits, shown, self._encoder, self.manifest, len(cues)),
            cues=cues,
            embedding=self.meaning.embedding(encoded.meanings),
        )


def _bounds(cut: Sequence[Sequence[Window]]) -> list[tuple[int, int]]:
    return list(pairwise(accumulate((len(windows) for windows in cut), initial=0)))
