"""What the words of a search on the command line mean. Owned here because several commands search."""

from datetime import datetime

from cli.parts import Parts
from kentongan.errors import BadInput


def known_sources(parts: Parts, names: list[str]) -> list[str]:
    """Return the names; raises BadInput for one that the record does not know."""
    known = {source.name for source in parts.store.items.sources()} if names else set()
    for name in names:
        if name not in known:
            raise BadInput(f"unknown source {name!r}; there are {', '.join(sorted(known)) or 'none'}")
    return names


def moment_of(parts: Parts, option: str, raw: str | None) -> datetime | None:
    """Return the time that an option names, a date being its first moment in the region."""
    if raw is None:
        return None
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError as exc:
        raise BadInput(f"{option}: {raw!r} is not an RFC 3339 time or a date") from exc
    return moment if moment.tzinfo else moment.replace(tzinfo=parts.region.time_zone)
