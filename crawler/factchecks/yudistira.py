"""Answers of Mafindo's Yudistira API, read from a file: the API wants a key, which no source file holds."""

from crawler.errors import ShapeDrift
from crawler.factchecks.mafindo_records import record_check
from crawler.factchecks.reading import Document, Outlet, Reading, each_record
from crawler.factchecks.records import read_json

ADDRESS = "https://gfd.turnbackhoax.id/focus/{id}"  # where Mafindo shows a record


def read_list(document: Document, outlet: Outlet) -> Reading:
    """Return the checks of an answer: a list of records, or one record."""
    answer = read_json(document.body, document.url)
    records = [answer] if isinstance(answer, dict) and "title" in answer else answer
    if not isinstance(records, list) or not records:
        raise ShapeDrift(document.url, "neither a record nor a list of records")
    return each_record(
        records, document.url, lambda record, where: record_check(record, where, outlet, ADDRESS)
    )
