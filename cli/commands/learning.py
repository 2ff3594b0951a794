"""`kentongan learn`: moves the heads towards what the team decided, or takes the last time back."""

from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path
from typing import Annotated, Any

import typer

from classifier.artefact import CARD, read_manifest
from classifier.current import (
    changing_models,
    keep,
    model_before,
    next_version,
    switch_to,
    switch_to_shipped,
)
from classifier.train.nudge import NudgeOptions
from cli.commands.training import EVALUATION_CASES
from cli.output import AsJson, errors, print_json, print_table
from cli.parts import Parts, open_parts
from kentongan.errors import BadInput
from kentongan.store.lessons import Lessons

_RESTART = "restart `kentongan run` or `kentongan work`: it reads the model when it starts"


def register(app: typer.Typer) -> None:
    app.command()(learn)


def learn(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Learn and measure; change nothing.")] = False,
    rollback: Annotated[bool, typer.Option("--rollback", help="Back to the model before.")] = False,
    pull: Annotated[
        float, typer.Option(min=0.01, max=1000, help="How hard the shipped model holds on.")
    ] = NudgeOptions().pull,
    cases: Annotated[
        Path, typer.Option(help="Functional cases that a new model is measured on.")
    ] = EVALUATION_CASES,
    as_json: AsJson = False,
) -> None:
    """Learn from the team's decisions: minutes. Adopts the new model only if it holds every floor."""
    with open_parts() as parts:
        if parts.model_is_pinned:
            raise BadInput("KENTONGAN_MODEL: names the model to use, so no learnt one can be; unset it first")
        if rollback and dry_run:
            raise BadInput("--rollback: cannot be tried with --dry-run")
        with changing_models(parts.settings.home):
            if rollback:
                _roll_back(parts, as_json)
            else:
                _learn(parts, pull, cases, dry_run, as_json)


def _learn(parts: Parts, pull: float, cases: Path, dry_run: bool, as_json: bool) -> None:
    try:
        from classifier.train.floors import Floors
        from classifier.train.learn import LearningRefused, has_learnt
        from classifier.train.learn import learn as learn_from
        from classifier.train.learnt_card import compare, write_learnt_card
    except ImportError as exc:
        raise BadInput(f"learning needs {exc.name}: pip install 'kentongan[train]'") from exc
    home, shipped = parts.settings.home, parts.settings.model_dir
    manifest, options = read_manifest(shipped), NudgeOptions(pull=pull)
    lessons, present = Lessons(parts.store.database).all(), parts.assessor
    if has_learnt(present.manifest, lessons, manifest.title, options):
        _tell(f"{present.model} has learnt from these very decisions: nothing new")
        if as_json:
            print_json({"model": present.model, "adopted": False, "refused": [], "new": False})
        return
    version = next_version(home, manifest, datetime.now(UTC).date())
    learnt = learn_from(
        lessons, shipped, present, version, cases, options=options, floors=Floors(), say=_tell
    )
    adopted = not learnt.failed and not dry_run
    if adopted:
        card = write_learnt_card(learnt, (shipped / CARD).read_text(encoding="utf-8"))
        folder = keep(home, shipped, learnt.manifest, learnt.model, learnt.tokenizer, card)
        _note(parts, "adopt model", learnt.manifest.title, before=present.model)
        switch_to(home, folder)
    if as_json:
        print_json(
            {
                "model": learnt.manifest.title,
                "before": present.model,
                "adopted": adopted,
                "refused": list(learnt.failed),
                "new": True,
                "lessons": learnt.record["lessons"],
                "figures": learnt.record["figures"],
            }
        )
    else:
        rows = [(name, before, after) for name, (before, after) in compare(learnt.record).items()]
        print_table(learnt.manifest.title, ("", "before", "after"), rows)
    if learnt.failed:
        raise LearningRefused(learnt.failed)
    _tell(f"{learnt.manifest.title} is in use; {_RESTART}" if adopted else "it would be adopted")


def _roll_back(parts: Parts, as_json: bool) -> None:
    home, shipped = parts.settings.home, parts.settings.model_dir
    folder = model_before(home, shipped)
    title = read_manifest(folder).title
    _note(parts, "roll back model", title)
    if folder == shipped:
        switch_to_shipped(home)
    else:
        switch_to(home, folder)
    if as_json:
        print_json({"model": title, "folder": folder})
    _tell(f"{title} is in use again; {_RESTART}")


def _note(parts: Parts, action: str, title: str, **detail: Any) -> None:
    """Write the switch down before it is made: never one without a trace."""
    parts.store.audit.add(f"cli:{getuser()}", action, title, **detail)


def _tell(line: str) -> None:
    errors.print(line, markup=False)
