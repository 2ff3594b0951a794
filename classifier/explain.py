"""Which sentences carried a label, and by how much: shares of one probability that add up.

Owns: evidence spans. Leaves scores to `scoring`. Candidates are the sentences that say most
when read alone, out of the windows that carried the label. The strongest three and all the
rest then share the probability by Shapley's values, taken exactly over every way of leaving
some of them out. Only for labels that are flagged or left open.

Source: Shapley 1953, as used for explanations by Štrumbelj and Kononenko 2010.
"""

from collections.abc import Mapping, Sequence
from itertools import chain, combinations
from math import factorial

import numpy as np

from classifier.cues import find_cues
from classifier.encode import Encoder, FloatArray
from classifier.manifest import Manifest
from classifier.network import TASKS
from classifier.scoring import combine_windows, judge
from classifier.windows import Window
from kentongan.domain import Label, Span
from kentongan.text import normalise

_STRONGEST_WINDOWS = 2
_MOST_SPANS = 3  # a label
_LEAST_SHARE = 0.02  # of probability; a weaker sentence is not shown unless it is the strongest

At = tuple[int, int]  # a sentence: window, number in it
Player = frozenset[At]  # sentences that come and go together


class _Reading:
    """One text and what reads it. Each window is encoded once, however many sets of sentences share it."""

    def __init__(
        self, windows: Sequence[Window], logits: FloatArray, encoder: Encoder, manifest: Manifest
    ) -> None:
        self._windows, self._encoder, self._manifest = windows, encoder, manifest
        self._known = {window.text: row for window, row in zip(windows, logits, strict=True)}

    def probabilities(self, kept: Sequence[Player]) -> list[Mapping[Label, float]]:
        """Return the probabilities of the text with only these sentences kept, encoded together.

        A text of which nothing is kept has probability 0.
        """
        parts = [self._windows_of(some) for some in kept]
        new = [text for text in dict.fromkeys(t for texts in parts for t in texts) if text not in self._known]
        self._known.update(zip(new, self._encoder.encode(new).logits, strict=True))
        return [self._probabilities(texts) for texts in parts]

    def _probabilities(self, texts: Sequence[str]) -> Mapping[Label, float]:
        if not texts:
            return dict.fromkeys(Label, 0.0)
        rows = np.stack([self._known[text] for text in texts])
        cues = len(find_cues(" ".join(texts)))
        return judge(combine_windows(rows, cues), self._manifest).probabilities

    def _windows_of(self, kept: Player) -> list[str]:
        """Return what is left of each window."""
        found: list[str] = []
        for number, window in enumerate(self._windows):
            left = [part.text for n, part in enumerate(window.sentences) if (number, n) in kept]
            whole = len(left) == len(window.sentences)
            if text := window.text if whole else normalise(" ".join(left)):
                found.append(text)
        return found


def explain(
    windows: Sequence[Window],
    logits: FloatArray,
    labels: frozenset[Label],
    encoder: Encoder,
    manifest: Manifest,
    cues: int = 0,
) -> tuple[Span, ...]:
    """Return the spans that carried `labels`, in the order of the text.

    `logits` are those of the windows, `cues` the number of cue groups in the whole text. The
    shares of one label's sentences, and that of the rest of the text, add up to its probability.
    Shares that are weak or below 0 (a sentence that spoke against the label) are not shown, so
    the one to three spans of a label may add up to somewhat less or more.
    """
    if not labels:
        return ()
    reading = _Reading(windows, logits, encoder, manifest)
    everything: Player = frozenset(
        (w, n) for w, window in enumerate(windows) for n in range(len(window.sentences))
    )
    singles = [frozenset({at}) for at in sorted(everything) if at[0] in _carriers(logits, labels)]
    alone = dict(zip(singles, reading.probabilities(singles), strict=True))
    players = {label: _players(label, alone, everything) for label in labels}
    wanted = list(dict.fromkeys(kept for some in players.values() for kept in _coalitions(some)))
    values = dict(zip(wanted, reading.probabilities(wanted), strict=True))
    values[everything] = judge(combine_windows(logits, cues), manifest).probabilities
    spans: list[Span] = []
    for label, some in players.items():
        shares = _shares(some, {kept: values[kept][label] for kept in _coalitions(some)})
        shown = sorted((p for p in some if p in alone), key=lambda p: -shares[p])
        for place, player in enumerate(shown[:_MOST_SPANS]):
            if place == 0 or shares[player] >= _LEAST_SHARE:
                ((window, n),) = player
                part = windows[window].sentences[n]
                spans.append(Span(part.start, part.end, label, round(max(0.0, shares[player]), 4)))
    return tuple(sorted(spans, key=lambda span: (span.start, span.label)))


def _carriers(logits: FloatArray, labels: frozenset[Label]) -> frozenset[int]:
    stance = np.minimum(0.0, logits[:, TASKS.index("asserts")])
    chosen: set[int] = set()
    for label in labels:
        order = np.argsort(-(logits[:, TASKS.index(label)] + stance))
        chosen.update(int(i) for i in order[:_STRONGEST_WINDOWS])
    return frozenset(chosen)


def _players(
    label: Label, alone: Mapping[Player, Mapping[Label, float]], everything: Player
) -> tuple[Player, ...]:
    """Return the sentences that say most of the label when read alone, and the rest as one."""
    strongest = sorted(alone, key=lambda player: (-alone[player][label], sorted(player)))[:_MOST_SPANS]
    rest = everything - frozenset().union(*strongest)
    return (*strongest, rest) if rest else tuple(strongest)


def _coalitions(players: Sequence[Player]) -> list[Player]:
    """Return the sentences of every subset of the players, the empty one first."""
    some = chain.from_iterable(combinations(players, size) for size in range(len(players) + 1))
    return [frozenset().union(*together) for together in some]


def _shares(players: Sequence[Player], values: Mapping[Player, float]) -> dict[Player, float]:
    """Return each player's Shapley value; `values` are probabilities by the sentences kept."""
    count = len(players)
    shares: dict[Player, float] = {}
    for player in players:
        others = [other for other in players if other != player]
        shares[player] = sum(
            factorial(size)
            * factorial(count - size - 1)
            / factorial(count)
            * (values[player.union(*together)] - values[frozenset().union(*together)])
            for size in range(count)
            for together in combinations(others, size)
        )
    return shares
