"""The one form of a signed report that is hashed, and its hash.

JSON with sorted keys, no spaces, UTF-8: whoever has the form can make the hash with any tool.
"""

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from kentongan.reports.values import Report, content_json


def canonical(report: Report) -> str:
    """Return everything that a signature stands for, as one line."""
    return canonical_json(_signed(report))


def canonical_json(value: Any) -> str:
    """Return plain values as the one line that is hashed or signed."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def digest(form: str) -> str:
    """Return the SHA-256 of a canonical form, hex."""
    return sha256(form.encode()).hexdigest()


def _signed(report: Report) -> dict[str, Any]:
    return {
        "id": str(report.id),
        "number": report.number,
        "kind": report.kind.value,
        "place": report.place,
        "since": report.period.since.isoformat(),
        "until": report.period.until.isoformat(),
        "made_by": report.made_by,
        "read_by": report.read_by,
        "signed_by": report.signed_by,
        "signed_at": _utc(report.signed_at),
        "content": content_json(report.content),
    }


def _utc(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""
