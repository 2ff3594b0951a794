"""Fields of a row that somebody else's program wrote: read as what they should be, or refused by name.

A path goes into objects by dots; a CSV column of that very name comes first. What is missing or
null is empty; what is there and something else raises ValueError.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

CODE = re.compile(r"[\w-]{1,40}", re.A)  # of a post in an address: YouTube, Instagram, Threads
_DIGITS = re.compile(r"\d{1,20}")  # the ids of all sites have fewer


def field(row: Mapping[str, Any], path: str) -> Any:
    """Return the value at a path, None where there is none."""
    if path in row:
        return row[path]
    value: Any = row
    for name in path.split("."):
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise ValueError(f"{path}: not an object where {name!r} should be")
        value = value.get(name)
    return value


def text(row: Mapping[str, Any], path: str) -> str:
    value = field(row, path)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{path}: not a text")
    return value


def needed(row: Mapping[str, Any], path: str) -> str:
    """Return a text that must be there."""
    value = text(row, path).strip()
    if not value:
        raise ValueError(f"{path}: missing or empty")
    return value


def number(row: Mapping[str, Any], path: str) -> int | None:
    """Return a whole number, written as one or as digits; None where there is none."""
    value = field(row, path)
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**20:
        return value
    if isinstance(value, str) and _DIGITS.fullmatch(value) and value.isascii():
        return int(value)
    raise ValueError(f"{path}: not a whole number")


def id_of(row: Mapping[str, Any], path: str) -> str:
    """Return an id of digits that must be there."""
    value = number(row, path)
    if value is None:
        raise ValueError(f"{path}: missing or empty")
    return str(value)


def code(row: Mapping[str, Any], path: str) -> str:
    """Return the code that an address holds for a post; it must be there."""
    value = needed(row, path)
    if not CODE.fullmatch(value):
        raise ValueError(f"{path}: {value[:40]!r} is not the code of a post")
    return value


def some_id(row: Mapping[str, Any], path: str) -> str:
    """Return an id that some programs write as a number, '' where there is none."""
    value = field(row, path)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text(row, path).strip()


def inner(row: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """Return an object, an empty one where there is none."""
    value = field(row, path)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ValueError(f"{path}: not an object")
    return value


def rows(row: Mapping[str, Any], path: str) -> list[Mapping[str, Any]]:
    """Return a list of objects, an empty one where there is none."""
    value = field(row, path)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise ValueError(f"{path}: not a list of objects")
    return value


def unix_time(row: Mapping[str, Any], path: str) -> datetime | None:
    """Return a moment told in seconds since 1970; None for none, and for 0, which tools write for none."""
    seconds = number(row, path)
    if not seconds:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as exc:
        raise ValueError(f"{path}: {seconds} is no time") from exc


def iso_time(row: Mapping[str, Any], path: str, zone: tzinfo = UTC) -> datetime | None:
    """Return a moment told as ISO 8601; one without a zone is in `zone`: UTC, as most tools write it."""
    told = text(row, path).strip()
    if not told:
        return None
    try:
        moment = datetime.fromisoformat(told)
    except ValueError as exc:
        raise ValueError(f"{path}: {told[:40]!r} is no time") from exc
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def form_time(row: Mapping[str, Any], path: str, form: str) -> datetime | None:
    """Return a moment told in a form of `strptime` that has a zone."""
    told = text(row, path).strip()
    if not told:
        return None
    try:
        return datetime.strptime(told, form)  # noqa: DTZ007 - the forms given have %z
    except ValueError as exc:
        raise ValueError(f"{path}: {told[:40]!r} is no time") from exc
