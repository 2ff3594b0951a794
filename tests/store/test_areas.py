"""The places that field reporters answer for, on both databases."""

import pytest

from kentongan.domain import Role
from kentongan.errors import BadInput, NotFound
from kentongan.store import Store
from tests.factories import make_user

BENING, WENING, MEKARSURI, MEKARJAYA = "00.00.01.1003", "00.00.01.1002", "00.00.01", "00.00.05"


def test_the_places_of_a_reporter_are_replaced_and_the_change_is_audited(store: Store) -> None:
    user = make_user(store, "wati", Role.FIELD_REPORTER)
    assert store.areas.of(user.id) == frozenset()
    store.areas.set("wati", [WENING, BENING, BENING], by="admin")
    assert store.areas.of(user.id) == {BENING, WENING}
    store.areas.set("wati", [MEKARSURI], by="admin")
    assert store.areas.all() == {user.id: (MEKARSURI,)}
    entry = store.audit.latest(1)[0]
    assert (entry.actor, entry.action, entry.subject) == ("admin", "set places", "wati")
    assert entry.detail == {"places": [MEKARSURI]}


@pytest.mark.parametrize("code", ["", "00", "00.00", "00.00.1", "00.00.01.100", "00.00.01.1003;", "x" * 30])
def test_what_is_no_place_is_refused(store: Store, code: str) -> None:
    user = make_user(store, "wati", Role.FIELD_REPORTER)
    with pytest.raises(BadInput, match="place"):
        store.areas.set("wati", [code], by="admin")
    assert store.areas.of(user.id) == frozenset()


def test_only_a_field_reporter_has_places(store: Store) -> None:
    make_user(store, "sari")
    with pytest.raises(BadInput, match="no field reporter"):
        store.areas.set("sari", [BENING], by="admin")
    with pytest.raises(NotFound):
        store.areas.set("nobody", [BENING], by="admin")


def test_a_place_is_reached_through_its_kecamatan_but_not_the_other_way(store: Store) -> None:
    for name, place in (("wati", MEKARSURI), ("joko", "00.00.05.1001")):
        make_user(store, name, Role.FIELD_REPORTER)
        store.areas.set(name, [place], by="admin")
    wanted = [BENING, MEKARSURI, MEKARJAYA, "00.00.05.1001", "00.00.05.1002"]
    assert store.areas.reached(wanted) == {BENING, MEKARSURI, "00.00.05.1001"}
    store.users.set_active("wati", False, by="admin")
    assert store.areas.reached(wanted) == {"00.00.05.1001"}
