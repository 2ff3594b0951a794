"""Documents into and out of one index in requests of bounded size, each answered for.

Owns: cutting by bytes, trying again what the server was too busy for (those operations only, later
each time), and telling documents it will never take from troubles that pass. The client's own helper
waits the same time in every process, tries a full disk again, and gives up on an answer of 413.
"""

import json
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from elasticsearch import ApiError, ConnectionTimeout, Elasticsearch

from search.elastic_errors import BUSY, REBUILD, Failure, meaning, read_only, reason
from search.index import Document, IndexNotReady, IndexUnavailable, Refused, SearchError
from search.mapping import to_source

_TOLD = 3  # documents named in one message
_TOO_LARGE = 413


@dataclass(frozen=True, slots=True)
class Limits:
    """How much goes into one request, and how long a busy server is asked again."""

    documents: int = 500
    bytes: int = 5_000_000  # past some megabytes a request is no faster and holds more of the server's memory
    document_bytes: int = 50_000_000  # alone in its request; a server takes 100 MB, and needs room around it
    tries: int = 6  # with the waits below some 20 seconds; after that the jobs wait in the outbox
    first_wait_seconds: float = 0.5
    longest_wait_seconds: float = 10.0
    timeout_seconds: float = 60.0  # for one answer: a full request with vectors takes a slow server some ten

    def wait(self, tries: int) -> float:
        """Return how long to wait after so many tries: up to twice as long each time, by chance."""
        longest = min(self.longest_wait_seconds, self.first_wait_seconds * 2.0 ** (tries - 1))
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - keeps processes apart, hides nothing


class _TooLarge(Exception):
    """The server takes no request of this size."""


@dataclass(frozen=True, slots=True)
class _Operation:
    lines: tuple[bytes, ...]
    id: str
    document: Document | None  # None takes out

    @property
    def size(self) -> int:
        return sum(len(line) + 1 for line in self.lines)


