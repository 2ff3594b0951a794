"""How two versions of one text differ, word by word, as a reader of the page would see it.

Owns: comparing within bounds, whatever the texts are. Punctuation and case count: an edit is an
edit. Leaves the differing tellings of a claim to `variants`, and showing to templates.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from kentongan.variants import Change, Stretch

MAX_CHARACTERS = 60_000
"""Of a version: what comes after is not compared."""

MAX_STEPS = 2_000_000
"""Of comparing, in all: a paragraph of 100 words takes 20,000, an article of 400 in one piece 700,000.
What is beyond is told as removed and added whole; 0.2 microseconds each were measured at most."""

_ALIKE = 0.3
"""Below this share of common words, a rewritten passage is told whole: islands of "dan" are noise."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`stretches` in reading order; equal and added words are the later version's."""

    stretches: tuple[Stretch, ...]
    cut: bool  # there is more of one version, which was not compared

    @property
    def changed(self) -> bool:
        return any(stretch.change is not Change.SAME for stretch in self.stretches)


@dataclass(slots=True)
class Budget:
    """What comparing may still cost; one for all comparisons of a page."""

    steps: int = MAX_STEPS

    def opcodes(
        self, old: Sequence[str], new: Sequence[str]
    ) -> Iterator[tuple[Sequence[str], Sequence[str], bool]]:
        """Yield what became of what, in order, and whether it is equal."""
        shorter = min(len(old), len(new))
        head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
        tail = next((i for i in range(shorter - head) if old[-1 - i] != new[-1 - i]), shorter - head)
        yield old[:head], new[:head], True
        yield from self._middle(old[head : len(old) - tail], new[head : len(new) - tail])
        yield old[len(old) - tail :], new[len(new) - tail :], True

    def _middle(
        self, old: Sequence[str], new: Sequence[str]
    ) -> Iterator[tuple[Sequence[str], Sequence[str], bool]]:
        ours, theirs = Counter(old), Counter(new)
        pairs = sum(ours[one] for one in new)
        # difflib looks once over the words and their equals for each equal stretch that it finds
        steps = (len(old) + pairs) * (ours & theirs).total()
        if steps > self.steps:
            yield old, new, False
            return
        self.steps -= steps
        for tag, left, right, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            yield old[left:right], new[start:end], tag == "equal"

    def reworded(self, old: Sequence[str], new: Sequence[str]) -> list[Stretch]:
        pieces = list(self.opcodes(old, new))
        same = sum(len(after) for _, after, equal in pieces if equal)
        if 2 * same < _ALIKE * (len(old) + len(new)):
            pieces = [(old, new, False)]
        found: list[Stretch] = []
        for before, after, equal in pieces:
            if equal:
                found.append(Stretch(tuple(after), Change.SAME))
            else:
                found += [Stretch(tuple(before), Change.REMOVED), Stretch(tuple(after), Change.ADDED)]
        return found


def compare(old: str, new: str, budget: Budget) -> Difference:
    """Return what the later version changed. Passages are compared first, then words within them."""
    cut = max(len(old), len(new)) > MAX_CHARACTERS
    found: list[Stretch] = []
    for before, after, same in budget.opcodes(_lines(old), _lines(new)):
        if same:
            found.append(Stretch(_words(after), Change.SAME))
        else:
            found += budget.reworded(_words(before), _words(after))
    return Difference(tuple(_joined(found)), cut)


def _lines(text: str) -> list[str]:
    return [line for raw in text[:MAX_CHARACTERS].split("\n") if (line := " ".join(raw.split()))]


def _words(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join(lines).split())


def _joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Return the same without empty ones, neighbours of one fate as one."""
    found: list[Stretch] = []
    for stretch in stretches:
        if found and stretch.words and found[-1].change is stretch.change:
            found[-1] = Stretch(found[-1].words + stretch.words, stretch.change)
        elif stretch.words:
            found.append(stretch)
    return found
