"""Where the response behind an item or a check lies, as rows."""

from typing import Any

from sqlalchemy.orm import Session

from kentongan.domain import Evidence
from kentongan.ids import new_id
from kentongan.store.schema import EvidenceRow


def add_evidence(session: Session, evidence: Evidence | None, *, revision: int, **owner: Any) -> None:
    """Keep where a response lies, for `item_id` or `fact_check_id`; nothing where there is none."""
    if evidence is not None:
        session.add(
            EvidenceRow(
                id=new_id(),
                revision=revision,
                url=evidence.url,
                sha256=evidence.sha256,
                fetched_at=evidence.fetched_at,
                warc_path=evidence.warc_path,
                warc_offset=evidence.warc_offset,
                **owner,
            )
        )
