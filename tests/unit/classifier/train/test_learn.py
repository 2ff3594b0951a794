"""Learning moves four heads towards the reviews, no further, and dares nothing below a floor."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import torch
from torch import Tensor

from classifier.artefact import Artefact, load_artefact, read_manifest, save_artefact
from classifier.assess import Assessor
from classifier.encode import Encoder
from classifier.manifest import SCALED, Manifest, Scaling, Thresholds
from classifier.network import TASKS, TaskModel
from classifier.train.base import read_base
from classifier.train.build import build_model
from classifier.train.floors import Figures, Floors, LessonFigures, failed_floors, measure_lessons
from classifier.train.learn import LearningRefused, Learnt, has_learnt, is_held_out, learn
from classifier.train.learnt_card import write_learnt_card
from classifier.train.nudge import NudgeOptions, nudge_heads
from classifier.windows import cut_windows
from kentongan.domain import ClaimId, Decision, Label, Reason
from kentongan.store.lessons import Lesson, LessonText, Target, Vote, teach

HOAX = TASKS.index("hoax")
RAISED = (Vote(Decision.ESCALATE, Reason.UNSTATED),)
DISMISSED = (Vote(Decision.DISMISS, Reason.OPINION),)
QUIET = [f"warga kampung {n} ronda malam" for n in range(30)]
FREE = NudgeOptions(pull=0.01, rehearsal=0.0, offset_pull=100.0)


@dataclass(frozen=True)
class Tiny:
    """A tiny network whose heads answer near even odds, so that all can move."""

    model: TaskModel
    encoder: Encoder
    manifest: Manifest
    folder: Path

    def logits(self, *texts: str) -> Tensor:
        return torch.from_numpy(self.encoder.encode(texts).logits)

    def vectors(self, *texts: str) -> Tensor:
        return torch.cat(self.encoder.vectors(texts), dim=1)


@pytest.fixture
def tiny(base_file: Path, model_folder: Path, tmp_path: Path) -> Tiny:
    torch.manual_seed(1)
    model, tokenizer, sizes = build_model(read_base(base_file), ["pasar ramai"], 40)
    known = read_manifest(model_folder)
    manifest = replace(
        known,
        name="kecil",
        version="1.0.0",
        sizes=sizes,
        scaling={name: Scaling(1.0, 0.0) for name in SCALED},
        thresholds=dict.fromkeys(Label, Thresholds(0.98, 0.99)),
        training={},
        files={},
    )
    manifest = save_artefact(tmp_path / "kecil", manifest, model, tokenizer, "# kecil\n")
    artefact = load_artefact(tmp_path / "kecil")
    model.load_state_dict({name: value.half().float() for name, value in model.state_dict().items()})
    return Tiny(model, Encoder(model, tokenizer, bfloat16=False), artefact.manifest, tmp_path / "kecil")


def make_lesson(number: int, text: str, votes: Sequence[Vote]) -> Lesson:
    targets = teach(votes, [Label.HOAX])
    return Lesson(ClaimId(UUID(int=number)), tuple(votes), (LessonText(text, targets),))


def make_lessons(
    count: int = 40, yes: Sequence[Vote] = RAISED, no: Sequence[Vote] = DISMISSED
) -> list[Lesson]:
    pairs = [
        (f"sebarkan air racun {n}", yes) if n % 2 else (f"pasar ramai warga {n}", no) for n in range(count)
    ]
    return [make_lesson(n, text, votes) for n, (text, votes) in enumerate(pairs)]


def nudge(tiny: Tiny, lessons: Sequence[Lesson], options: NudgeOptions, known: Sequence[str] = ()) -> None:
    nudge_heads(tiny.model, tiny.encoder, tiny.manifest, lessons, known, options)


def test_what_people_raise_scores_higher_than_what_they_dismiss(tiny: Tiny) -> None:
    texts = ("sebarkan air racun 5", "pasar ramai warga 5")
    before = tiny.logits(*texts)[:, HOAX]
    nudge(tiny, make_lessons(), FREE)
    after = tiny.logits(*texts)[:, HOAX]
    assert after[0] - after[1] > before[0] - before[1] + 1


def test_the_encoder_and_the_helping_heads_stay_to_the_bit(tiny: Tiny) -> None:
    before = {name: value.clone() for name, value in tiny.model.state_dict().items()}
    nudge(tiny, make_lessons(), FREE)
    after = tiny.model.state_dict()
    moved = {name for name, value in after.items() if not torch.equal(value, before[name])}
    assert moved == {"scores.weight", "scores.bias"}
    rows = (after["scores.weight"] != before["scores.weight"]).any(dim=1)
    assert [name for name, row in zip(TASKS, rows, strict=True) if row] == list(SCALED)


def test_a_head_that_no_lesson_speaks_of_stays(tiny: Tiny) -> None:
    before = tiny.model.scores.weight.detach().clone()
    nudge(
        tiny,
        make_lessons(yes=[Vote(Decision.WATCH, Reason.UNSTATED)], no=[Vote(Decision.DISMISS, Reason.TRUE)]),
        FREE,
    )
    rows = (tiny.model.scores.weight != before).any(dim=1)
    assert [name for name, row in zip(TASKS, rows, strict=True) if row] == ["hoax"]


def test_the_new_heads_are_what_the_disk_will_hold(tiny: Tiny) -> None:
    nudge(tiny, make_lessons(), FREE)
    weight = tiny.model.scores.weight
    assert torch.equal(weight, weight.half().float())


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        (FREE, replace(FREE, pull=10.0)),
        (NudgeOptions(pull=0.01, rehearsal=0.0), NudgeOptions(pull=0.01, rehearsal=10.0)),
    ],
    ids=["pull", "rehearsal"],
)
def test_pull_and_rehearsal_hold_the_rest_where_it_was(
    tiny: Tiny, weaker: NudgeOptions, stronger: NudgeOptions
) -> None:
    start = {name: value.clone() for name, value in tiny.model.state_dict().items()}
    before, moves = tiny.logits(*QUIET)[:, HOAX], []
    for options in (weaker, stronger):
        tiny.model.load_state_dict(start)
        nudge(tiny, make_lessons(), options, QUIET)
        moves.append(float((tiny.logits(*QUIET)[:, HOAX] - before).abs().mean()))
    assert moves[1] < moves[0] / 2


def test_a_team_that_raises_everything_does_not_raise_everything_else(tiny: Tiny) -> None:
    start = {name: value.clone() for name, value in tiny.model.state_dict().items()}
    before, moves = tiny.logits(*QUIET)[:, HOAX], []
    for offset_pull in (1e6, 0.1):
        tiny.model.load_state_dict(start)
        nudge(tiny, make_lessons(no=RAISED), NudgeOptions(rehearsal=0.0, offset_pull=offset_pull))
        moves.append(float((tiny.logits(*QUIET)[:, HOAX] - before).mean()))
    assert moves[0] > 0.2
    assert moves[1] < moves[0] / 2


def test_disagreement_is_a_soft_answer(tiny: Tiny) -> None:
    start, said = {name: v.clone() for name, v in tiny.model.state_dict().items()}, []
    for votes in (RAISED, (*RAISED, *DISMISSED)):
        tiny.model.load_state_dict(start)
        nudge(tiny, make_lessons(yes=votes), replace(FREE, pull=0.001))
        said.append(float(torch.sigmoid(tiny.logits("sebarkan air racun 5")[0, HOAX])))
    assert said[0] > 0.8
    assert said[1] == pytest.approx(0.5, abs=0.15)


@pytest.mark.parametrize(("value", "shares"), [(1.0, [1.0, 0.0]), (0.0, [0.5, 0.5])])
def test_a_yes_is_taught_to_the_window_that_speaks_most_for_it_and_a_no_to_all(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch, value: float, shares: list[float]
) -> None:
    monkeypatch.setattr("classifier.windows.WINDOW_CHARACTERS", 20)
    parts = ["sebarkan air racun.", "pasar ramai warga."]
    order = torch.argsort(-tiny.logits(*parts)[:, HOAX]).tolist()
    parts = [parts[place] for place in order]  # the first now speaks most for it
    assert len(cut_windows("\n".join(parts))) == 2
    lesson = Lesson(ClaimId(UUID(int=1)), RAISED, (LessonText("\n".join(parts), {"hoax": Target(value, 1)}),))
    before = tiny.model.scores.weight[HOAX].detach().clone()
    nudge(tiny, [lesson], NudgeOptions(pull=0.01, rehearsal=0.0, offset_pull=1e6))
    moved = (tiny.model.scores.weight[HOAX].detach() - before).unsqueeze(1)
    # A head moves along the vectors of what it was taught; along which, and how far, can be solved for.
    along = torch.linalg.lstsq(tiny.vectors(*parts).T.double(), moved.double()).solution.flatten()
    assert (along / along.sum()).tolist() == pytest.approx(shares, abs=0.1)


def move_by(tiny: Tiny, lesson: Lesson) -> float:
    """Return how far the hoax head of the text moves by one lesson; the network stays as it was."""
    start = {name: value.clone() for name, value in tiny.model.state_dict().items()}
    before = tiny.logits("sebarkan air racun")[0, HOAX]
    nudge(tiny, [lesson], NudgeOptions(rehearsal=0.0, offset_pull=1e6))
    after = tiny.logits("sebarkan air racun")[0, HOAX]
    tiny.model.load_state_dict(start)
    return float(after - before)


def test_many_votes_weigh_more_than_one_and_less_than_as_many_claims(tiny: Tiny) -> None:
    one, four = (move_by(tiny, make_lesson(1, "sebarkan air racun", RAISED * n)) for n in (1, 4))
    assert 1.3 * one < four < 3 * one


def test_a_claim_of_many_texts_weighs_no_more_than_one_of_one(tiny: Tiny) -> None:
    lesson = make_lesson(1, "sebarkan air racun", RAISED)
    assert move_by(tiny, replace(lesson, texts=lesson.texts * 8)) == pytest.approx(
        move_by(tiny, lesson), rel=0.05
    )


def test_what_the_cues_say_already_is_not_learnt_once_more(tiny: Tiny) -> None:
    lesson = make_lesson(1, "sebarkan air racun", RAISED)  # one group of cues
    plain = move_by(tiny, lesson)
    heeded = {**tiny.manifest.scaling, "hoax": Scaling(1.0, 0.0, cues=3.0)}
    assert 0 < move_by(replace(tiny, manifest=replace(tiny.manifest, scaling=heeded)), lesson) < plain / 2


def test_one_claim_in_three_is_held_out_and_always_the_same() -> None:
    claims = [ClaimId(UUID(int=n * 7919)) for n in range(600)]
    held = [claim for claim in claims if is_held_out(claim)]
    assert 150 < len(held) < 250
    assert held == [claim for claim in claims if is_held_out(claim)]


def make_figures(log_loss: float = 0.5, right: float = 0.95, alarms: int = 3, **functions: float) -> Figures:
    cases = {
        "share_right": right,
        "false_alarms_of_quiet_cases": [alarms, 90],
        "share_right_by_function": {"criticism": 0.95, "bangka": 0.7, **functions},
    }
    return Figures(LessonFigures(12, log_loss, 0.8), cases)


@pytest.mark.parametrize(
    ("after", "named"),
    [
        (make_figures(right=0.9399), "functional cases right 0.950 -> 0.940"),
        (make_figures(alarms=4), "false alarms 3 -> 4 of 90"),
        (make_figures(criticism=0.89), "function criticism 0.950 -> 0.890"),
        (make_figures(log_loss=0.5001), "log loss on held-out claims 0.5000 -> 0.5001"),
    ],
)
def test_each_floor_alone_refuses_and_is_named(after: Figures, named: str) -> None:
    failed = failed_floors(make_figures(), after, Floors())
    assert len(failed) == 1
    assert named in failed[0]


@pytest.mark.parametrize(
    "after",
    [
        make_figures(),
        make_figures(right=0.9401),
        make_figures(alarms=0),
        make_figures(criticism=0.9),
        make_figures(bangka=0.6),  # it was below before
        make_figures(log_loss=0.4),
    ],
)
def test_what_holds_every_floor_passes(after: Figures) -> None:
    assert failed_floors(make_figures(), after, Floors()) == ()


def test_lessons_are_measured_by_soft_loss_and_by_agreement(tiny: Tiny) -> None:
    sure = replace(tiny.manifest, scaling={name: Scaling(0.0, 9.0) for name in SCALED})
    assessor = Assessor(Artefact(sure, tiny.encoder))  # flags everything
    both = [make_lesson(1, "air racun", RAISED), make_lesson(2, "pasar ramai", DISMISSED)]
    right, wrong = (measure_lessons([lesson], assessor) for lesson in both)
    assert (right.agreement, wrong.agreement) == (1.0, 0.0)
    assert right.log_loss < 0.01 < 5 < wrong.log_loss
    assert measure_lessons(both, assessor).agreement == 0.25  # one label raised, three dismissed


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    rows: list[dict[str, Any]] = [
        {"function": "criticism", "text": text, "labels": [], "stance": "asserts"} for text in QUIET[:5]
    ]
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def learn_tiny(tiny: Tiny, cases: Path, lessons: Sequence[Lesson]) -> Learnt:
    return learn(
        lessons,
        tiny.folder,
        Assessor(load_artefact(tiny.folder)),
        "1.0.0+r1",
        cases,
        options=NudgeOptions(),
        floors=Floors(),
        rehearsal=cases,
    )


def test_what_is_learnt_is_recorded_without_any_text(tiny: Tiny, cases: Path) -> None:
    lessons = make_lessons()
    learnt = learn_tiny(tiny, cases, lessons)
    assert learnt.manifest.title == "kecil@1.0.0+r1"
    assert learnt.after.lessons.log_loss < learnt.before.lessons.log_loss
    assert learnt.failed == ()
    assert learnt.record["before"] == "kecil@1.0.0"
    assert learnt.record["lessons"]["hoax"] == {"yes": 20, "no": 20}
    card = write_learnt_card(learnt, "# kecil\n")
    for written in (json.dumps(learnt.manifest.training), card):
        assert "racun" not in written
        assert "pasar" not in written
    assert "| hoax | 20 | 20 |" in card
    assert card.endswith("# kecil\n")


def test_what_is_measured_was_not_taught(tiny: Tiny, cases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taught: list[Lesson] = []
    measured: list[Lesson] = []

    def note(some: Sequence[Lesson], assessor: Assessor) -> LessonFigures:
        measured.extend(some)
        return measure_lessons(some, assessor)

    monkeypatch.setattr("classifier.train.learn.measure_lessons", note)
    monkeypatch.setattr("classifier.train.learn.nudge_heads", lambda *given: taught.extend(given[3]))
    lessons = make_lessons()
    learn_tiny(tiny, cases, lessons)
    claims = {lesson.claim_id for lesson in taught}, {lesson.claim_id for lesson in measured}
    assert claims[0].isdisjoint(claims[1])
    assert claims[0] | claims[1] == {lesson.claim_id for lesson in lessons}
    assert len(measured) == 2 * len(claims[1])  # before and after


def test_learning_twice_gives_the_same_heads(tiny: Tiny, cases: Path) -> None:
    first, second = (learn_tiny(tiny, cases, make_lessons()) for _ in range(2))
    assert torch.allclose(first.model.scores.weight, second.model.scores.weight, atol=1e-3)


def test_the_same_lessons_are_known_again_and_others_are_not(tiny: Tiny, cases: Path) -> None:
    learnt = learn_tiny(tiny, cases, make_lessons())
    assert has_learnt(learnt.manifest, make_lessons(), "kecil@1.0.0", NudgeOptions())
    assert not has_learnt(tiny.manifest, make_lessons(), "kecil@1.0.0", NudgeOptions())
    assert not has_learnt(learnt.manifest, make_lessons(yes=DISMISSED), "kecil@1.0.0", NudgeOptions())
    assert not has_learnt(learnt.manifest, make_lessons(), "kecil@1.1.0", NudgeOptions())


@pytest.mark.parametrize("count", [0, 1, 29])
def test_too_few_claims_are_refused_before_anything_is_read(tiny: Tiny, cases: Path, count: int) -> None:
    cases.unlink()
    with pytest.raises(
        LearningRefused, match=f"{count} decided claims teach something, 30 are needed"
    ) as caught:
        learn_tiny(tiny, cases, make_lessons(count))
    assert caught.value.exit_code == 1
