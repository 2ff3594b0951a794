"""The one base of all errors, and those that the shared rooms raise.

Each message is a single line that names what is wrong and where. The command line
turns a `KentonganError` into that line and its `exit_code`; the web UI into a page.
"""


class KentonganError(Exception):
    """Something we can explain. `exit_code` is 1 (failed) or 2 (bad input or usage)."""

    exit_code = 1


class BadInput(KentonganError):
    """What was handed in cannot be used; the message names the field, line or setting."""

    exit_code = 2


class SettingError(BadInput):
    """An environment variable is missing or malformed; the message starts with its name."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")
        self.name = name


class FormatError(BadInput):
    """A line of a file does not have the promised form."""

    def __init__(self, path: str, line: int, problem: str) -> None:
        super().__init__(f"{path}, line {line}: {problem}")
        self.path = path
        self.line = line


class StoreError(KentonganError):
    """The record cannot be read or written."""


class NotFound(KentonganError):
    """There is no such thing in the record."""

    def __init__(self, kind: str, key: object) -> None:
        super().__init__(f"no {kind} {key}")
        self.kind = kind
        self.key = key


class Conflict(KentonganError):
    """Someone else changed the same thing first; read it again before deciding."""
