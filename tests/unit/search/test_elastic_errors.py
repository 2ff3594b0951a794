"""What a server refuses is told, document by document."""

import pytest
from elastic_transport import ApiResponseMeta, ConnectionError, HttpHeaders, NodeConfig
from elasticsearch import ApiError, AuthorizationException, NotFoundError

from search.elastic_errors import check_bulk, translated
from search.index import IndexNotReady, IndexUnavailable, SearchError


def answer(status: int) -> ApiResponseMeta:
    node = NodeConfig("http", "127.0.0.1", 9200)
    return ApiResponseMeta(status=status, http_version="1.1", headers=HttpHeaders(), duration=0.0, node=node)


def refused(status: int, kind: str, reason: str, operation: str = "index") -> dict[str, object]:
    return {operation: {"_id": "a1", "status": status, "error": {"type": kind, "reason": reason}}}


def test_each_refused_document_is_named_with_its_reason() -> None:
    good: dict[str, object] = {"index": {"_id": "g", "status": 201}}
    bad = refused(400, "document_parsing_exception", "failed to parse")
    with pytest.raises(SearchError, match=r"1 of 2 documents refused: a1: document_parsing_exception failed"):
        check_bulk("x", [good, bad])


def test_removing_what_is_not_there_is_no_failure() -> None:
    check_bulk("x", [refused(404, "not_found", "gone", "delete"), {"delete": {"_id": "b", "status": 404}}])


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_unavailable_so_the_work_waits(status: int) -> None:
    with pytest.raises(IndexUnavailable, match="a1"):
        check_bulk("x", [refused(status, "es_rejected_execution_exception", "queue full")])


def test_a_full_disk_is_told_as_such() -> None:
    reason = "index [x] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark]"
    with pytest.raises(IndexUnavailable, match="disk is nearly full"):
        check_bulk("x", [refused(429, "cluster_block_exception", reason)])


def test_errors_of_the_client_become_ours() -> None:
    with pytest.raises(IndexNotReady, match="reindex"), translated("x"):
        raise NotFoundError("missing", answer(404), {"error": "missing"})
    with pytest.raises(IndexUnavailable, match="KENTONGAN_SEARCH_API_KEY"), translated("x"):
        raise AuthorizationException("denied", answer(403), {"error": {"type": "security_exception"}})
    with pytest.raises(IndexUnavailable, match="busy"), translated("x"):
        raise ApiError("busy", answer(503), {})
    with pytest.raises(IndexUnavailable, match="500 boom"), translated("x"):
        raise ApiError("boom", answer(500), {"error": {"reason": "boom"}})
    with pytest.raises(IndexUnavailable, match="no answer"), translated("x"):
        raise ConnectionError("refused")
