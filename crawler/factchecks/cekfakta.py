"""cekfakta.com, the coalition's list: JSON at `/api-index`, or inside the page of `/api-search`."""

import json
import re

from crawler.errors import ShapeDrift
from crawler.factchecks.mafindo_records import record_check
from crawler.factchecks.reading import Document, Outlet, Reading, each_record
from crawler.factchecks.records import read_json

ADDRESS = "https://cekfakta.com/focus/{id}"
_INSIDE = re.compile(r"const\s+responseData\s*=\s*(?=\[)")


def read_list(document: Document, outlet: Outlet) -> Reading:
    """Return the checks of an answer or of a saved search page."""
    records = _records(document)
    if not isinstance(records, list) or not records:
        raise ShapeDrift(document.url, "not a list of records")
    return each_record(
        records, document.url, lambda record, where: record_check(record, where, outlet, ADDRESS)
    )


def _records(document: Document) -> object:
    if document.body.lstrip()[:1] != b"<":
        return read_json(document.body, document.url)
    page = document.body.decode("utf-8", "replace")
    place = _INSIDE.search(page)
    if place is None:
        raise ShapeDrift(document.url, "a page without responseData")
    try:
        return json.JSONDecoder().raw_decode(page, place.end())[0]
    except (ValueError, RecursionError) as exc:
        raise ShapeDrift(document.url, "responseData is not JSON") from exc
