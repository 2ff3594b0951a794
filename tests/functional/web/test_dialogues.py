"""Dialog over HTTP: written down by bodies, amended, withdrawn, shown on the trend, and no post to a liaison."""

import csv
import re
from datetime import datetime, timedelta
from io import StringIO

import pytest
from sqlalchemy import text

from kentongan.domain import Role
from kentongan.ids import new_id
from kentongan.store.schema import NarrativeRow
from tests.moving_city import SECRET
from tests.web_city import Browser, Site
from webui.places import region_places

FORM = {
    "kind": "forum",
    "place": "",
    "bodies": ["fkub", "kelurahan"],
    "topic": "kabar antrean bensin",
    "outcome": "Sepakat menunggu. Hubungi 0812-3456-7890, akun @warga_resah, <b>tebal</b>",
    "follow_up": "",
}


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def theme(site: Site) -> str:
    with site.store.database.read() as session:
        return str(session.query(NarrativeRow).filter_by(label="antrean · bensin").one().id)


def log(browser: Browser, site: Site, **more: object) -> str:
    zone = site.app.extensions["kentongan"].region.time_zone
    day = datetime.now(zone).date()
    held = day - timedelta(days=day.weekday() + 3)  # in the last finished week
    form = {**FORM, "held_on": held.isoformat(), **more}
    answer = browser.post("/dialog/", page="/dialog/baru", **form)
    assert answer.status_code == 303, words_of(answer.text)
    return str(answer.location)


def test_a_liaison_writes_one_down_and_it_stands_on_the_trend(moving: Site) -> None:
    liaison, key = moving.client(Role.LIAISON), theme(moving)
    place = next(iter(region_places("arunika").values())).kecamatan
    assert "antrean · bensin" in liaison.get("/dialog/baru").text
    address = log(liaison, moving, narratives=[key], place=place)
    assert moving.store.audit.latest(1)[0].action == "log dialogue"
    page = liaison.get(address).text
    assert "0812" not in page
    assert "warga_resah" not in page
    assert "&lt;b&gt;tebal" in page
    assert "FKUB, kelurahan" in words_of(page)
    assert "antrean · bensin" in page
    assert "/narasi/" not in page
    assert moving.store.audit.latest(1)[0].action == "view dialogue"
    for path in ("/tren/?menurut=narasi", "/tren/?menurut=kecamatan"):
        trend = liaison.get(path).text
        assert 'fill="var(--ink)" stroke="var(--sheet)"' in trend, path  # the triangle
        assert f'class="held" href="{address}"' in trend
        assert SECRET not in trend
    assert "kabar antrean bensin" in moving.client(Role.ANALYST).get(f"/narasi/{key}").text
    assert 'fill="var(--ink)" stroke="var(--sheet)"' not in liaison.get("/tren/?menurut=label").text


def test_amending_is_refused_to_the_second_and_loses_nothing(moving: Site) -> None:
    analyst, liaison = moving.client(Role.ANALYST), moving.client(Role.LIAISON)
    address = log(analyst, moving, claims=f"https://kota.example/claims/{moving.claims()[0]}")
    day = re.search(r'name="held_on" value="([^"]+)"', analyst.get(f"{address}/ubah").text)
    assert day is not None
    form = {**FORM, "held_on": day[1], "version": "1"}
    assert str(moving.claims()[0]) in analyst.get(address).text
    assert str(moving.claims()[0]) not in liaison.get(address).text
    assert str(moving.claims()[0]) not in liaison.get(f"{address}/ubah").text
    answer = liaison.post(address, page=f"{address}/ubah", **{**form, "outcome": "Versi penghubung."})
    assert answer.status_code == 303
    assert (
        str(moving.claims()[0]) in analyst.get(address).text
    )  # the liaison did not lose what they do not see
    refused = analyst.post(address, page=f"{address}/ubah", **{**form, "outcome": "Versi analis."})
    assert refused.status_code == 409
    assert "Versi analis." in refused.text
    assert 'name="version" value="2"' in refused.text
    page = analyst.get(address).text
    assert "Versi penghubung." in page
    assert "Sepakat menunggu." in page  # in the history


