"""An item found by what a person has in hand, on both databases."""

import pytest

from kentongan.errors import NotFound
from kentongan.store import Store
from kentongan.store.locate import find_item
from tests.factories import make_item, make_source

URL = "https://warta.example/1"


def test_an_item_is_found_by_its_id_and_by_exactly_its_address(store: Store) -> None:
    store.collector.save_source(make_source())
    saved = store.collector.save_item(make_item(url=URL))
    store.collector.save_item(make_item("Lain.", url=f"{URL}0"))

    assert find_item(store.database, str(saved.id)) == find_item(store.database, URL) == saved.id
    for said in (URL[:-1], f"{URL}/", f"url:{URL}", "", "%", "01a2001f-0000-7000-8000-000000000000"):
        with pytest.raises(NotFound):
            find_item(store.database, said)
