"""Commands that judge: work over what waits, check one text now."""

import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from time import sleep
from typing import Annotated, Any

import typer

from cli.output import AsJson, errors, print_json, print_line, print_pairs, print_table
from cli.parts import open_parts
from kentongan.domain import Ground, Label
from kentongan.errors import BadInput, KentonganError
from kentongan.reasons import find_why
from kentongan.triage import hoax_grounds, labels_of
from pipeline.checking import CheckedText, check_text
from pipeline.exclusive import sole_worker
from pipeline.work import Worker, WorkReport
from webui.language import speaking
from webui.reasons import ground_words, say

IDLE_SECONDS = 5
MAX_CHECK_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Read:
    """What a checked text would bear as an item of the record, and why, in Indonesian."""

    labels: frozenset[Label]
    refuted: bool
    grounds: tuple[Ground, ...]
    reason: str
    grounds_said: str


class IndexTrouble(KentonganError):
    """Work was done as far as it goes without the index."""


def register(app: typer.Typer) -> None:
    app.command()(work)
    app.command()(check)


def work(
    once: Annotated[bool, typer.Option("--once", help="Work until nothing waits, and end.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Take back what had been set aside.")] = False,
    as_json: AsJson = False,
) -> None:
    """Assess, match, group and index what waits in the record."""
    with open_parts() as parts, sole_worker(parts.store):
        worker = Worker(parts.store, parts.index, parts.assessor, parts.matcher, progress=_tell)
        if retry:
            errors.print(f"{parts.store.conveyor.take_back()} items taken back")
        while True:
            report = worker.run_once()
            if once:
                if as_json:
                    print_json(asdict(report))
                else:
                    print_pairs("Work", asdict(report))
                if report.index_problem:
                    raise IndexTrouble(f"matching and indexing wait: {report.index_problem}")
                return
            sleep(IDLE_SECONDS)


def _tell(report: WorkReport) -> None:
    if errors.is_terminal:
        done = (report.assessed, report.matched, report.grouped, report.synced)
        errors.print("{} assessed, {} matched, {} grouped, {} indexed".format(*done), end="\r", markup=False)


def check(
    text: Annotated[str | None, typer.Argument(help="The text, or - for standard input.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="Read the text from a file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Look at one text now: labels, stance, why, fitting fact-checks, similar items. Keeps nothing."""
    with open_parts() as parts:
        given = _read_text(text, file)
        found = check_text(given, parts.assessor, parts.store, parts.index, parts.matcher)
        read = _read(given, found)
        if as_json:
            print_json(_as_dict(found, read))
        else:
            _print_check(found, read)


def _read_text(text: str | None, file: Path | None) -> str:
    if (text is None) == (file is None):
        raise BadInput("check needs a text, - or --file, and only one of them")
    if file is not None:
        try:
            raw = file.read_bytes()
        except OSError as exc:
            raise BadInput(f"{file}: {exc.strerror or exc}") from exc
        where = str(file)
    elif text == "-":
        raw, where = sys.stdin.buffer.read(MAX_CHECK_BYTES + 1), "standard input"
    else:
        raw, where = (text or "").encode(errors="surrogateescape"), "the text"
    if len(raw) > MAX_CHECK_BYTES:
        raise BadInput(f"{where}: longer than {MAX_CHECK_BYTES} bytes")
    try:
        decoded = raw.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise BadInput(f"{where}: not UTF-8 ({exc.reason} at byte {exc.start})") from exc
    if not decoded.strip():
        raise BadInput(f"{where}: empty")
    return decoded


def _read(text: str, found: CheckedText) -> Read:
    verdicts = [check.verdict for match, check in found.matches if match.confirmed]
    labels, refuted = labels_of(found.assessment, text, verdicts)
    grounds = hoax_grounds(found.assessment, refuted)
    with speaking("id"):
        reason = say(find_why(found.assessment, text, labels, refuted, found.matches))
        return Read(labels, refuted, grounds, reason, " · ".join(ground_words(grounds)))


def _as_dict(found: CheckedText, read: Read) -> dict[str, Any]:
    a = found.assessment
    return {
        "model": a.model,
        "stance": {"asserts": a.stance_probability, "reports": 1 - a.stance_probability},
        "probabilities": {label.value: a.probabilities[label] for label in Label},
        "flagged": sorted(label.value for label in a.flagged),
        "abstained": sorted(label.value for label in a.abstained),
        "reason": read.reason,
        "hoax_grounds": [ground.value for ground in read.grounds],
        "cues": list(a.cues),
        "spans": [asdict(span) for span in a.spans],
        "fact_checks": [
            {
                "url": check.url,
                "publisher": check.publisher,
                "claim": check.claim,
                "verdict": check.verdict.value,
                "verdict_text": check.verdict_text,
                "probability": match.probability,
                "confirmed": match.confirmed,
                "shared_words": list(match.shared_words),
            }
            for match, check in found.matches
        ],
        "similar": [
            {"id": hit.id, "title": hit.title, "url": hit.url, "source": hit.source, "claim_id": hit.claim_id}
            for hit in found.similar
        ],
        "archive_problem": found.archive_problem or None,
    }


def _print_check(found: CheckedText, read: Read) -> None:
    a = found.assessment
    print_table(
        f"{a.model}: a lead, not a verdict",
        ("label", "probability", "flagged"),
        [(label.value, f"{a.probabilities[label]:.2f}", _mark(label, found, read)) for label in Label]
        + [("stance", f"{a.stance_probability:.2f} asserts", a.stance.value)],
    )
    print_line(read.reason)
    if read.grounds:
        print_line(f"Dasar: {read.grounds_said}")
    if found.matches:
        print_table(
            "Published checks",
            ("probability", "verdict", "claim", "address"),
            [(f"{m.probability:.2f}", c.verdict_text, c.claim[:100], c.url) for m, c in found.matches],
        )
    if found.archive_problem:
        errors.print(f"the archive was not asked: {found.archive_problem}", style="yellow", markup=False)


def _mark(label: Label, found: CheckedText, read: Read) -> str:
    if label in read.labels:
        return "refuted by a check" if read.refuted and label is Label.HOAX else "needs verification"
    return "too close to call" if label in found.assessment.abstained else "no"
