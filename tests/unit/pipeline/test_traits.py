"""What an item says beside its claim, in the invented city of Arunika."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kentongan.domain import Item, ItemId, Platform, SourceKind, Stage
from kentongan.errors import FormatError
from kentongan.ids import new_id
from kentongan.region import read_region
from kentongan.store.copies import Traits
from pipeline.traits import TARGETS_FILE, TraitReader

Read = Callable[[Item], Traits]

CANDIDATE = """candidates:
  - {name: Suci Ranggawarsita, aliases: [Bu Suci], office: wali kota, until: 2026-03-31}
"""


def item(text: str, title: str = "", source: str = "warta", **changes: object) -> Item:
    base = Item(
        id=ItemId(new_id()),
        source=source,
        source_kind=SourceKind.PRESS,
        platform=Platform.NEWS,
        url="",
        title=title,
        text=text,
        author="",
        published_at=datetime(2026, 3, 1, tzinfo=UTC),
        first_seen_at=datetime(2026, 3, 1, tzinfo=UTC),
        language="",
        content_hash="",
        revision=1,
        stage=Stage.MATCHED,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def reader(home: Path, regions: Callable[[], Mapping[str, str]] = dict) -> Read:
    return TraitReader(read_region("arunika"), home, regions)


def test_a_text_says_its_agency_its_places_and_whom_it_names(tmp_path: Path) -> None:
    text = "Arunika (ANTARA) - Warga kelurahan Telaga Bening mengadu kepada Tegar Lesmono soal banjir di Arunika."

    found = reader(tmp_path)(item(text))

    assert found.wire == "Antara"
    assert set(found.places) == {"00.00.01.1003", "00.00.01"}
    assert found.places["00.00.01.1003"] > found.places["00.00.01"] > 0
    assert [target.split(":")[1] for target in found.targets] == ["tegar-lesmono"]


def test_a_text_that_says_nothing_of_these_has_none(tmp_path: Path) -> None:
    assert reader(tmp_path)(item("Harga cabai turun menjelang akhir pekan.")) == Traits("", {}, ())


def test_a_text_of_another_city_has_no_place_here(tmp_path: Path) -> None:
    elsewhere = "Wali Kota Palembang meninjau banjir di Palembang. Warga Palembang mengungsi ke Sukamaju."

    assert reader(tmp_path)(item(elsewhere)).places == {}


def test_the_title_is_read_for_places_and_for_names(tmp_path: Path) -> None:
    found = reader(tmp_path)(
        item("Warga mengadu soal banjir.", "Gandaria Wiraputra ke Lubuk Pandan, Arunika")
    )

    assert "00.00.02" in found.places
    assert len(tuple(found.targets)) == 1


def test_a_source_of_the_region_is_asked_for_once_and_a_new_one_is_seen(tmp_path: Path) -> None:
    regions = {"warta": "arunika"}
    asked: list[dict[str, str]] = []

    def tell() -> Mapping[str, str]:
        asked.append(dict(regions))
        return regions

    read = reader(tmp_path, tell)
    text = "Warga Sukamaju mengeluhkan lampu jalan."
    for _ in range(3):
        assert "00.00.03.1003" in read(item(text)).places
    assert len(asked) == 1
    assert read(item(text, source="jauh")).places == {}
    regions["dekat"] = "arunika"
    assert "00.00.03.1003" in read(item(text, source="dekat")).places


@pytest.mark.parametrize(
    ("published", "named"),
    [
        (datetime(2026, 3, 31, 16, 59, tzinfo=UTC), True),  # 23.59 in Arunika
        (datetime(2026, 3, 31, 17, 1, tzinfo=UTC), False),  # the day after
    ],
)
def test_candidates_are_looked_for_until_their_day_in_local_time_ends(
    tmp_path: Path, published: datetime, named: bool
) -> None:
    (tmp_path / TARGETS_FILE).write_text(CANDIDATE, encoding="utf-8")
    read = reader(tmp_path)
    text = "Suci Ranggawarsita menemui warga."

    assert (len(tuple(read(item(text, published_at=published)).targets)) == 1) is named
    seen = item(text, published_at=None, first_seen_at=published)
    assert (len(tuple(read(seen).targets)) == 1) is named


def test_a_list_of_targets_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / TARGETS_FILE).write_text("candidates: [1", encoding="utf-8")

    with pytest.raises(FormatError, match=TARGETS_FILE):
        reader(tmp_path)
