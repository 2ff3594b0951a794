"""The conveyor over real parts, for tests; apart from `factories`, for it loads what the model needs."""

from classifier.assess import Assessor
from kentongan.store import Store
from kentongan.store.copies import Traits
from pipeline.linking import Linker
from pipeline.matching import Matcher
from pipeline.work import Worker
from search.index import SearchIndex


def make_worker(store: Store, index: SearchIndex, assessor: Assessor, matcher: Matcher) -> Worker:
    """Return a conveyor that reads no places and no parties."""
    linker = Linker(index, store.items.views, assessor)
    return Worker(store, index, assessor, matcher, linker, lambda item: Traits())
