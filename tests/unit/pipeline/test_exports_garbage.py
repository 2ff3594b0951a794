"""Whatever a file holds, an export's reader gives readings or an error that we can explain."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kentongan.errors import BadInput
from pipeline.exports import telegram
from pipeline.exports.detect import detect_export
from pipeline.exports.post import Passed, Post
from pipeline.exports.registry import LINES, TABLES, Asked, ExportName, read_export
from tests.unit.pipeline import export_rows as rows

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["1861", "https://x.com/a/status/1", "at://x", "\ud800", "9" * 500, rows.CREATED])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KNOWN_ROWS: Mapping[ExportName, tuple[Mapping[str, Any], ...]] = {
    ExportName.ZEESCHUIMER: tuple(
        rows.zeeschuimer(data)
        for data in (rows.tweet(1), rows.TIKTOK, rows.TIKTOK_COMMENT, rows.INSTAGRAM, rows.THREADS)
    ),
    ExportName.TWITTER: (
        rows.API_TWEET,
        {"data": [rows.API_TWEET], "includes": {"users": [rows.API_USER], "tweets": [rows.API_TWEET]}},
    ),
    ExportName.SNSCRAPE: (rows.SNSCRAPE,),
    ExportName.FOURCAT: (rows.FOURCAT, rows.FOURCAT_TELEGRAM),
    ExportName.CROWDTANGLE: (rows.CROWDTANGLE, rows.CROWDTANGLE_INSTAGRAM),
    ExportName.CONTENT_LIBRARY: (rows.LIBRARY,),
    ExportName.YOUTUBE_VIDEOS: (rows.VIDEO,),
    ExportName.YOUTUBE_COMMENTS: (rows.COMMENT, rows.OLD_COMMENT),
}
ANYWHERE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def problem_of(readings: Iterable[object], expected: type[Exception]) -> str:
    """Return what ended the reading, '' when nothing did; every reading is a post or a reason."""
    try:
        for reading in readings:
            assert isinstance(reading, (Post, Passed))
    except expected as exc:
        return str(exc) or "an error without words"
    return ""


def names_field(problem: str) -> bool:
    return problem == "" or ":" in problem


def is_explained(problem: str, path: Path) -> bool:
    return problem == "" or (str(path) in problem and "\n" not in problem)


def spoil(draw: st.DrawFn, value: Any, garbage: st.SearchStrategy[Any]) -> Any:
    """Return the value with something else at one place in it, or without that place."""
    if isinstance(value, dict) and value and draw(st.booleans()):
        key = draw(st.sampled_from(sorted(value)))
        if draw(st.integers(0, 4)) == 0:
            return {k: v for k, v in value.items() if k != key}
        return value | {key: spoil(draw, value[key], garbage)}
    if isinstance(value, list) and value and draw(st.booleans()):
        return [spoil(draw, value[0], garbage), *value[1:]]
    return draw(garbage)


@st.composite
def spoiled(draw: st.DrawFn, names: tuple[ExportName, ...], garbage: st.SearchStrategy[Any]) -> Any:
    name = draw(st.sampled_from(names))
    return name, spoil(draw, dict(draw(st.sampled_from(KNOWN_ROWS[name]))), garbage)


@given(spoiled(tuple(LINES), VALUES))
def test_a_spoiled_line_is_a_reading_or_names_what_is_wrong(case: tuple[ExportName, Any]) -> None:
    name, row = case
    if isinstance(row, dict):
        assert names_field(problem_of(LINES[name].read(1, row), ValueError))


@given(
    spoiled(tuple(TABLES), st.text(max_size=30) | st.sampled_from(["9" * 5000, "\x00", "\ud800", "[a: b]"]))
)
def test_a_spoiled_row_of_a_table_is_a_reading_or_names_what_is_wrong(case: tuple[ExportName, Any]) -> None:
    name, row = case
    if isinstance(row, dict):
        assert names_field(problem_of(TABLES[name].read(1, row), ValueError))


@st.composite
def spoiled_messages(draw: st.DrawFn) -> Any:
    said = rows.message(1, text=["a", {"type": "bold", "text": "b"}], edited_unixtime="1")
    return spoil(draw, {"chat": {"type": "public_channel", "id": 1, "name": "x"}, "message": said}, VALUES)


@given(spoiled_messages())
def test_a_spoiled_message_is_a_reading_or_names_what_is_wrong(row: Any) -> None:
    if isinstance(row, dict) and isinstance(row.get("message"), dict):
        assert names_field(problem_of(telegram.read(1, row, channel="", zone=UTC), ValueError))


@pytest.mark.parametrize("name", list(ExportName))
@ANYWHERE
@given(garbage=st.binary(max_size=200) | st.text(max_size=200).map(lambda t: t.encode(errors="replace")))
def test_a_file_of_garbage_is_read_or_refused_in_words(
    tmp_path: Path, name: ExportName, garbage: bytes
) -> None:
    path = tmp_path / ("a.csv" if name in TABLES else "a.json")
    path.write_bytes(garbage)
    with suppress(BadInput):
        detect_export(path)

    assert is_explained(problem_of(read_export(path, name, Asked()), BadInput), path)


@ANYWHERE
@given(value=VALUES, cut=st.integers(0, 400))
def test_a_document_of_anything_is_read_or_refused_in_words(tmp_path: Path, value: Any, cut: int) -> None:
    path = tmp_path / "result.json"
    whole = json.dumps(rows.chat("public_channel", rows.message(1), value))
    path.write_text(whole[:-cut] if cut else whole, encoding="utf-8")

    assert is_explained(problem_of(read_export(path, ExportName.TELEGRAM, Asked()), BadInput), path)
