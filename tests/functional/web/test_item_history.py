"""The item page over HTTP: what each later version of an item changed, as anyone can read it."""

import re
from datetime import timedelta
from html import unescape

import pytest

from kentongan.domain import ItemId, NewItem, Platform
from tests.web_city import NOW, Browser, Site

URL = "https://warta.example/riwayat"
FIRST = "Jembatan Arunika ditutup tiga hari.\nKerugian ditaksir Rp1.500 kata lurah setempat pada Senin."


def tell(site: Site, *versions: tuple[str, str]) -> ItemId:
    """Save versions of one item, an hour apart, and return it."""
    for hour, (title, text) in enumerate(versions):
        at = NOW - timedelta(days=2) + timedelta(hours=hour)
        saved = site.store.collector.save_item(NewItem("warta", Platform.NEWS, text, URL, title, seen_at=at))
    return saved.id


def history(browser: Browser, item: ItemId) -> str:
    """Return the section of the earlier versions, '' where there is none."""
    page = browser.get(f"/archive/items/{item}")
    assert page.status_code == 200
    found = re.search(r'<section aria-labelledby="earlier">.*?</section>', page.text, re.DOTALL)
    return re.sub(r"\s+", " ", found[0]) if found else ""


def seen(html: str) -> str:
    """Return what is read aloud."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def test_an_item_that_never_changed_has_no_history(site: Site, analyst: Browser) -> None:
    assert history(analyst, tell(site, ("Judul", FIRST), ("Judul", FIRST))) == ""


def test_an_edit_is_marked_word_by_word_and_said_in_words(site: Site, analyst: Browser) -> None:
    item = tell(
        site,
        ("Jembatan Ditutup", FIRST),
        ("Jembatan Dibuka", FIRST.replace("Rp1.500", "Rp15.000")),
        ("Jembatan Dibuka", FIRST.replace("Rp1.500", "Rp15.000").replace("setempat ", "")),
    )
    shown = history(analyst, item)
    second, first = re.findall(r"<article.*?</article>", shown)

    assert "Dari versi 2 ke versi 3" in second
    assert re.findall(r"<(ins|del)>", second) == ["del"]
    assert "[dihapus: setempat]" in seen(second)
    assert "Dari versi 1 ke versi 2" in first
    assert "Judul: Jembatan [dihapus: Ditutup] [ditambahkan: Dibuka]" in seen(first)
    assert "Kerugian ditaksir [dihapus: Rp1.500] [ditambahkan: Rp15.000] kata lurah" in seen(first)
    assert re.search(r"<del><span[^>]*>\[dihapus: </span>Rp1.500<", first)
    assert "dicoret dihapus, yang digarisbawahi ditambahkan" in shown
    assert FIRST.split("\n")[1] in seen(first)  # the version itself can be read


def test_a_title_or_a_line_break_alone_is_said(site: Site, analyst: Browser) -> None:
    item = tell(site, ("Satu", FIRST), ("Dua", FIRST), ("Dua", FIRST.replace("\n", " ")))
    breaks, title = re.findall(r"<article.*?</article>", history(analyst, item))
    assert "Kata-kata teksnya tetap sama." in title
    assert "hanya pergantian barisnya yang berubah" in breaks
    assert not re.search("<ins>|<del>", breaks)


@pytest.mark.parametrize("place", ["title", "text"])
def test_hostile_versions_are_escaped_wherever_they_stand(site: Site, analyst: Browser, place: str) -> None:
    evil = "</del></ins><script>alert(1)</script><img src=x onerror=alert(2)> {{ 7*7 }}"
    good, bad = f"Warga bertanya di Arunika {place}", f"Warga {evil} di Arunika {place}"
    pairs = [(good, FIRST), (bad, FIRST), (good, FIRST)]
    item = tell(site, *(pairs if place == "title" else [("Judul", said) for said, _ in pairs]))
    shown = history(analyst, item)

    assert "&lt;script&gt;alert(1)" in shown
    assert not re.search(r"<script|<img|</del></ins>", shown)
    assert "{{ 7*7 }}" in unescape(shown)
    assert shown.count("<ins>") == shown.count("</ins>") > 0
    assert shown.count("<del>") == shown.count("</del>") > 0


def test_many_and_long_versions_are_cut_and_say_so(site: Site, analyst: Browser) -> None:
    lines = [f"Kalimat {n} tentang pasar dan jembatan di Arunika." for n in range(1_500)]
    other = [line.replace("pasar", "terminal") if n % 2 else line for n, line in enumerate(lines)]
    item = tell(site, *((f"Versi ke-{n}", "\n".join(lines if n % 2 else other)) for n in range(14)))
    page = analyst.get(f"/archive/items/{item}")

    shown = history(analyst, item)
    assert "3 versi yang lebih lama tidak ditampilkan" in shown
    assert re.search(r"\d+ perubahan lain tidak ditampilkan", shown)
    assert "hanya bagian awalnya yang dibandingkan" in shown
    assert shown.count("<article") == 10
    assert len(page.data) < 1_000_000
