"""The decisions that stand, of many claims at once, on both databases."""

from kentongan.domain import Decision, Review
from kentongan.ids import new_id
from kentongan.store import Store
from kentongan.store.decided import last_decisions
from tests.factories import make_claim, make_user


def test_each_claim_has_its_newest_decision_and_others_have_none(store: Store) -> None:
    claim, user = make_claim(store), make_user(store)
    store.reviews.decide(claim, user.id, Decision.WATCH, version_seen=1)
    last = store.reviews.decide(claim, user.id, Decision.DISMISS, version_seen=2)
    assert isinstance(last, Review)

    found = last_decisions(store.database, [claim, new_id()])

    assert list(found) == [claim]
    assert (found[claim].decision, found[claim].at) == (Decision.DISMISS, last.decided_at)
    assert last_decisions(store.database, []) == {}
