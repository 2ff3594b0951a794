"""What of the archive is like an item, whatever claim it belongs to."""

from uuid import UUID

from kentongan.domain import ItemId
from kentongan.store import Store
from kentongan.store.items import ItemView
from pipeline.pairs import telling_stems
from search.index import Kind, Like, SearchIndex

SIMILAR = 20


def similar_items(view: ItemView, store: Store, index: SearchIndex, limit: int = SIMILAR) -> list[ItemView]:
    """Return the items likest this one by words and by meaning, likest first.

    Raises IndexUnavailable, IndexNotReady.
    """
    stems = sorted(set(telling_stems(view.item.full_text)), key=lambda stem: (-len(stem), stem))
    vector = view.assessment.embedding if view.assessment else b""
    like = Like(Kind.ITEM, stems, vector, limit, frozenset({str(view.item.id)}))
    ids = [ItemId(UUID(id_)) for id_ in index.like(like)]
    found = {other.item.id: other for other in store.items.views(ids)}
    return [found[key] for key in ids if key in found]
