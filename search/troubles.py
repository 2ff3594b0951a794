"""What is not as it should be with an index that still answers searches.

Only an engine with a server of its own has such troubles: a disk that ran full makes it read-only, and
somebody else may change its templates. The embedded engine is whole, or it raises.
"""

from typing import Protocol, runtime_checkable

from search.index import SearchIndex


@runtime_checkable
class Inspected(Protocol):
    def troubles(self) -> list[str]:
        """Return each trouble with its mend. Raises IndexUnavailable, IndexNotReady."""


def troubles(index: SearchIndex) -> list[str]:
    """Return each trouble of the index with its mend; an engine that can have none has none."""
    return index.troubles() if isinstance(index, Inspected) else []
