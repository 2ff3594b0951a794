"""Which sentences carried a label: leave each out and see how the probability falls.

Owns: evidence spans. Leaves scores to `scoring`. Only the windows that carried the label
are looked into, and only for labels that are flagged or left open.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from classifier.encode import Encoder, FloatArray
from classifier.manifest import Manifest
from classifier.network import TASKS
from classifier.scoring import combine_windows, judge
from classifier.windows import Window
from kentongan.domain import Label, Span
from kentongan.text import normalise

_STRONGEST_WINDOWS = 2
_MOST_SPANS = 3  # a label
_LEAST_CONTRIBUTION = 0.02


@dataclass(frozen=True, slots=True)
class _Without:
    """One sentence of one window left out."""

    window: int
    start: int
    end: int
    text: str  # what is left of the window, normalised; may be empty


def explain(
    windows: Sequence[Window],
    logits: FloatArray,
    labels: frozenset[Label],
    encoder: Encoder,
    manifest: Manifest,
) -> tuple[Span, ...]:
    """Return the spans that carried `labels`, in the order of the text.

    `logits` are those of the windows. A span's contribution is the label's probability
    with it minus that without it; an item of one sentence contributes all of it. Each
    label has at least one span, its strongest, and at most three.
    """
    if not labels:
        return ()
    full = judge(combine_windows(logits), manifest).probabilities
    variants = _variants(windows, _carriers(logits, labels))
    scored = encoder.encode([variant.text for variant in variants if variant.text]).logits
    rest = iter(scored)
    falls: list[dict[Label, float]] = []
    for variant in variants:
        changed = np.delete(logits, variant.window, axis=0)
        if variant.text:
            changed = np.concatenate([changed, next(rest)[None]])
        without = judge(combine_windows(changed), manifest).probabilities if len(changed) else None
        falls.append({label: full[label] - (without[label] if without else 0.0) for label in labels})
    spans = [span for label in labels for span in _strongest(label, variants, falls)]
    return tuple(sorted(spans, key=lambda span: (span.start, span.label)))


def _carriers(logits: FloatArray, labels: frozenset[Label]) -> list[int]:
    stance = np.minimum(0.0, logits[:, TASKS.index("asserts")])
    chosen: set[int] = set()
    for label in labels:
        order = np.argsort(-(logits[:, TASKS.index(label)] + stance))
        chosen.update(int(i) for i in order[:_STRONGEST_WINDOWS])
    return sorted(chosen)


def _variants(windows: Sequence[Window], carriers: Sequence[int]) -> list[_Without]:
    variants: list[_Without] = []
    for number in carriers:
        parts = windows[number].sentences
        for left_out in parts:
            rest = normalise(" ".join(part.text for part in parts if part is not left_out))
            variants.append(_Without(number, left_out.start, left_out.end, rest))
    return variants


def _strongest(label: Label, variants: Sequence[_Without], falls: Sequence[dict[Label, float]]) -> list[Span]:
    spans = [
        Span(variant.start, variant.end, label, round(fall[label], 4))
        for variant, fall in zip(variants, falls, strict=True)
    ]
    spans.sort(key=lambda span: -span.contribution)
    kept = [span for span in spans[:_MOST_SPANS] if span.contribution >= _LEAST_CONTRIBUTION]
    return kept or [replace(spans[0], contribution=max(0.0, spans[0].contribution))]
