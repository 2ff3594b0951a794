"""Tren and the map over HTTP: every figure with its denominator, and no item text for a liaison."""

import csv
import json
import os
import re
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

from sqlalchemy import text

from kentongan.collecting import CrawlRun, Outcome
from kentongan.domain import Role
from kentongan.store.schema import CrawlRow
from tests.moving_city import SECRET, SOURCES
from tests.web_city import Site
from webui.places import region_places

PERIODS = ("/tren/", "/tren/?menurut=narasi", "/tren/?menurut=kecamatan", "/tren/?menurut=jenis")


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_each_reader_sees_what_moves_of_what_and_where_nothing_is_known(moving: Site) -> None:
    analyst = moving.client(Role.ANALYST)
    analyst.post("/language", page="/tren/", language="en")
    for path in (*PERIODS, "/tren/?menurut=kanal&periode=26&banding=sebelumnya"):
        page = analyst.get(path)
        assert page.status_code == 200, path
        told = words_of(page.text)
        assert "items were collected in" in told
        assert "holes: nothing is known of them" in told or "is a hole: nothing is known of it" in told
        assert "style=" not in page.text
        assert "<svg" in page.text
    assert "rising: antrean · bensin" in words_of(analyst.get("/tren/?menurut=narasi").text)
    for path in ("/tren/?menurut=x", "/tren/?periode=14", "/tren/?banding=x", "/tren/peta?tingkat=x"):
        assert analyst.get(path).status_code == 400, path


def test_two_stretches_are_compared_by_week_with_what_was_collected_in_both(moving: Site) -> None:
    """In charts and in tables, for those who see sums only too."""
    with moving.store.database.write() as session:  # as if each had been read for two years before
        for name in SOURCES:
            for day in range(14, 730):
                at = datetime.now(UTC) - timedelta(days=90 + day)
                session.add(CrawlRow(**asdict(CrawlRun(name, at, at, Outcome.DONE, lists=1))))
    for role in (Role.HEAD, Role.LIAISON):
        reader = moving.client(role)
        reader.post("/language", page="/tren/", language="en")
        for against in ("sebelumnya", "tahun-lalu"):
            page = reader.get(f"/tren/?menurut=narasi&banding={against}").text
            told = words_of(page)
            assert re.search(r"all collected \S+ \S+ \d+ antrean · bensin", told)
            if role is Role.HEAD:  # to others, nothing of a narrative may be something that is withheld
                assert re.search(
                    r"The greatest difference: antrean · bensin, \S+ items a week against 0", told
                )
                assert page.count('class="drawn"') >= 3
        raw = reader.get("/tren/berkas.csv?menurut=narasi&banding=sebelumnya").text.lstrip("\ufeff")
        assert {row["stretch"] for row in csv.DictReader(StringIO(raw))} == {"", "compared"}


def test_a_week_that_nobody_read_is_a_hole_in_page_and_file(moving: Site) -> None:
    raw = moving.client(Role.HEAD).get("/tren/berkas.csv?menurut=jenis").text.lstrip("\ufeff")
    rows = [row for row in csv.DictReader(StringIO(raw)) if row["key"] == ""]
    assert len(rows) == 13
    assert (rows[10]["state"], rows[10]["items"]) == ("hole", "")
    assert (rows[11]["state"], rows[11]["items"]) == ("whole", "6")
    assert moving.store.audit.latest(1)[0].action == "export trends"


def test_no_text_of_an_item_reaches_a_liaison(moving: Site) -> None:
    liaison = moving.client(Role.LIAISON)
    paths = [
        *PERIODS,
        *(path.replace("/tren/", "/tren/berkas.csv") for path in PERIODS),
        "/tren/peta",
        "/tren/peta.csv",
    ]
    with moving.store.database.read() as session:
        held = [row for (row,) in session.execute(text("SELECT text FROM items"))]
        held += [row for (row,) in session.execute(text("SELECT title FROM items WHERE title <> ''"))]
        held += [row for (row,) in session.execute(text("SELECT headline FROM claims WHERE headline <> ''"))]
    assert len(held) > 60
    for path in paths:
        for query in ("", "periode=26", "banding=sebelumnya"):
            page = liaison.get(f"{path}{'&' if '?' in path else '?'}{query}")
            if page.status_code == 400:
                continue
            assert page.status_code == 200, path
            assert SECRET not in page.text
            assert "akunrahasia" not in page.text
            assert "/narasi/" not in page.text
            assert not [said for said in held if len(said) > 12 and said[:40] in page.text], path
    assert "antrean · bensin" in liaison.get("/tren/?menurut=narasi").text


def test_a_liaison_sees_no_cell_of_too_few_items_or_sources(moving: Site) -> None:
    raw = moving.client(Role.LIAISON).get("/tren/berkas.csv?menurut=jenis").text.lstrip("\ufeff")
    for row in csv.DictReader(StringIO(raw)):
        if row["items"] not in ("", "0"):
            assert int(row["items"]) >= 5
            assert int(row["sources"]) >= 5
    full = moving.client(Role.HEAD).get("/tren/berkas.csv?menurut=label").text
    assert "hoax" in full


def test_a_liaison_has_no_platforms_no_kelurahan_and_no_map_of_many_weeks(moving: Site) -> None:
    liaison = moving.client(Role.LIAISON)
    for path in ("/tren/?menurut=kanal", "/tren/peta?tingkat=kelurahan", "/tren/peta?periode=13"):
        assert liaison.get(path).status_code == 400, path
    assert liaison.get("/").location == "/tren/"


def test_the_map_prints_its_numbers_and_says_of_how_many(moving: Site) -> None:
    analyst = moving.client(Role.ANALYST)
    analyst.post("/language", page="/tren/", language="en")
    page = analyst.get("/tren/peta?periode=13").text
    place = next(iter(region_places("arunika").values()))
    assert f"Most items speak of {place.name}: 42 of" in words_of(page)
    assert re.search(r'<text class="count"[^>]*>42</text>', page)
    assert "style=" not in page
    assert analyst.get("/tren/peta?tingkat=kelurahan&periode=52").status_code == 200


def test_outlines_come_from_the_file_of_the_administrator_and_a_bad_one_costs_no_map(
    moving: Site, tmp_path: Path
) -> None:
    code = next(iter(region_places("arunika").values())).kecamatan
    lat, lng = region_places("arunika")[code].centre
    ring = [[lng, lat], [lng + 0.02, lat], [lng + 0.02, lat + 0.02], [lng, lat]]
    good = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"kode": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    ]}  # fmt: skip
    path = tmp_path / "batas.geojson"
    parts = moving.app.extensions["kentongan"]
    object.__setattr__(parts.settings, "boundaries", path)
    for number, (content, shapes) in enumerate(((json.dumps(good), 1), ("{", 0), ('{"type": "x"}', 0))):
        path.write_text(content + " " * number)
        os.utime(path, ns=(number * 10**9, number * 10**9))
        page = moving.client(Role.ANALYST).get("/tren/peta")
        assert page.status_code == 200
        assert page.text.count('class="area') == shapes
