"""Whose words a news text is: credited to an agency, which is more than citing it."""

import time
from datetime import UTC, datetime

import pytest

from kentongan.domain import Item, ItemId, Platform, SourceKind, Stage
from kentongan.ids import new_id
from pipeline.wire import find_wire

BODY = (
    "Wali Kota Arunika meninjau tanggul yang jebol di Telaga Bening. Ia meminta dinas terkait bekerja siang "
    "dan malam. Warga berharap perbaikan selesai sebelum musim hujan. "
)
LONG = BODY * 4


def item(text: str, platform: Platform = Platform.NEWS, title: str = "") -> Item:
    return Item(
        id=ItemId(new_id()),
        source="warta",
        source_kind=SourceKind.PRESS,
        platform=platform,
        url="",
        title=title,
        text=text,
        author="",
        published_at=None,
        first_seen_at=datetime(2026, 3, 1, tzinfo=UTC),
        language="",
        content_hash="",
        revision=1,
        stage=Stage.MATCHED,
        claim_id=None,
        external_id="",
    )


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        (f"Arunika (ANTARA) - {LONG}", "Antara"),
        (f"Arunika (Antara) – {LONG}", "Antara"),
        (f"ARUNIKA, ANTARA — {LONG}", "Antara"),
        (f"Arunika (Antara News) - {LONG}", "Antara"),
        (f"Arunika (ANTARA/HO-Pemkot) - {LONG}", "Antara"),
        (f"ANTARA - {LONG}", "Antara"),
        (f"Moskow (Antara/Xinhua) - {LONG}", "Antara"),
        (f"Foto: dok. Pemkot\nArunika (ANTARA) - {LONG}", "Antara"),
        (f"{LONG}\n(Antara)", "Antara"),
        (f"{LONG}\n(ANTARA/HO)", "Antara"),
        (f"{LONG}\nSumber: Antara", "Antara"),
        (f"{LONG}\nCopyright © ANTARA 2026", "Antara"),
        (f"{LONG} (antaranews.com).", "Antara"),
        (f"LONDON, Reuters - {LONG}", "Reuters"),
        (f"{LONG}\nSumber: Reuters", "Reuters"),
        (f"Paris (AFP) - {LONG}", "AFP"),
        (f"Beijing (Xinhua) - {LONG}", "Xinhua"),
        (f"Ankara (Anadolu Agency) - {LONG}", "Anadolu"),
        (f"Washington (VOA Indonesia) - {LONG}", "VOA"),
    ],
)
def test_a_credit_names_the_agency(text: str, agency: str) -> None:
    assert find_wire(item(text)) == agency


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        f"Hal itu dikutip dari Antara, Senin. {LONG}",
        f"Dilansir Antara, tanggul itu jebol semalam. {LONG}",
        f"Seperti diberitakan Antara - yang mengutip warga - tanggul jebol. {LONG}",
        f"{LONG}\nBerita ini mengutip laporan Antara.",
        f"{LONG} Demikian dilaporkan Reuters.",
        f"Antara lain tanggul di Telaga Bening - yang jebol semalam - akan diperbaiki. {LONG}",
        f"{LONG}\nPeserta yang hadir antara",
        f"Pilihan sulit, antara - kata warga - mengungsi atau bertahan. {LONG}",
        f"{LONG} Banjir di sepanjang jalan (antara pasar dan sungai).",
        f"{BODY} Arunika (ANTARA) - {LONG} {LONG}",
        "",
    ],
)
def test_a_text_that_only_cites_an_agency_or_uses_its_word_is_its_own(text: str) -> None:
    assert find_wire(item(text)) == ""


@pytest.mark.parametrize("platform", [p for p in Platform if p is not Platform.NEWS])
def test_only_news_is_credited(platform: Platform) -> None:
    assert find_wire(item(f"Arunika (ANTARA) - {LONG}", platform)) == ""


def test_a_long_text_without_a_credit_is_read_quickly() -> None:
    assert find_wire(item("Antara/Xinhua" * 20_000 + "(" * 10_000)) == ""


def test_a_credit_that_never_ends_is_read_within_a_second() -> None:
    began = time.monotonic()
    assert find_wire(item(f"{LONG}\n(Antara{'/HO' * 90}!")) == ""
    assert time.monotonic() - began < 1