def test_what_cannot_be_kept_comes_back_with_the_field_and_what_was_typed(moving: Site) -> None:
    liaison = moving.client(Role.LIAISON)
    liaison.post("/language", page="/dialog/", language="en")
    for change, said in (
        ({"outcome": ""}, "Outcome"),
        ({"bodies": []}, "Held by"),
        ({"held_on": "2999-01-01"}, "Day"),
        ({"held_on": "x"}, "Day"),
        ({"place": "99.99.99"}, "Place"),
        ({"narratives": [str(new_id())]}, "Narratives"),
        ({"kind": "pesta"}, "Kind"),
    ):
        form = {**FORM, "held_on": "2026-01-05", "topic": "jangan hilang", **change}
        answer = liaison.post("/dialog/", page="/dialog/baru", **form)
        assert answer.status_code == 422, change
        assert f"{said}: please give" in words_of(answer.text)
        assert "jangan hilang" in answer.text
    assert moving.store.dialogues.page(limit=5) == []


def test_one_that_is_withdrawn_leaves_trend_and_list_and_stays_readable(moving: Site) -> None:
    liaison = moving.client(Role.LIAISON)
    address = log(liaison, moving, narratives=[theme(moving)])
    answer = liaison.post(f"{address}/tarik", page=address, version="1", reason="dicatat dua kali")
    assert answer.location == address
    assert "dicatat dua kali" in liaison.get(address).text
    assert address not in liaison.get("/dialog/").text
    assert address not in liaison.get("/tren/?menurut=narasi").text
    assert moving.store.audit.latest(20)[0].action


def test_a_narrative_of_which_too_little_is_seen_is_not_named_to_a_liaison(moving: Site) -> None:
    with moving.store.database.write() as session:
        row = session.query(NarrativeRow).first()
        assert row is not None
        small = new_id()
        session.add(
            NarrativeRow(id=small, label="tema kecil sekali", words=[], claim_count=1, item_count=1, centre=b"",
                         first_seen_at=row.first_seen_at, last_seen_at=row.last_seen_at, active=True)
        )  # fmt: skip
    analyst, liaison = moving.client(Role.ANALYST), moving.client(Role.LIAISON)
    assert "tema kecil sekali" in analyst.get("/dialog/baru").text
    address = log(analyst, moving, narratives=[str(small)])
    assert "tema kecil sekali" in analyst.get(address).text
    for path in (
        address,
        f"{address}/ubah",
        "/dialog/",
        "/dialog/baru",
        "/dialog/berkas.csv",
        "/tren/?menurut=narasi",
    ):
        assert "tema kecil sekali" not in liaison.get(path).text, path
    day = re.search(r'name="held_on" value="([^"]+)"', liaison.get(f"{address}/ubah").text)
    assert day is not None
    form = {**FORM, "held_on": day[1], "version": "1", "outcome": "Diubah."}
    assert liaison.post(address, page=f"{address}/ubah", **form).status_code == 303
    assert "tema kecil sekali" in analyst.get(address).text  # still linked


def test_the_file_has_a_row_each_and_no_formula(moving: Site) -> None:
    analyst = moving.client(Role.ANALYST)
    log(analyst, moving, topic="=1+1")
    rows = list(csv.DictReader(StringIO(analyst.get("/dialog/berkas.csv").text.lstrip("\ufeff"))))
    assert [row["topic"] for row in rows] == ["'=1+1"]
    assert rows[0]["bodies"] == "fkub, kelurahan"
    assert moving.store.audit.latest(1)[0].action == "export dialogues"


@pytest.mark.parametrize("role", [Role.HEAD, Role.REVIEWER])
def test_who_only_reads_may_write_nothing_down(moving: Site, role: Role) -> None:
    reader = moving.client(role)
    assert reader.get("/dialog/").status_code == 200
    assert reader.get("/dialog/baru").status_code == 403
    assert reader.post("/dialog/", page="/dialog/", **FORM).status_code == 403
    with moving.store.database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM dialogue_entries")) == 0
