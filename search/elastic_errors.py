"""What can go wrong with a server, told as ours.

Owns: the translation of the client's errors, and what the error of one operation in a bulk answer
means. A server that is down, busy or read-only is `IndexUnavailable`: the work waits. A missing or
other index is `IndexNotReady`: someone must rebuild. The rest says what was refused.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    NotFoundError,
    TransportError,
)

from search.index import IndexNotReady, IndexUnavailable

REBUILD = "run `kentongan reindex`"
BUSY = frozenset({429, 502, 503, 504})
FULL_DISK = (
    "read-only: the server's disk is nearly full (cluster.routing.allocation.disk.watermark.flood_stage);"
    " make room there, then writing goes on by itself"
)
BLOCKED = "read-only: writing is blocked on the server (index.blocks.*); take the block away there"


class Failure(StrEnum):
    """What the error of one operation means for its document."""

    BUSY = "busy"  # try again soon
    READ_ONLY = "read-only"  # someone must make room or take a block away
    NO_INDEX = "no index"  # someone must rebuild
    REFUSED = "refused"  # this document will never be taken as it is
    UNEXPECTED = "unexpected"


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Turn the client's errors into ours; `name` is the index that was asked for."""
    try:
        yield
    except NotFoundError as exc:
        raise IndexNotReady(f"search index {name}: there is none: {REBUILD}") from exc
    except (AuthenticationException, AuthorizationException) as exc:
        hint = read_only(str(exc.body)) or "refused; check KENTONGAN_SEARCH_API_KEY and what it allows"
        raise IndexUnavailable(f"search index {name}: {hint}") from exc
    except ApiError as exc:
        if exc.status_code in BUSY:
            hint = read_only(str(exc.body)) or f"the server is busy or not ready ({exc.status_code})"
            raise IndexUnavailable(f"search index {name}: {hint}") from exc
        raise IndexUnavailable(f"search index {name}: {exc.status_code} {reason(exc.body)}") from exc
    except TransportError as exc:
        raise IndexUnavailable(f"search index {name}: no answer from the server ({exc.message})") from exc


def meaning(answer: Mapping[str, Any]) -> Failure:
    """Return what the error of one operation in a bulk answer means.

    A strict mapping that lacks one of our fields is no fault of the document: the index is not ours.
    """
    kind, status = _type(answer), answer.get("status")
    if read_only(reason(answer)):
        return Failure.READ_ONLY
    if status in BUSY or kind == "es_rejected_execution_exception":
        return Failure.BUSY
    if status == 404 or kind in ("index_not_found_exception", "strict_dynamic_mapping_exception"):
        return Failure.NO_INDEX
    return Failure.REFUSED if status == 400 else Failure.UNEXPECTED


def read_only(told: str) -> str:
    """Return how to mend a block on writing that was told of; empty when none was."""
    if "read-only-allow-delete" in told or "flood" in told:
        return FULL_DISK
    return BLOCKED if "cluster_block" in told or "FORBIDDEN" in told else ""


def reason(body: Any) -> str:
    """Return the type and reason of an error as one line."""
    error = body.get("error", body) if isinstance(body, Mapping) else body
    if isinstance(error, Mapping):
        told = [str(error[part]) for part in ("type", "reason") if error.get(part)]
        cause = error.get("caused_by")
        if isinstance(cause, Mapping) and cause.get("reason"):
            told.append(f"({cause['reason']})")
        return " ".join(" ".join(told).split())
    return str(error)[:200]


def _type(answer: Mapping[str, Any]) -> str:
    error = answer.get("error")
    return str(error.get("type", "")) if isinstance(error, Mapping) else ""
