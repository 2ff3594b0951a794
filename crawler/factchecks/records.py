"""Fields of JSON answers, each named where it is missing or of another kind."""

import json

from crawler.errors import ShapeDrift
from crawler.listing import html_line, html_text

MAX_FIELD_CHARACTERS = 200_000


def read_json(body: bytes, url: str) -> object:
    """Return the JSON of an answer; raises ShapeDrift when it is none (an error page, say)."""
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError) as exc:  # UnicodeDecodeError and too long numbers are ValueErrors
        raise ShapeDrift(url, "the answer is not JSON") from exc
    return value


def text_field(record: dict[str, object], name: str, where: str) -> str:
    """Return a field as plain text on one line; raises ShapeDrift when it is missing, empty or no text."""
    text = optional_field(record, name, where)
    if not text:
        raise ShapeDrift(where, f"field {name!r} is missing or empty")
    return text


def optional_field(record: dict[str, object], name: str, where: str) -> str:
    """Return a field as plain text on one line, '' when it is not there; raises ShapeDrift for no text."""
    return html_line(_raw(record, name, where))


def prose_field(record: dict[str, object], name: str, where: str) -> str:
    """Return a field as plain text, a line for each block; '' when it is not there."""
    return html_text(_raw(record, name, where))


def _raw(record: dict[str, object], name: str, where: str) -> str:
    value = record.get(name)
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if -(10**15) < value < 10**15 else ""
    if not isinstance(value, str):
        raise ShapeDrift(where, f"field {name!r} is no text")
    return value[:MAX_FIELD_CHARACTERS]
