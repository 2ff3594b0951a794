"""Views of the queue that people keep: whose they are, how many, and which a queue opens with."""

import pytest

from kentongan.domain import Lane, User
from kentongan.errors import NotFound
from kentongan.ids import new_id
from kentongan.store import Store
from kentongan.store.queue_views import MAX_NAME, MAX_OWN, NotKept, QueueView, Refusal, ViewId
from tests.factories import make_user

FILTERS = {"label": "hoax", "place": "00.00.01"}


@pytest.fixture
def user(store: Store) -> User:
    return make_user(store)


def keep(store: Store, user: User, name: str = "Pagi", *, shared: bool = False) -> QueueView:
    return store.queue_views.keep(user, name, Lane.NEW, FILTERS, shared=shared)


def test_a_kept_view_comes_back_with_its_lane_and_filters(store: Store, user: User) -> None:
    view = keep(store, user, "  Pagi   hari ")
    assert store.queue_views.visible_to(user) == [view]
    assert (view.name, view.lane, view.filters) == ("Pagi hari", Lane.NEW, FILTERS)
    assert (view.mine, view.shared, view.default) == (True, False, False)
    assert store.audit.latest(1)[0].action == "keep queue view"


def test_a_view_is_seen_by_others_only_while_it_is_shared(store: Store, user: User) -> None:
    other = make_user(store, "beni")
    private, shared = keep(store, user, "Sendiri"), keep(store, user, "Bersama", shared=True)
    assert [(v.name, v.owner, v.mine) for v in store.queue_views.visible_to(other)] == [
        ("Bersama", "sari", False)
    ]
    store.queue_views.open_with(shared.id, other)
    assert store.queue_views.default_of(other) is not None
    store.queue_views.share(shared.id, user, False)
    assert store.queue_views.visible_to(other) == []
    assert store.queue_views.default_of(other) is None
    with pytest.raises(NotFound):
        store.queue_views.open_with(private.id, other)


def test_a_queue_opens_with_one_view_or_with_none(store: Store, user: User) -> None:
    first, second = keep(store, user, "Satu"), keep(store, user, "Dua")
    assert store.queue_views.default_of(user) is None
    for view in (first, second):
        store.queue_views.open_with(view.id, user)
        found = store.queue_views.default_of(user)
        assert found is not None
        assert (found.id, found.default) == (view.id, True)
    store.queue_views.open_with(None, user)
    assert store.queue_views.default_of(user) is None


def test_a_view_that_is_taken_away_opens_no_queue_any_more(store: Store, user: User) -> None:
    view, other = keep(store, user, shared=True), make_user(store, "beni")
    store.queue_views.open_with(view.id, other)
    with pytest.raises(NotFound):
        store.queue_views.remove(view.id, other)
    store.queue_views.remove(view.id, user)
    assert store.queue_views.default_of(other) is None
    assert store.queue_views.visible_to(user) == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [("  ", Refusal.NO_NAME), ("x" * (MAX_NAME + 1), Refusal.TOO_LONG), ("pagi", Refusal.TAKEN)],
)
def test_a_name_is_needed_short_and_ones_own_only_once(
    store: Store, user: User, name: str, reason: Refusal
) -> None:
    keep(store, user, "Pagi")
    with pytest.raises(NotKept) as raised:
        keep(store, user, name)
    assert raised.value.reason is reason
    assert keep(store, make_user(store, "beni"), "Pagi").mine


def test_a_person_keeps_so_many_and_no_more(store: Store, user: User) -> None:
    for n in range(MAX_OWN):
        keep(store, user, f"Tampilan {n}")
    with pytest.raises(NotKept) as raised:
        keep(store, user, "Satu lagi")
    assert raised.value.reason is Refusal.TOO_MANY


def test_an_unknown_view_is_not_found(store: Store, user: User) -> None:
    for act in (store.queue_views.remove, lambda key, user: store.queue_views.share(key, user, True)):
        with pytest.raises(NotFound):
            act(ViewId(new_id()), user)
