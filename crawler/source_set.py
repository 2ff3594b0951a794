"""Which sources a deployment reads: those shipped for its region and the nation, and its own.

Leaves reading the files to `source_file`. Reading every region's sources would bring one city's news
into another's queue.
"""

from importlib.resources import files
from pathlib import Path

from crawler.source_file import SourceFile, read_source, read_sources, shipped_sources

NATIONAL = "nasional"  # the region of sources that are everybody's: fact-checkers


def sources_for(own: Path | None, region: str) -> list[SourceFile]:
    """Return the shipped sources of a region and of the nation with a folder's own, by name.

    A file of one's own takes the place of the shipped one of its name, to change it or (`active:
    false`) to leave it out; its region is not looked at. Raises SourceFileError.
    """
    chosen = {s.name: s for s in shipped_sources() if s.source.region in (region, NATIONAL)}
    if own is not None:
        chosen |= {source.name: source for source in read_sources(own)}
    return [chosen[name] for name in sorted(chosen)]


def source_named(own: Path | None, name: str) -> SourceFile | None:
    """Return one source, a folder's own before the shipped one, or None; raises SourceFileError.

    Reads one shipped file, which is named after its source, and not all of them.
    """
    if own is not None:
        found = next((file for file in read_sources(own) if file.source.name == name), None)
        if found is not None:
            return found
    shipped = Path(str(files("crawler") / "sources"))
    path = next((path for path in shipped.glob("*.yaml") if path.stem == name), None)
    return read_source(path) if path else None
