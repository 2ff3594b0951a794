"""`kentongan evaluate`: how good the model is on a labelled file."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from classifier.evaluate import LabelledText, evaluate_labels, evaluate_stance
from classifier.probe import PROBE, read_probe
from cli.output import AsJson, errors, print_json, print_table
from cli.parts import open_parts
from kentongan.errors import BadInput
from pipeline.evaluation import evaluate_match
from pipeline.evaluation_cluster import evaluate_cluster
from pipeline.formats import ItemRecord, read_items


class Task(StrEnum):
    LABELS = "labels"
    STANCE = "stance"
    MATCH = "match"
    CLUSTER = "cluster"


def register(app: typer.Typer) -> None:
    app.command()(evaluate)


def evaluate(
    data: Annotated[Path, typer.Option("--data", help="Labelled items, JSONL or CSV.")],
    task: Annotated[Task, typer.Option("--task")] = Task.LABELS,
    archive: Annotated[Path | None, typer.Option("--archive", help="For match: the fact-checks.")] = None,
    scores: Annotated[Path | None, typer.Option("--scores", help="Write one JSON line an item.")] = None,
    as_json: AsJson = False,
) -> None:
    """Measure the model on a labelled file, per source and never only pooled."""
    if (task is Task.MATCH) != (archive is not None):
        raise BadInput("--archive: needed for --task match, and only there")
    if scores is not None and not scores.parent.is_dir():
        raise BadInput(f"--scores: no folder {scores.parent}")
    with open_parts() as parts:
        records = list(read_items(data))
        if not records:
            raise BadInput(f"{data}: no items in it")
        figures: list[Mapping[str, Any]]
        rows: Iterable[Mapping[str, Any]]
        if task is Task.CLUSTER:
            cluster, rows = evaluate_cluster(records, parts.assessor)
            figures = [asdict(cluster)]
        elif archive is not None:
            match, rows = evaluate_match(records, list(read_items(archive)), parts.assessor)
            figures = [asdict(figure) for figure in match]
        else:
            texts = [_labelled(record) for record in records]
            if task is Task.LABELS:
                folder = parts.settings.model_dir
                probe = read_probe(folder) if (folder / PROBE).exists() else None
                evaluation = evaluate_labels(texts, parts.assessor, probe)
            else:
                evaluation = evaluate_stance(texts, parts.assessor)
            figures, rows = [asdict(f) for f in evaluation.figures], [s.as_json() for s in evaluation.scores]
    if scores is not None:
        _write_rows(scores, rows)
    if as_json:
        print_json({"task": task.value, "items": len(records), "figures": figures})
    elif figures:
        print_table(
            f"{task.value}: {len(records)} items",
            list(figures[0]),
            [["-" if v is None else v for v in row.values()] for row in figures],
        )


def _labelled(record: ItemRecord) -> LabelledText:
    return LabelledText(
        id=record.id or str(record.line),
        text=f"{record.title}\n{record.text}" if record.title else record.text,
        source=record.source,
        labels={label: mark for label, mark in record.labels.items() if mark is not None},
        stance=record.stance,
    )


def _write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    try:
        with path.open("w", encoding="utf-8") as out:
            for row in rows:
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
    except OSError as exc:
        raise BadInput(f"--scores: {path}: {exc.strerror or exc}") from exc
    errors.print(f"scores written to {path}", markup=False)
