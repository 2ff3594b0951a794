"""`kentongan train`: a new model from the base encoder and the training sets."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from cli.output import AsJson, errors, print_json, print_pairs
from cli.parts import open_parts
from kentongan.errors import BadInput
from kentongan.settings import PROJECT_ROOT

EVALUATION_CASES = PROJECT_ROOT / "tests" / "evaluation" / "functional_cases.jsonl"


def register(app: typer.Typer) -> None:
    app.command()(train)
    app.command("fit-pairs")(fit_pairs_of)


def train(
    base: Annotated[
        Path,
        typer.Option(
            help="File of the base encoder, or folder of a model to go on from: docs/decisions/0002-model.md."
        ),
    ],
    data: Annotated[Path, typer.Option(help="Folder of the training sets.")],
    out: Annotated[Path, typer.Option(help="Folder for the new artefact.")],
    version: Annotated[str, typer.Option(help="What the new model is called, as 1.2.0.")],
    run: Annotated[Path, typer.Option(help="Folder for checkpoints; goes on from those there.")],
    mix: Annotated[Path | None, typer.Option(help="Mix file: sets, licences, portions.")] = None,
    cases: Annotated[Path, typer.Option(help="Functional cases to measure on.")] = EVALUATION_CASES,
    minutes: Annotated[float, typer.Option(min=0, help="End tuning by then; 0: no limit.")] = 0,
    scale: Annotated[float, typer.Option(min=0.001, max=1, help="Share of the training mix.")] = 1,
    seed: Annotated[int | None, typer.Option(help="Another seed than the recipe's.")] = None,
    as_json: AsJson = False,
) -> None:
    """Fine-tune a model from the base encoder, measure it and write it with its card."""
    try:
        from classifier.train.mix import read_mix
        from classifier.train.run import MIX, RunOptions, train_model
        from classifier.train.tune import TuneOptions
        from pipeline.fit_pairs import fit_pairs
    except ImportError as exc:
        raise BadInput(f"training needs {exc.name}: pip install 'kentongan[train]'") from exc
    if not base.exists():
        raise BadInput(f"--base: no file or folder {base}")
    if not data.is_dir():
        raise BadInput(f"--data: no folder {data}")
    if out.exists() and any(out.iterdir()):
        raise BadInput(f"--out: {out} is not empty; a model is never written over another")
    with open_parts() as parts:
        tuning = TuneOptions(minutes=minutes)
        options = RunOptions(
            version=version,
            tuning=tuning if seed is None else replace(tuning, seed=seed),
            scale=scale,
            threads=parts.settings.torch_threads,
        )
    train_model(data, mix or MIX, base, out, run, cases, options, _tell)
    manifest = fit_pairs(out, data, read_mix(mix or MIX), out, version, options.tuning.seed, _tell)
    figures = manifest.training["figures"]
    if as_json:
        print_json({"model": manifest.title, "folder": out, "figures": figures})
    else:
        print_pairs(manifest.title, {"folder": out, **figures})


def fit_pairs_of(
    model: Annotated[Path, typer.Option(help="Folder of the model whose network is used.")],
    data: Annotated[Path, typer.Option(help="Folder of the training sets.")],
    out: Annotated[Path, typer.Option(help="Folder for the new artefact.")],
    version: Annotated[str, typer.Option(help="What the new model is called, as 1.2.0.")],
    mix: Annotated[Path | None, typer.Option(help="Mix file: where the sets lie.")] = None,
    seed: Annotated[int, typer.Option(help="Of the rows drawn.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Fit a model's matching and grouping anew; its network and labels stay as they are."""
    try:
        from classifier.train.mix import read_mix
        from classifier.train.run import MIX
        from pipeline.fit_pairs import fit_pairs
    except ImportError as exc:
        raise BadInput(f"training needs {exc.name}: pip install 'kentongan[train]'") from exc
    if not data.is_dir():
        raise BadInput(f"--data: no folder {data}")
    if out.exists() and any(out.iterdir()):
        raise BadInput(f"--out: {out} is not empty; a model is never written over another")
    manifest = fit_pairs(model, data, read_mix(mix or MIX), out, version, seed, _tell)
    figures = {name: manifest.training["figures"][name] for name in ("match", "link")}
    if as_json:
        print_json({"model": manifest.title, "folder": out, "figures": figures})
    else:
        print_pairs(manifest.title, {"folder": out, **figures})


def _tell(line: str) -> None:
    errors.print(line, markup=False)
