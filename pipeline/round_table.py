"""Who has reported in a round, as rows: by place, in the order of their codes; never by person (R15)."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

from kentongan.rounds.values import Round, State, Submission, Tier, kecamatan_of, tier_of

COLUMNS = (
    "place", "name", "tier", "accounts", "state", "due_at", "first_sent_at", "sent_at", "taken_at", "late",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One place of a round. `manned`: somebody has an account there, so that it can report."""

    place: str
    tier: Tier
    held: Submission
    due: datetime
    manned: bool
    late: bool  # sent late, or not sent and the deadline is over


def rows_of(
    one: Round, held: Mapping[str, Submission], manned: Mapping[str, int], at: datetime
) -> Iterator[Row]:
    """Yield each kecamatan of a round, followed by its kelurahan."""
    for kecamatan in sorted(one.kecamatan):
        inner = sorted(place for place in one.places if kecamatan_of(place) == kecamatan)
        for place in (kecamatan, *inner):
            found = held.get(place) or Submission(one.id, place, State.NONE, 0)
            due = one.due_of(place)
            yield Row(place, tier_of(place), found, due, place in manned, found.is_late(due, at))


def record_of(row: Row, names: Mapping[str, str]) -> dict[str, object]:
    """Return a row under the names of COLUMNS; moments are aware, None where there is none."""
    return {
        "place": row.place,
        "name": names.get(row.place, row.place),
        "tier": row.tier.value,
        "accounts": "yes" if row.manned else "no",
        "state": row.held.state.value,
        "due_at": row.due,
        "first_sent_at": row.held.first_sent_at,
        "sent_at": row.held.sent_at,
        "taken_at": row.held.taken_at,
        "late": "yes" if row.late else "no",
    }


def to_csv(rows: Iterator[Row], names: Mapping[str, str], zone: ZoneInfo) -> str:
    """Return the rows as CSV, moments in the region's time."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(value, zone) for value in record_of(row, names).values()])
    return out.getvalue()


def _cell(value: object, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="minutes")
    return "" if value is None else str(value)
