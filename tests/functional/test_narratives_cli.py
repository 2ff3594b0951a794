"""`kentongan narratives` and the clustering beside `run`: over a real record, without any model."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from typer.testing import CliRunner

from cli.beside import Clustering
from cli.main import build_app
from kentongan.domain import ClaimId, Label, SourceKind, Stage
from kentongan.store import Store, open_store
from tests.factories import claim_of, group, make_assessment, make_item, make_source

NOW = datetime.now(UTC)
BALLOTS = (
    "Surat suara sudah tercoblos di gudang kota, saksi disuruh diam.",
    "Tujuh kontainer surat suara tercoblos masuk pelabuhan tadi malam.",
    "Petugas menyimpan surat suara tercoblos dekat gudang beras.",
)
POWER = (
    "Listrik sekota padam tiga hari karena gardu meledak.",
    "Gardu meledak lagi, listrik padam sampai minggu depan.",
    "Gelap gulita, listrik padam sejak gardu induk meledak.",
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    home.mkdir()
    opened = open_store(f"sqlite:///{home / 'record.db'}")
    opened.collector.save_source(make_source("suara", SourceKind.PUBLIC_CHANNEL))
    yield opened
    opened.close()


def add(store: Store, text: str, axis: int, days: float = 1) -> ClaimId:
    at = NOW - timedelta(days=days)
    saved = store.collector.save_item(make_item(text, "suara", published_at=at, seen_at=at))
    embedding = np.eye(8, dtype="<f2")[axis].tobytes()
    keep = store.conveyor
    (item,) = keep.take(Stage.COLLECTED, "w", 9)
    assert keep.save_assessment(item, "w", make_assessment(Label.HOAX, embedding=embedding))
    (item,) = keep.take(Stage.ASSESSED, "w", 9)
    assert keep.save_matches(item, "w", [])
    (item,) = keep.take(Stage.MATCHED, "w", 9)
    assert group(store, item)
    return claim_of(store, saved.id)


def fill(store: Store) -> None:
    for texts, axis in ((BALLOTS, 0), (POWER, 1)):
        for text in texts:
            add(store, text, axis)
    add(store, "Nanas campur soda menyembuhkan kanker.", 2)


def run(home: Path, *words: str) -> Any:
    environ = {"KENTONGAN_HOME": str(home), "KENTONGAN_REGION": "arunika"}
    result = CliRunner().invoke(build_app(words), list(words), env=environ, catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_claims_are_clustered_listed_and_keep_their_ids_the_next_time(home: Path, store: Store) -> None:
    fill(store)
    first = json.loads(run(home, "narratives", "--json"))
    assert (first["claims"], first["grouped"], first["narratives"], first["kept"]) == (7, 6, 2, 0)
    assert {theme["claim_count"] for theme in first["themes"]} == {3}
    assert {theme["trend"] for theme in first["themes"]} == {"new"}
    again = json.loads(run(home, "narratives", "--json"))
    assert again["kept"] == 2
    assert again["themes"] == first["themes"]


def test_the_table_says_how_many_and_bears_the_claims_own_words(home: Path, store: Store) -> None:
    fill(store)
    table = run(home, "narratives")
    assert "2 narratives of 6 of 7 claims" in table
    assert "surat suara" in table
    assert "listrik" in table.casefold()


def test_an_empty_record_and_a_short_window_hold_no_narratives(home: Path, store: Store) -> None:
    assert json.loads(run(home, "narratives", "--json"))["themes"] == []
    for text in BALLOTS:
        add(store, text, 0, days=10)
    assert json.loads(run(home, "narratives", "--weeks", "1", "--json"))["themes"] == []
    assert json.loads(run(home, "narratives", "--json"))["narratives"] == 1


def test_no_weeks_are_refused(home: Path) -> None:
    words = ("narratives", "--weeks", "0")
    assert CliRunner().invoke(build_app(words), list(words), env={"KENTONGAN_HOME": str(home)}).exit_code == 2


def test_beside_the_conveyor_it_clusters_at_once_then_when_enough_is_new(store: Store) -> None:
    fill(store)
    clustering = Clustering(store)
    assert clustering.run_if_due()
    assert len(store.narratives.known()) == 2
    add(store, "Surat suara tercoblos ditemukan lagi di gudang pelabuhan.", 0)
    add(store, "Gardu meledak, listrik padam di seberang.", 1)
    assert not clustering.run_if_due()
    add(store, "Jembatan miring dua meter sejak kemarin.", 3)
    assert clustering.run_if_due()
    views = store.narratives.active(ZoneInfo("Asia/Jakarta"))
    assert [view.narrative.claim_count for view in views] == [4, 4]
    assert not clustering.run_if_due()


def test_the_command_loads_no_model() -> None:
    code = "import sys, cli.commands.narratives; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
