"""Strict reading of a YAML file: every field typed, every mistake named with file, line and field.

Owns: types of fields. Leaves what they mean to those who read them.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NoReturn

import yaml

from kentongan.errors import FormatError

_MISSING = object()


def read_fields(text: str, path: str) -> "Fields":
    """Return the top mapping of a YAML text; raises FormatError when it is none."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as exc:
        line = exc.problem_mark.line + 1 if exc.problem_mark else 1
        raise FormatError(path, line, exc.problem or "cannot be read") from exc
    except (yaml.YAMLError, RecursionError) as exc:
        raise FormatError(path, 1, " ".join(str(exc).split())) from exc
    if not isinstance(node, yaml.MappingNode):
        raise FormatError(path, 1, "must be a mapping of fields")
    return _fields_of(node, path, "")


def _fields_of(node: yaml.MappingNode, path: str, prefix: str) -> "Fields":
    values: dict[str, yaml.Node] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise FormatError(path, line, f"{prefix or 'file'}: a field name must be a word")
        if key.value in values:
            raise FormatError(path, line, f"{prefix}{key.value}: is given twice")
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
        """Raise FormatError at the line of the field."""
        node = self.values.get(name)
        line = node.start_mark.line + 1 if node is not None else self.line
        raise FormatError(self.path, line, f"{self.prefix}{name}: {problem}")

    def refuse_unknown(self) -> None:
        """Raise FormatError when there is a field that nobody has read."""
        for name in self.values:
            if name not in self.known:
                self.fail(name, f"no such field; there are {', '.join(sorted(self.known))}")

    def text(self, name: str, required: bool = True) -> str:
        """Return one line of text, or "" for an optional field that is not there."""
        value = self._value(name, required)
        if value is _MISSING:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.fail(name, "must be a text")
        return " ".join(value.split())

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts; none when the field is not there."""
        value = self._value(name, required=False)
        if value is _MISSING:
            return ()
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            self.fail(name, "must be a list of texts")
        return tuple(" ".join(v.split()) for v in value)

    def point(self, name: str) -> tuple[float, float]:
        """Return latitude and longitude in degrees."""
        value = self._value(name, required=True)
        if not (
            isinstance(value, list)
            and len(value) == 2
            and all(isinstance(v, int | float) and not isinstance(v, bool) for v in value)
            and all(math.isfinite(v) and abs(v) <= most for v, most in zip(value, (90, 180), strict=True))
        ):
            self.fail(name, "must be [latitude, longitude]")
        return float(value[0]), float(value[1])

    def day(self, name: str) -> date:
        """Return a date written YYYY-MM-DD."""
        value = self._value(name, required=True)
        if not isinstance(value, date) or isinstance(value, datetime):
            self.fail(name, "must be a date such as 2029-02-14")
        return value

    def mapping(self, name: str) -> "Fields":
        """Return the fields of a mapping in this one."""
        node = self._node(name)
        if not isinstance(node, yaml.MappingNode):
            self.fail(name, "must be a mapping of fields")
        return _fields_of(node, self.path, f"{self.prefix}{name}.")

    def mappings(self, name: str) -> Iterator["Fields"]:
        """Yield the fields of each mapping in a list; none when the field is not there."""
        self.known.add(name)
        if name not in self.values:
            return
        node = self._node(name)
        if not isinstance(node, yaml.SequenceNode):
            self.fail(name, "must be a list")
        for number, item in enumerate(node.value, 1):
            if not isinstance(item, yaml.MappingNode):
                raise FormatError(
                    self.path, item.start_mark.line + 1, f"{self.prefix}{name}[{number}]: must be a mapping"
                )
            yield _fields_of(item, self.path, f"{self.prefix}{name}[{number}].")

    def _node(self, name: str) -> yaml.Node:
        self.known.add(name)
        node = self.values.get(name)
        if node is None:
            self.fail(name, "is missing")
        return node

    def _value(self, name: str, required: bool) -> object:
        self.known.add(name)
        if name not in self.values:
            if required:
                self.fail(name, "is missing")
            return _MISSING
        try:
            return yaml.SafeLoader("").construct_object(self.values[name], deep=True)
        except (yaml.YAMLError, ValueError, RecursionError) as exc:
            self.fail(name, " ".join(str(exc).split()))
