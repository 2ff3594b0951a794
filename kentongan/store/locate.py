"""Finding an item by what a person has in hand: its id, or its address as the record has it."""

from uuid import UUID

from sqlalchemy import select

from kentongan.domain import ItemId
from kentongan.errors import NotFound
from kentongan.store.database import Database
from kentongan.store.schema import ItemRow


def find_item(database: Database, said: str) -> ItemId:
    """Return the item with that id or exactly that address; raises NotFound."""
    try:
        known = ItemRow.id == UUID(said)
    except ValueError:
        known = ItemRow.identity == f"url:{said}"
    with database.read() as session:
        found = session.scalar(select(ItemRow.id).where(known))
    if found is None:
        raise NotFound("item", said)
    return ItemId(found)
