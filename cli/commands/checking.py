"""`kentongan check`: one text, page or screenshot, looked at now. Keeps nothing."""

import sys
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer

from cli.output import AsJson, errors, print_json, print_line, print_table
from cli.parts import Parts, open_parts
from kentongan.domain import Label
from kentongan.errors import BadInput
from pipeline.checking import CheckedText, check_text
from pipeline.given import Given, GivenKind
from webui import checked
from webui.language import speaking
from webui.reasons import ground_words
from webui.words import DECISIONS, PRESS_LABELS, VERDICTS

MAX_BYTES = 1_000_000
MAX_PICTURE_BYTES = 16_000_000  # read at all; the reader of pictures says how much is too much


def register(app: typer.Typer) -> None:
    app.command()(check)


def check(
    text: Annotated[str | None, typer.Argument(help="The text, or - for standard input.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="Read the text from a file.")] = None,
    url: Annotated[str | None, typer.Option("--url", help="Read the text of a public page.")] = None,
    image: Annotated[Path | None, typer.Option("--image", help="Read the text of a screenshot.")] = None,
    as_json: AsJson = False,
) -> None:
    """Look at one text now: labels, stance, why, fitting fact-checks, similar items. Keeps nothing."""
    if sum(given is not None for given in (text, file, url, image)) != 1:
        raise BadInput("check needs a text, -, --file, --url or --image, and only one of them")
    kind = GivenKind.PAGE if url else GivenKind.SCREENSHOT if image else GivenKind.TEXT
    with open_parts() as parts:
        # As on the page: before anything is fetched, and never the text (R21).
        parts.store.audit.add(f"cli:{getuser()}", "check", url or kind.value, kind=kind.value)
        given = _read(parts, text, file, url, image)
        found = check_text(given.text, parts.assessor, parts.store, parts.index, parts.matcher)
        with speaking("id"):
            if as_json:
                print_json(checked.as_json(given, found))
            else:
                _print(given, found)


def _read(parts: Parts, text: str | None, file: Path | None, url: str | None, image: Path | None) -> Given:
    if url is None and image is None:
        return Given(GivenKind.TEXT, _read_text(text, file))
    from pipeline.reading import read_given_page, read_given_screenshot  # Scrapy's parts take a second

    if url is not None:
        return read_given_page(url, parts.settings, str(parts.region.time_zone), parts.store.items.sources())
    return read_given_screenshot(_read_bytes(image or Path(), MAX_PICTURE_BYTES))


def _read_text(text: str | None, file: Path | None) -> str:
    if file is not None:
        raw, where = _read_bytes(file, MAX_BYTES), str(file)
    elif text == "-":
        raw, where = sys.stdin.buffer.read(MAX_BYTES + 1), "standard input"
    else:
        raw, where = (text or "").encode(errors="surrogateescape"), "the text"
    if len(raw) > MAX_BYTES:
        raise BadInput(f"{where}: longer than {MAX_BYTES} bytes")
    try:
        decoded = raw.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise BadInput(f"{where}: not UTF-8 ({exc.reason} at byte {exc.start})") from exc
    if not decoded.strip():
        raise BadInput(f"{where}: empty")
    return decoded


def _read_bytes(path: Path, limit: int) -> bytes:
    """Return at most one byte more than `limit`."""
    try:
        with path.open("rb") as opened:
            return opened.read(limit + 1)
    except OSError as exc:
        raise BadInput(f"{path}: {exc.strerror or exc}") from exc


def _print(given: Given, found: CheckedText) -> None:
    a, press = found.assessment, bool(given.outlet)
    if given.url:
        print_line(f"{given.url}: {given.title}" if given.title else given.url)
    if given.kind is GivenKind.SCREENSHOT:
        print_line(f"Read in the picture: {given.text}")
    print_table(
        f"{a.model}: a lead, not a verdict",
        ("label", "probability", "flagged"),
        [
            (_name(label, press), f"{a.probabilities[label]:.2f}", _mark(label, found, press))
            for label in Label
        ]
        + [("stance", f"{a.stance_probability:.2f} asserts", a.stance.value)],
    )
    print_line(checked.reason_of(found, press=press))
    if press:
        steps = ", ".join(str(DECISIONS[step]) for step in checked.PRESS_STEPS)
        print_line(f"Halaman pers ({given.outlet}): {steps}")
    elif found.grounds:
        print_line(f"Dasar: {' · '.join(ground_words(found.grounds))}")
    if found.matches:
        print_table(
            "Published checks",
            ("probability", "verdict", "claim", "address"),
            [
                (
                    f"{m.probability:.2f}",
                    VERDICTS[c.verdict] if press else c.verdict_text,
                    c.claim[:100],
                    c.url,
                )
                for m, c in found.matches
            ],
        )
    if found.similar:
        rows = [
            (hit.source, hit.title or "".join(text for text, _ in hit.snippet), hit.url)
            for hit in found.similar
        ]
        print_table("Nearest in the archive", ("source", "item", "address"), rows)
    if found.archive_problem:
        errors.print(f"the archive was not asked: {found.archive_problem}", style="yellow", markup=False)


def _name(label: Label, press: bool) -> str:
    return str(PRESS_LABELS[label]) if press else label.value


def _mark(label: Label, found: CheckedText, press: bool) -> str:
    if label in found.labels:
        if press:
            return "to be clarified"
        return "refuted by a check" if found.refuted and label is Label.HOAX else "needs verification"
    return "too close to call" if label in found.assessment.abstained else "no"
