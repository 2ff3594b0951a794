"""The state of the index that one walk by relevance reads, kept by the server while it lasts.

Owns: opening, following and closing a point in time. Scores shift with every document added, so a
walk by relevance is exact only within one state; a walk by date or priority needs none. A state that
the server no longer has (it is kept some minutes, and goes with its index) is not an error: the walk
goes on after the same key in the present state.
"""

from contextlib import suppress
from typing import Any

from elastic_transport import ObjectApiResponse
from elasticsearch import ApiError, BadRequestError, Elasticsearch, NotFoundError, TransportError

KEEP = "5m"  # after each page; people read one in less, and each state holds files of the server
_TOO_MANY = 429


class Moment:
    """Searches of one index: in one state where `frozen`, else in the present."""

    def __init__(self, client: Elasticsearch, alias: str, frozen: bool, name: str = "") -> None:
        self._client = client
        self._alias = alias
        self._frozen = frozen
        self._given = bool(name) and frozen
        self._lost = False
        self.name = name if frozen else ""

    def search(self, **request: Any) -> ObjectApiResponse[Any]:
        """Return the answer to a request; never one that part of the index is missing from."""
        if not self._frozen:
            return self._client.search(index=self._alias, allow_partial_search_results=False, **request)
        if not self.name:
            self._open()
        if not self.name:
            return self._client.search(index=self._alias, allow_partial_search_results=False, **request)
        try:
            answer = self._within(request)
        except (NotFoundError, BadRequestError) as exc:
            # Another index may have taken over just now; of a cursor's state nothing is known at all.
            if self._lost or not (self._given or isinstance(exc, NotFoundError)):
                raise
            self._lost, self.name = True, ""
            return self.search(**request)
        self.name = answer.get("pit_id") or self.name
        return answer

    def close(self) -> None:
        """Give the state back to the server, which forgets it by itself after a while."""
        if self.name:
            with suppress(ApiError, TransportError):
                self._client.close_point_in_time(id=self.name)
            self.name = ""

    def _within(self, request: dict[str, Any]) -> ObjectApiResponse[Any]:
        state = {"id": self.name, "keep_alive": KEEP}
        return self._client.search(pit=state, allow_partial_search_results=False, **request)

    def _open(self) -> None:
        try:
            self.name = self._client.open_point_in_time(index=self._alias, keep_alive=KEEP)["id"]
        except ApiError as exc:
            if exc.status_code != _TOO_MANY:
                raise
            self._frozen = False  # the server keeps enough states already: better a page than none
