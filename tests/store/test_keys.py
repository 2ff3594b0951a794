"""The keys a person chose: kept for that person only, replaced as a whole, gone when reset."""

from kentongan.domain import Role
from kentongan.store import Store
from tests.factories import PASSWORD


def test_keys_are_kept_for_each_person_replaced_as_a_whole_and_reset(store: Store) -> None:
    sari, budi = (store.users.add(name, Role.ANALYST, PASSWORD, by="test").id for name in ("sari", "budi"))
    assert store.keys.of(sari) == {}
    store.keys.set(sari, {"next": "n", "skip": ""})
    store.keys.set(sari, {"undo": "z"})
    assert store.keys.of(sari) == {"undo": "z"}
    assert store.keys.of(budi) == {}
    store.keys.set(sari, {})
    assert store.keys.of(sari) == {}