class Bulk:
    """Writes into one index or alias."""

    def __init__(
        self, client: Elasticsearch, name: str, index: str, limits: Limits, require_alias: bool
    ) -> None:
        # Tried again here, with waits.
        self._client = client.options(max_retries=0, request_timeout=limits.timeout_seconds)
        self._name = name
        self._index = index
        self._limits = limits
        self._require_alias = True if require_alias else None

    def put(self, documents: Iterable[Document], refresh: bool) -> list[Refused]:
        """Add or replace; return what will never be taken. With `refresh`, searchable when this returns.

        Raises IndexUnavailable for what may pass, IndexNotReady, and SearchError for an answer that
        nothing is known of; documents before the failure may then be in.
        """
        refused: list[Refused] = []
        self._send_all(self._operations(documents, refused), refresh, refused)
        return refused

    def remove(self, ids: Iterable[str]) -> None:
        """Take out, searchably; what is not there is no error. Raises as `put`."""
        taken_out = (_Operation((_line({"delete": {"_id": id_}}),), id_, None) for id_ in ids)
        self._send_all(taken_out, True, [])

    def _operations(self, documents: Iterable[Document], refused: list[Refused]) -> Iterator[_Operation]:
        for document in documents:
            try:
                lines = (_line({"index": {"_id": document.id}}), _line(to_source(document)))
            except (SearchError, ValueError) as exc:
                refused.append(Refused(document.id, document.kind, str(exc)))
                continue
            operation = _Operation(lines, document.id, document)
            if operation.size > self._limits.document_bytes:
                refused.append(_too_large(document, operation.size))
            else:
                yield operation

    def _send_all(self, operations: Iterator[_Operation], refresh: bool, refused: list[Refused]) -> None:
        chunks = self._chunks(operations)
        chunk = next(chunks, None)
        while chunk:
            following = next(chunks, None)
            refused += self._send(chunk, refresh and following is None)
            chunk = following

    def _chunks(self, operations: Iterator[_Operation]) -> Iterator[list[_Operation]]:
        chunk: list[_Operation] = []
        size = 0
        for operation in operations:
            full = len(chunk) >= self._limits.documents or size + operation.size > self._limits.bytes
            if chunk and full:
                yield chunk
                chunk, size = [], 0
            chunk.append(operation)
            size += operation.size
        if chunk:
            yield chunk

    def _send(self, chunk: Sequence[_Operation], refresh: bool) -> list[Refused]:
        refused: list[Refused] = []
        tries = 0
        while chunk:
            tries += 1
            try:
                answers, trouble = self._request(chunk, refresh)
            except _TooLarge:
                return refused + self._in_halves(chunk, refresh)
            if answers is not None:
                chunk, trouble, more = self._judge(chunk, answers)
                refused += more
            if chunk and tries >= self._limits.tries:
                raise IndexUnavailable(f"search index {self._name}: {trouble}; tried {tries} times")
            if chunk:
                time.sleep(self._limits.wait(tries))
        return refused

    def _request(self, chunk: Sequence[_Operation], refresh: bool) -> tuple[list[dict[str, Any]] | None, str]:
        """Return the answer to each operation, or None and what came instead. Raises _TooLarge."""
        lines: Any = [line for operation in chunk for line in operation.lines]
        try:
            answer = self._client.bulk(
                index=self._index,
                operations=lines,
                refresh="wait_for" if refresh else False,
                require_alias=self._require_alias,
                filter_path="items.*._id,items.*.status,items.*.error",
            )
        except ConnectionTimeout as exc:
            return None, f"no answer from the server in time ({exc.message})"
        except ApiError as exc:
            if exc.status_code == _TOO_LARGE:
                raise _TooLarge from exc
            if exc.status_code not in BUSY or read_only(str(exc.body)):
                raise
            return None, f"the server is busy or not ready ({exc.status_code})"
        answers = [told for item in answer["items"] for told in item.values()]
        if len(answers) != len(chunk):
            raise SearchError(f"search index {self._name}: {len(answers)} answers to {len(chunk)} operations")
        return answers, ""

    def _judge(
        self, chunk: Sequence[_Operation], answers: Sequence[dict[str, Any]]
    ) -> tuple[list[_Operation], str, list[Refused]]:
        """Return what is to be sent again and why, and what is refused. Raises for all else."""
        failed: dict[Failure, list[tuple[_Operation, str]]] = {}
        for operation, answer in zip(chunk, answers, strict=True):
            if "error" in answer and not (operation.document is None and _is_gone(answer)):
                failed.setdefault(meaning(answer), []).append((operation, reason(answer)))
        refused = [
            Refused(operation.id, operation.document.kind, why)
            for operation, why in failed.get(Failure.REFUSED, [])
            if operation.document is not None
        ]
        if len(refused) == len(failed.get(Failure.REFUSED, [])):
            failed.pop(Failure.REFUSED, None)
        busy = failed.pop(Failure.BUSY, [])
        for kind, troubles in failed.items():
            told = "; ".join(f"{operation.id}: {why}" for operation, why in troubles[:_TOLD])
            if kind is Failure.READ_ONLY:
                raise IndexUnavailable(f"search index {self._name}: {read_only(troubles[0][1])}")
            if kind is Failure.NO_INDEX:
                raise IndexNotReady(
                    f"search index {self._name}: there is none, or not ours ({told}): {REBUILD}"
                )
            raise SearchError(f"search index {self._name}: {len(troubles)} of {len(chunk)} failed: {told}")
        trouble = f"{len(busy)} of {len(chunk)} not taken, {busy[0][1]}" if busy else ""
        return [operation for operation, _ in busy], trouble, refused

    def _in_halves(self, chunk: Sequence[_Operation], refresh: bool) -> list[Refused]:
        """Send what was too much for one request as two; a document that is too much alone is refused."""
        if len(chunk) > 1:
            middle = len(chunk) // 2
            return self._send(chunk[:middle], False) + self._send(chunk[middle:], refresh)
        (operation,) = chunk
        if operation.document is None:
            raise SearchError(f"search index {self._name}: the server takes no request, however small")
        return [_too_large(operation.document, operation.size)]


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _too_large(document: Document, size: int) -> Refused:
    return Refused(document.id, document.kind, f"too large for one request: {size:,} bytes")


def _is_gone(answer: dict[str, Any]) -> bool:
    return answer.get("status") == 404 and "index_not_found" not in str(answer.get("error"))
