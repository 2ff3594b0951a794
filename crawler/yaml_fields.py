"""Strict reading of one YAML mapping: every field typed, every mistake named with its line.

Owns: types of fields. Leaves what the fields mean to `source_file`.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NoReturn, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from cssselect import SelectorError
from parsel.csstranslator import css2xpath

from crawler.errors import SourceFileError

E = TypeVar("E", bound=StrEnum)
_MISSING = object()


def read_fields(text: str, path: str) -> "Fields":
    """Return the top mapping of a YAML text; raises SourceFileError when it is none."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as exc:
        line = exc.problem_mark.line + 1 if exc.problem_mark else 0
        raise SourceFileError(path, line, "yaml", exc.problem or "cannot be read") from exc
    except yaml.YAMLError as exc:
        raise SourceFileError(path, 0, "yaml", " ".join(str(exc).split())) from exc
    if not isinstance(node, yaml.MappingNode):
        raise SourceFileError(path, 1, "file", "must be a mapping of fields")
    return _fields_of(node, path, "")


def _fields_of(node: yaml.MappingNode, path: str, prefix: str) -> "Fields":
    values: dict[str, yaml.Node] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise SourceFileError(path, line, prefix or "file", "a field name must be a word")
        if key.value in values:
            raise SourceFileError(path, line, prefix + key.value, "is given twice")
        values[key.value] = value
    return Fields(path, prefix, node.start_mark.line + 1, values)


@dataclass(slots=True)
class Fields:
    """The fields of one mapping. Each reader marks its field as known."""

    path: str
    prefix: str
    line: int
    values: dict[str, yaml.Node]
    known: set[str] = field(default_factory=set)

    def fail(self, name: str, problem: str) -> NoReturn:
        node = self.values.get(name)
        line = node.start_mark.line + 1 if node is not None else self.line
        raise SourceFileError(self.path, line, self.prefix + name, problem)

    def refuse_unknown(self) -> None:
        for name in self.values:
            if name not in self.known:
                self.fail(name, f"no such field; there are {', '.join(sorted(self.known))}")

    def _value(self, name: str, required: bool) -> object:
        self.known.add(name)
        node = self.values.get(name)
        if node is None:
            if required:
                self.fail(name, "is missing")
            return _MISSING
        try:
            return yaml.SafeLoader("").construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError) as exc:
            self.fail(name, " ".join(str(exc).split()))

    def text(self, name: str, required: bool = True) -> str:
        value = self._value(name, required)
        if value is _MISSING:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.fail(name, "must be a text")
        return " ".join(value.split())

    def slug(self, name: str) -> str:
        value = self.text(name)
        if not all(c.isascii() and (c.islower() or c.isdigit() or c == "-") for c in value):
            self.fail(name, f"{value!r} must be lower-case letters, digits and dashes")
        return value

    def choice(self, name: str, kind: type[E], default: E | None = None) -> E:
        value = self.text(name, required=default is None)
        if not value and default is not None:
            return default
        try:
            return kind(value)
        except ValueError:
            self.fail(name, f"{value!r} is not one of {', '.join(kind)}")

    def flag(self, name: str, default: bool) -> bool:
        value = self._value(name, required=False)
        if value is _MISSING:
            return default
        if not isinstance(value, bool):
            self.fail(name, f"{value!r} is not true or false")
        return value

    def number(self, name: str, default: float, high: float, low: float = 0) -> float:
        value = self.optional_number(name, high, low)
        return default if value is None else value

    def optional_number(self, name: str, high: float, low: float = 0) -> float | None:
        value = self._value(name, required=False)
        if value is _MISSING:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.fail(name, f"{value!r} is not a number between {low:g} and {high:g}")
        return float(value)

    def count(self, name: str, default: int, high: int) -> int:
        value = self._value(name, required=False)
        if value is _MISSING:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= high:
            self.fail(name, f"{value!r} is not a whole number between 1 and {high}")
        return value

    def zone(self, name: str) -> str:
        value = self.text(name)
        try:
            ZoneInfo(value)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            self.fail(name, f"{value!r} is not a time zone such as Asia/Jakarta")
        return value

    def url(self, name: str, required: bool = True) -> str:
        value = self.text(name, required)
        return self._checked_url(name, value) if value else ""

    def urls(self, name: str, required: bool = False) -> tuple[str, ...]:
        return tuple(self._checked_url(name, value) for value in self._texts(name, required))

    def css(self, name: str, required: bool = True) -> str:
        value = self.text(name, required)
        return self._checked_css(name, value) if value else ""

    def css_list(self, name: str) -> tuple[str, ...]:
        return tuple(self._checked_css(name, value) for value in self._texts(name, False))

    def mapping(self, name: str) -> "Fields | None":
        self.known.add(name)
        node = self.values.get(name)
        if node is None:
            return None
        if not isinstance(node, yaml.MappingNode):
            self.fail(name, "must be a mapping of fields")
        return _fields_of(node, self.path, f"{self.prefix}{name}.")

    def _texts(self, name: str, required: bool) -> list[str]:
        value = self._value(name, required)
        if value is _MISSING:
            return []
        if not isinstance(value, list) or not value or not all(isinstance(v, str) and v for v in value):
            self.fail(name, "must be a list of texts")
        return value

    def _checked_url(self, name: str, value: str) -> str:
        try:
            parts = urlsplit(value)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable or "@" in parts.netloc:
            self.fail(name, f"{value!r} is not an http(s) address")
        return value

    def _checked_css(self, name: str, value: str) -> str:
        try:
            css2xpath(value)
        except SelectorError as exc:
            self.fail(name, f"{value!r} is not a CSS selector: {exc}")
        return value
