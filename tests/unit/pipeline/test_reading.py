"""Whose page it is that was given: the press's, however we came to know it."""

from pathlib import Path

import pytest

from kentongan.domain import SourceKind
from kentongan.settings import read_settings
from pipeline.reading import read_given_page
from tests.factories import make_source
from tests.functional.crawl_sites import Answer, serve

STORY = (
    "Wali Kota Arunika meninjau tanggul yang jebol di Telaga Bening dan meminta dinas bekerja siang malam."
)
KEY = "a key of the tests, long enough for anyone"


@pytest.mark.parametrize(
    ("kind", "press_council", "outlet"),
    [
        (SourceKind.FACT_CHECKER, True, "Warta Arunika"),
        (SourceKind.FACT_CHECKER, False, ""),
        (SourceKind.PRESS, False, "Warta Arunika"),
    ],
)
def test_a_page_is_the_presss_where_its_outlet_is_press_or_of_the_press_council(
    tmp_path: Path, kind: SourceKind, press_council: bool, outlet: str
) -> None:
    environment = {
        "KENTONGAN_HOME": str(tmp_path),
        "KENTONGAN_SECRET_KEY": KEY,
        "KENTONGAN_ALLOW_LOOPBACK": "1",
    }
    with serve({"/page": Answer(f"<html><body><p>{STORY}</p></body></html>".encode())}) as site:
        known = make_source("warta", kind, title="Warta Arunika", home=site.url, press_council=press_council)
        given = read_given_page(f"{site.url}/page", read_settings(environment), "Asia/Jakarta", [known])
    assert (given.text, given.outlet) == (STORY, outlet)
