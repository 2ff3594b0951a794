"""What can go wrong while collecting. Each message is one line that names what and where."""

from kentongan.errors import BadInput, KentonganError


class CrawlError(KentonganError):
    """A page, feed or answer of a source cannot be used; the crawl goes on without it."""


class UnknownVerdict(CrawlError):
    """A fact-checker used a word that is not in our table; it is reported, never guessed."""

    def __init__(self, url: str, word: str) -> None:
        super().__init__(f"{url}: unknown verdict {word!r}")
        self.word = word


class ShapeDrift(CrawlError):
    """A fact-checker's page or answer no longer has the shape we read: unhealthy, never "no checks today"."""

    def __init__(self, where: str, missing: str) -> None:
        super().__init__(f"drift: {where}: {missing}")
        self.missing = missing


class SourceFileError(BadInput):
    """A source file is not as promised; names the file, the line and the field."""

    def __init__(self, path: str, line: int, field: str, problem: str) -> None:
        where = f"{path}, line {line}" if line else path
        super().__init__(f"{where}: {field}: {problem}")
        self.path = path
        self.line = line
        self.field = field
