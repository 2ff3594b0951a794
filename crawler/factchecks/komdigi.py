"""The ministry's list of hoaxes: the JSON behind komdigi.go.id/berita/berita-hoaks. It may change.

It answers only those who say that they come from its own site.
"""

import re

from crawler.dates import parse_date
from crawler.errors import CrawlError, ShapeDrift
from crawler.factchecks.labels import labelled
from crawler.factchecks.reading import Document, Outlet, Reading, each_record, page_number, with_page
from crawler.factchecks.records import optional_field, prose_field, read_json, text_field
from crawler.factchecks.titled import titled_check
from kentongan.domain import NewFactCheck

HEADERS = {"Referer": "https://www.komdigi.go.id/", "Origin": "https://www.komdigi.go.id"}
ADDRESS = "https://www.komdigi.go.id/berita/berita-hoaks/detail/"


def read_list(document: Document, outlet: Outlet) -> Reading:
    """Return the checks of one page of the answer, `response.data[]`, and the next page's address."""
    answer = read_json(document.body, document.url)
    response = answer.get("response") if isinstance(answer, dict) else None
    records = response.get("data") if isinstance(response, dict) else None
    if not isinstance(response, dict) or not isinstance(records, list):
        raise ShapeDrift(document.url, "field 'response.data' is no list")
    last, number = response.get("last_page"), page_number(document.url)
    if not isinstance(last, int) or isinstance(last, bool):
        raise ShapeDrift(document.url, "field 'response.last_page' is no number")
    if not records and number == 1:
        raise ShapeDrift(document.url, "field 'response.data' is empty")
    reading = each_record(records, document.url, lambda record, where: _check(record, where, outlet))
    following = with_page(document.url, number + 1) if records and number < last else ""
    return Reading(reading.checks, reading.refused, next_url=following)


def _check(record: dict[str, object], where: str, outlet: Outlet) -> NewFactCheck:
    title, slug = text_field(record, "title", where), text_field(record, "slug", where)
    if not re.fullmatch(r"[\w.%~-]{1,500}", slug):
        raise CrawlError(f"{where}: field 'slug': {slug[:40]!r} is no slug")
    stamp = optional_field(record, "published_at", where)
    body = prose_field(record, "body_text", where) or prose_field(record, "body_html", where)
    category = labelled(body, ("Kategori", "Link Counter")).get("Kategori", "").split("\n")[0]
    return titled_check(
        title,
        ADDRESS + slug,
        outlet,
        words=(category,),
        published_at=parse_date(stamp, outlet.zone) if stamp else None,
    )
