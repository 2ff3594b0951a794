"""What `kentongan sources` says of the health of each source."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from kentongan.store import Store
from pipeline.health import examine


def source_states(store: Store, at: datetime) -> Mapping[str, Mapping[str, Any]]:
    """Return, by name, the health of each source that the record knows, as columns."""
    return {
        one.source.name: {
            "state": one.health.state.value,
            "last_success": one.health.last_success_at,
            "new_24h": one.health.found_day,
            "expected_24h": round(one.health.expected_day, 1),
            "alarms": [finding.trouble.value for finding in one.health.findings],
            "newest": one.health.newest_at,
            "robots": one.health.robots.value,
            "quiet_chance": round(one.health.quiet_chance, 4),
            "details": [asdict(finding) for finding in one.health.findings],
        }
        for one in examine(store, at)
    }


UNKNOWN: Mapping[str, Any] = {
    "state": "",
    "last_success": None,
    "new_24h": None,
    "expected_24h": None,
    "alarms": [],
    "newest": None,
    "robots": "",
    "quiet_chance": None,
    "details": [],
}
"""Of a source that was never read: the record does not know it yet."""

COLUMNS = ("name", "permission", "items", "state", "last success", "24 h", "alarms")


def shown(row: Mapping[str, Any]) -> list[object]:
    """Return a row of `sources` for a table as wide as a screen: `COLUMNS`, the rest is in the JSON."""
    success, expected = row["last_success"], row["expected_24h"]
    return [
        row["name"],
        row["permission"],
        row["items"],
        row["state"] if row["active"] else "inactive",
        f"{success:%m-%d %H:%M}Z" if success else "",
        "" if expected is None or not row["active"] else f"{row['new_24h']} of {expected:g}",
        ", ".join(row["alarms"]),
    ]
