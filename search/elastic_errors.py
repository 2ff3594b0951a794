"""What can go wrong with a server, told as ours.

Owns: the translation of the client's errors and of the errors inside a bulk answer. A
server that is down, busy or read-only is `IndexUnavailable`: the work waits. A missing or
other index is `IndexNotReady`: someone must rebuild. The rest says what was refused.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    NotFoundError,
    TransportError,
)

from search.index import IndexNotReady, IndexUnavailable, SearchError

REBUILD = "run `kentongan reindex`"
_BUSY = frozenset({429, 502, 503, 504})
_TOLD = 3  # refused documents named in one message


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Turn the client's errors into ours; `name` is the index that was asked for."""
    try:
        yield
    except NotFoundError as exc:
        raise IndexNotReady(f"search index {name}: there is none: {REBUILD}") from exc
    except (AuthenticationException, AuthorizationException) as exc:
        hint = _read_only(str(exc.body)) or "refused; check KENTONGAN_SEARCH_API_KEY"
        raise IndexUnavailable(f"search index {name}: {hint}") from exc
    except ApiError as exc:
        if exc.status_code in _BUSY:
            raise IndexUnavailable(
                f"search index {name}: the server is busy or not ready ({exc.status_code})"
            ) from exc
        raise IndexUnavailable(f"search index {name}: {exc.status_code} {_reason(exc.body)}") from exc
    except TransportError as exc:
        raise IndexUnavailable(f"search index {name}: no answer from the server ({exc.message})") from exc


def check_bulk(name: str, items: Sequence[dict[str, Any]]) -> None:
    """Raise when any operation of a bulk request failed, naming the first ones and why.

    Removing what is not there is no failure.
    """
    failed = [
        answer
        for operation in items
        for kind, answer in operation.items()
        if "error" in answer and not (kind == "delete" and answer.get("status") == 404)
    ]
    if not failed:
        return
    told = "; ".join(f"{answer.get('_id')}: {_reason(answer)}" for answer in failed[:_TOLD])
    text = f"search index {name}: {len(failed)} of {len(items)} documents refused: {told}"
    statuses = {answer.get("status") for answer in failed}
    if hint := _read_only(told):
        raise IndexUnavailable(f"search index {name}: {hint}")
    if statuses & _BUSY:
        raise IndexUnavailable(text)
    if 404 in statuses:
        raise IndexNotReady(f"search index {name}: there is none: {REBUILD}")
    raise SearchError(text)


def _read_only(told: str) -> str:
    if "read-only-allow-delete" in told or "flood" in told:
        return "read-only: the server's disk is nearly full"
    return (
        "read-only: writing is blocked on the server"
        if "cluster_block" in told or "FORBIDDEN" in told
        else ""
    )


def _reason(body: Any) -> str:
    error = body.get("error", body) if isinstance(body, dict) else body
    if isinstance(error, dict):
        return " ".join(str(error[part]) for part in ("type", "reason") if error.get(part))
    return str(error)[:200]
