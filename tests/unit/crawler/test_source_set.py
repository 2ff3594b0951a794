"""The sources that ship, as a set, and which of them a deployment reads."""

from pathlib import Path

import pytest

from crawler.errors import SourceFileError
from crawler.guard import refusal_of_url
from crawler.source_file import SourceFile, host_of, shipped_sources
from crawler.source_set import NATIONAL, sources_for
from kentongan.domain import Permission, SourceKind
from kentongan.region import read_region

SHIPPED = shipped_sources()
PRESS = [s for s in SHIPPED if s.source.kind is SourceKind.PRESS]
OWN = """\
name: {name}
title: Kabar Sawahluhur
kind: press
home: https://kabar.example/
region: {region}
time_zone: Asia/Jakarta
feeds: ["https://kabar.example/feed/"]
active: {active}
"""


def named(sources: list[SourceFile]) -> list[str]:
    return [source.name for source in sources]


def own_folder(folder: Path, *sources: tuple[str, str, str]) -> Path:
    for name, region, active in sources:
        text = OWN.format(name=name, region=region, active=active)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_region_has_its_own_sources_and_the_nations() -> None:
    names = named(sources_for(None, "balikpapan"))

    assert {"inibalikpapan", "turnbackhoax"} <= set(names)
    assert "antara-babel" not in names
    assert names == sorted(names)


def test_a_region_without_sources_of_its_own_has_the_nations() -> None:
    assert {s.source.region for s in sources_for(None, "arunika")} == {NATIONAL}


def test_ones_own_files_are_added_whatever_their_region(tmp_path: Path) -> None:
    folder = own_folder(tmp_path, ("kabar-sawahluhur", "arunika", "true"))

    assert set(named(sources_for(folder, "balikpapan"))) == {
        *named(sources_for(None, "balikpapan")),
        "kabar-sawahluhur",
    }


def test_ones_own_file_takes_the_place_of_the_shipped_one_of_its_name(tmp_path: Path) -> None:
    folder = own_folder(tmp_path, ("inibalikpapan", "balikpapan", "false"))

    chosen = {s.name: s for s in sources_for(folder, "balikpapan")}

    assert (chosen["inibalikpapan"].source.title, chosen["inibalikpapan"].active) == (
        "Kabar Sawahluhur",
        False,
    )
    assert len(chosen) == len(sources_for(None, "balikpapan"))


def test_a_folder_that_is_not_there_is_an_error_and_not_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(SourceFileError, match="does not exist"):
        sources_for(tmp_path / "sumber", "balikpapan")


def test_each_city_with_a_profile_has_something_to_read() -> None:
    for region in ("pangkalpinang", "balikpapan"):
        assert [s for s in sources_for(None, region) if s.active and s.source.region == region]


@pytest.mark.parametrize("source", SHIPPED, ids=named(SHIPPED))
def test_a_shipped_source_is_reviewed_and_polite(source: SourceFile) -> None:
    """DOMAIN R2 and R25: why it may be read, its pace, and no pages without a letter."""
    assert source.basis
    assert source.delay_seconds >= 5
    assert source.source.region == NATIONAL or read_region(source.source.region)
    if source.active:
        assert source.feed_only
        assert source.source.owner
        assert source.source.expected_daily
    else:
        assert "elum diaktifkan" in source.basis or "hanya untuk salinan arsip" in source.basis


@pytest.mark.parametrize("source", SHIPPED, ids=named(SHIPPED))
def test_what_a_shipped_source_reads_is_its_own_site(source: SourceFile) -> None:
    """A list at another outlet's address would give one outlet's words to another."""
    index = source.index.urls if source.index else ()
    lists = (*source.feeds, *source.sitemaps, *index, *filter(None, (source.wordpress, source.channel)))
    home = host_of(source.source.home)

    assert lists
    for url in lists:
        assert url.startswith("https://")
        assert refusal_of_url(url, frozenset({home}), allow_loopback=False) == ""


@pytest.mark.parametrize("source", SHIPPED, ids=named(SHIPPED))
def test_a_shipped_source_is_called_as_its_host_is(source: SourceFile) -> None:
    """A public scraper's "kaltimpost" reads another outlet's site (DOMAIN 4.2); names here are held to hosts."""
    host = host_of(source.source.home).replace(".", "").replace("-", "")
    words = source.name.split("-")

    assert (all if source.source.kind is SourceKind.PRESS else any)(word in host for word in words)


def test_no_two_shipped_sources_read_one_list() -> None:
    lists = [url for s in SHIPPED for url in (*s.feeds, *s.sitemaps, s.wordpress, s.channel) if url]
    homes = [host_of(s.source.home) for s in PRESS]

    assert len(lists) == len(set(lists))
    assert len(homes) == len(set(homes))


def test_every_press_source_is_read_by_its_feed_alone() -> None:
    assert {s.source.permission for s in PRESS} == {Permission.FEED_ONLY}
    assert {"antara-babel", "antara-kaltim"} <= set(named(PRESS))  # who forbid more in writing


def test_no_source_of_posts_ships_active() -> None:
    assert not any(s.active for s in SHIPPED if s.source.kind is SourceKind.PUBLIC_CHANNEL)


def test_dates_without_a_zone_are_read_in_the_zone_of_the_city() -> None:
    for source in SHIPPED:
        if source.source.region != NATIONAL:
            assert source.source.time_zone == read_region(source.source.region).time_zone.key
