"""What every page needs, given once to `create_app` and found again by each request."""

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from flask import current_app

from kentongan.region import Region
from kentongan.settings import Settings
from kentongan.store import Store
from pipeline.checking import Checker, Embed
from search.index import SearchIndex

_KEY = "kentongan"


@dataclass(frozen=True, slots=True)
class Parts:
    """The rooms behind the pages. They outlive the application; whoever made them closes them."""

    settings: Settings
    store: Store
    index: SearchIndex
    region: Region
    checker: Checker | None = None  # None where this process has no model
    embed: Embed | None = None  # likewise


def keep_parts(extensions: dict[str, object], parts: Parts) -> None:
    """Put the parts where `the_parts` finds them."""
    extensions[_KEY] = parts


def the_parts() -> Parts:
    """Return the parts of the running application."""
    return cast(Parts, current_app.extensions[_KEY])


def read_uuid(raw: str) -> UUID | None:
    """Return the UUID that `raw` spells, or None."""
    try:
        return UUID(raw)
    except ValueError:
        return None
