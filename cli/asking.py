"""What the words of a search on the command line mean. Owned here because several commands search."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from cli.parts import Parts
from kentongan.domain import ClaimState, Label, Platform, Stance
from kentongan.errors import BadInput

Words = Annotated[str, typer.Argument(help='Words, "phrase", -not, OR, prefix*, field:value.')]
Labels = Annotated[list[Label] | None, typer.Option("--label", help="Bearing any of these labels.")]
States = Annotated[list[ClaimState] | None, typer.Option("--state")]
Stances = Annotated[list[Stance] | None, typer.Option("--stance")]
Sources = Annotated[list[str] | None, typer.Option("--source")]
Platforms = Annotated[list[Platform] | None, typer.Option("--platform")]
Places = Annotated[list[str] | None, typer.Option("--place", help="Kecamatan or kelurahan.")]
Stages = Annotated[list[str] | None, typer.Option("--stage", help="Election, or stage of one.")]
OfClaim = Annotated[UUID | None, typer.Option("--claim", help="Only items of this claim.")]
Since = Annotated[str | None, typer.Option("--since", help="RFC 3339 time, or a date of the region.")]
Until = Annotated[str | None, typer.Option("--until", help="Before this RFC 3339 time or date.")]


def filters_of(
    parts: Parts,
    *,
    label: list[Label] | None,
    state: list[ClaimState] | None,
    stance: list[Stance] | None,
    source: list[str] | None,
    platform: list[Platform] | None,
    place: list[str] | None,
    stage: list[str] | None,
    claim: UUID | None,
) -> Mapping[str, list[str]]:
    """Return the filters that are set, by field. Raises BadInput for an unknown source."""
    given = {
        "label": [v.value for v in label or []],
        "state": [v.value for v in state or []],
        "stance": [v.value for v in stance or []],
        "source": known_sources(parts, source or []),
        "platform": [v.value for v in platform or []],
        "place": place or [],
        "stage": stage or [],
        "claim": [str(claim)] if claim else [],
    }
    return {name: values for name, values in given.items() if values}


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
