"""Everything about one case, read once: what pages show and what an export holds."""

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from kentongan.domain import ItemId
from kentongan.incidents import CaseFile, Part
from kentongan.store import Store
from kentongan.store.incident_facts import CaseFacts, read_facts
from kentongan.timeline import Event, timeline


@dataclass(frozen=True, slots=True)
class CaseView:
    case: CaseFile
    facts: CaseFacts
    events: tuple[Event, ...]  # oldest first, in the region's zone

    def part_of(self, item_id: UUID, claim_id: UUID | None) -> Part | None:
        """Return by what an item is in the case: put in itself, else with its claim; None where it
        left that claim since."""
        standing = {claim.put_in: claim.standing for claim in self.facts.claims}
        own = [part for part in self.case.held if part.item_id == item_id]
        with_claim = [p for p in self.case.held if p.claim_id and standing[p.claim_id] == claim_id]
        return next(iter([*own, *with_claim]), None)


def read_case(store: Store, number: str, zone: ZoneInfo) -> CaseView:
    """Return the case of a number as it stands; raises NotFound."""
    case = store.incidents.case(number)
    facts = read_facts(store.database, case)
    events = timeline(case, facts.claim_facts, facts.item_facts, facts.checks, zone)
    return CaseView(case, facts, events)


def items_of(store: Store, view: CaseView) -> list[ItemId]:
    """Return the items a case holds now, by itself or with their claims, by id."""
    claims = [part.claim_id for part in view.case.held if part.claim_id]
    alone = [part.item_id for part in view.case.held if part.item_id]
    return list(store.incidents.items_in(claims, alone))
