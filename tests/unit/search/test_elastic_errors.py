"""What a server says is told as ours, and each error of a bulk answer has one meaning."""

import pytest
from elastic_transport import ApiResponseMeta, ConnectionError, HttpHeaders, NodeConfig
from elasticsearch import ApiError, AuthorizationException, NotFoundError

from search.elastic_errors import Failure, meaning, reason, translated
from search.index import IndexNotReady, IndexUnavailable


def answer(status: int) -> ApiResponseMeta:
    node = NodeConfig("http", "127.0.0.1", 9200)
    return ApiResponseMeta(status=status, http_version="1.1", headers=HttpHeaders(), duration=0.0, node=node)


BLOCKED = "index [x] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has"
BLOCKED += " read-only-allow-delete block];"


@pytest.mark.parametrize(
    ("status", "kind", "told", "expected"),
    [
        (429, "es_rejected_execution_exception", "queue full", Failure.BUSY),
        (429, "circuit_breaking_exception", "Data too large", Failure.BUSY),
        (503, "unavailable_shards_exception", "primary shard is not active", Failure.BUSY),
        (503, "process_cluster_event_timeout_exception", "put-mapping", Failure.BUSY),
        (429, "cluster_block_exception", BLOCKED, Failure.READ_ONLY),
        (
            403,
            "cluster_block_exception",
            "index [x] blocked by: [FORBIDDEN/8/index write (api)];",
            Failure.READ_ONLY,
        ),
        (404, "index_not_found_exception", "no such index [x]", Failure.NO_INDEX),
        (400, "strict_dynamic_mapping_exception", "introduction of [stage]", Failure.NO_INDEX),
        (400, "document_parsing_exception", "failed to parse field [published]", Failure.REFUSED),
        (400, "mapper_parsing_exception", "failed to parse", Failure.REFUSED),
        (400, "illegal_argument_exception", "immense term in field", Failure.REFUSED),
        (409, "version_conflict_engine_exception", "x", Failure.UNEXPECTED),
        (403, "security_exception", "action is unauthorized", Failure.UNEXPECTED),
        (500, "null_pointer_exception", "x", Failure.UNEXPECTED),
    ],
)
def test_each_error_of_a_bulk_answer_has_one_meaning(
    status: int, kind: str, told: str, expected: Failure
) -> None:
    assert meaning({"status": status, "error": {"type": kind, "reason": told}}) is expected


def test_a_reason_is_one_line_and_names_what_lies_behind_it() -> None:
    error = {"type": "parsing", "reason": "failed\n to parse", "caused_by": {"reason": "no number"}}
    assert reason({"error": error}) == "parsing failed to parse (no number)"
    assert reason("x" * 999) == "x" * 200


def test_a_full_disk_is_told_with_its_setting_and_the_mend() -> None:
    body = {"error": {"type": "cluster_block_exception", "reason": BLOCKED}}
    with pytest.raises(IndexUnavailable, match=r"flood_stage.*make room"), translated("x"):
        raise ApiError("blocked", answer(429), body)


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
