"""Learning from reviews: a model whose heads were moved towards what the team decided.

Owns: which lessons are taught and which held out, and the record of it in the manifest. Leaves
lessons to `kentongan.store.lessons`, the fit to `nudge`, the floors to `floors`, the card to
`learnt_card`, adoption to `classifier.current`. The encoder stays, so this takes minutes.

It begins from the heads as shipped and learns all lessons at once: whoever runs it twice does
not count the same reviews twice, and what one round spoilt is not in the next.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from classifier.artefact import Artefact, load_trainable
from classifier.assess import Assessor
from classifier.current import LEARNT
from classifier.encode import Encoder
from classifier.errors import ClassifierError
from classifier.manifest import SCALED, Manifest
from classifier.network import TaskModel
from classifier.train.floors import Figures, Floors, failed_floors, measure_lessons
from classifier.train.measure import measure_cases, read_cases
from classifier.train.nudge import NudgeOptions, nudge_heads
from kentongan.domain import ClaimId
from kentongan.store.lessons import Lesson

_HELD_OUT = 3  # one claim in so many
_REHEARSED = 3  # one invented case in so many: a minute less
REHEARSAL = Path(__file__).with_name("functional_cases.jsonl")


@dataclass(frozen=True, slots=True)
class Learnt:
    """A new model, measured; `failed` names each floor that it does not hold."""

    manifest: Manifest
    model: TaskModel
    tokenizer: Tokenizer
    before: Figures
    after: Figures
    failed: tuple[str, ...]

    @property
    def record(self) -> Mapping[str, Any]:
        """What the manifest keeps of the learning: plain values, no text."""
        record: Mapping[str, Any] = self.manifest.training[LEARNT]
        return record


class LearningRefused(ClassifierError):
    """The new model does not hold every floor, or there is too little to learn from."""

    def __init__(self, failed: Sequence[str]) -> None:
        super().__init__(f"not adopted, nothing changed: {'; '.join(failed)}")


def learn(
    lessons: Sequence[Lesson],
    shipped: Path,
    present: Assessor,
    version: str,
    cases: Path,
    *,
    options: NudgeOptions,
    floors: Floors,
    rehearsal: Path = REHEARSAL,
    say: Callable[[str], None] = lambda line: None,
) -> Learnt:
    """Return the shipped model with heads moved by the lessons, called `version`, and its figures.

    One claim in three is held out: there it is measured beside `present`, the model in use. On
    the functional cases it is measured beside the shipped model, so that many small losses
    cannot add up. What was measured is what is returned. Raises LearningRefused for too few
    lessons, TrainingDataMissing without cases, ArtefactMissing or ArtefactDamaged.
    """
    held = [lesson for lesson in lessons if is_held_out(lesson.claim_id)]
    taught = [lesson for lesson in lessons if not is_held_out(lesson.claim_id)]
    if len(lessons) < floors.claims or not held or not taught:
        raise LearningRefused([f"{len(lessons)} decided claims teach something, {floors.claims} are needed"])
    model, tokenizer, manifest = load_trainable(shipped)
    encoder = Encoder(model, tokenizer)
    say(f"{len(taught)} claims to learn from, {len(held)} held out; measuring as it is")
    before = Figures(
        measure_lessons(held, present), measure_cases(cases, Assessor(Artefact(manifest, encoder)))
    )
    say("learning")
    known = [case["text"] for case in read_cases(rehearsal)[::_REHEARSED]]
    nudge_heads(model, encoder, manifest, taught, known, options)
    say("measuring the new model")
    new = Assessor(Artefact(replace(manifest, version=version), encoder))
    after = Figures(measure_lessons(held, new), measure_cases(cases, new))
    failed = failed_floors(before, after, floors)
    record = {
        "before": present.manifest.title,
        "shipped": manifest.title,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "lessons": count_lessons(lessons),
        "fingerprint": _fingerprint(lessons, manifest.title, options),
        "options": asdict(options),
        "floors": asdict(floors),
        "figures": {"before": asdict(before), "after": asdict(after)},
    }
    complete = replace(new.manifest, training={**manifest.training, LEARNT: record})
    return Learnt(complete, model, tokenizer, before, after, failed)


def is_held_out(claim_id: ClaimId) -> bool:
    """Return whether a claim is only measured: the same one in three, whenever it is asked."""
    return sha256(claim_id.bytes).digest()[0] % _HELD_OUT == 0


def has_learnt(present: Manifest, lessons: Sequence[Lesson], shipped: str, options: NudgeOptions) -> bool:
    """Return whether the model in use came of these very lessons: there is nothing new to learn.

    `shipped` is the title of the shipped model.
    """
    record = present.training.get(LEARNT, {})
    return bool(record.get("fingerprint") == _fingerprint(lessons, shipped, options))


def count_lessons(lessons: Sequence[Lesson]) -> dict[str, Any]:
    """Return how many claims, texts and votes there are, and by head how many texts say yes or no."""
    counts: dict[str, Any] = {
        "claims": len(lessons),
        "held_out": sum(is_held_out(lesson.claim_id) for lesson in lessons),
        "texts": sum(len(lesson.texts) for lesson in lessons),
        "votes": sum(len(lesson.votes) for lesson in lessons),
    }
    for name in SCALED:
        found = [t.targets[name].value for lesson in lessons for t in lesson.texts if name in t.targets]
        raised = sum(value >= 0.5 for value in found)
        counts[name] = {"yes": raised, "no": len(found) - raised}
    return counts


def _fingerprint(lessons: Sequence[Lesson], shipped: str, options: NudgeOptions) -> str:
    """Return a hash of all that learning begins from; no text can be read back from it."""
    said = [
        (str(lesson.claim_id), [(text.text, sorted(text.targets.items())) for text in lesson.texts])
        for lesson in lessons
    ]
    return sha256(repr((said, shipped, options)).encode("utf-8", "surrogatepass")).hexdigest()
