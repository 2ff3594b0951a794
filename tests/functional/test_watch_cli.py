"""`kentongan watch`: the saved searches of a real record from the terminal."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import build_app
from kentongan.domain import SourceKind
from kentongan.region import read_region
from kentongan.store import Store, open_store
from pipeline.documents import RecordDocuments
from pipeline.saving import read_rules
from pipeline.watching import Watcher
from tests.factories import make_item, make_source, make_user, work_all


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


@pytest.fixture
def command(home: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("KENTONGAN_HOME", str(home))
    monkeypatch.setenv("KENTONGAN_REGION", "arunika")

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(build_app(["watch"]), ["watch", *arguments])

    return run


def listed(command: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(command("list", "--json").stdout)
    return found


def test_the_list_begins_with_the_sixteen_topics(command: Any) -> None:
    found = listed(command)
    assert len(found) == 16
    assert {one["owner"] for one in found} == {None}
    assert "Netralitas ASN" in command("list").stdout


def test_a_search_is_added_finds_and_is_removed(command: Any, store: Store, home: Path) -> None:
    make_user(store)
    made = json.loads(
        command(
            "add", "Banjir", "banjir jalan", "--only", "source=suara", "--owner", "sari", "--share", "--json"
        ).stdout
    )
    assert (made["owner"], made["filters"], made["shared"]) == ("sari", {"source": ["suara"]}, True)
    store.collector.save_item(make_item("Banjir menutup jalan ke TPS", "suara", seen_at=None))
    work_all(store)
    Watcher(store, read_rules(read_region("arunika"), home))(list(RecordDocuments(store).everything()))
    page = json.loads(command("hits", made["id"], "--json").stdout)
    assert [hit["source"] for hit in page["hits"]] == ["suara"]
    assert page["cursor"] is None
    assert len(json.loads(command("hits", "banjir-cuaca", "--json").stdout)["hits"]) == 1
    assert "Banjir menutup jalan" in command("hits", "banjir-cuaca").stdout
    assert next(one for one in listed(command) if one["id"] == made["id"])["today"] == 1
    assert command("remove", made["id"]).exit_code == 0
    assert made["id"] not in {one["id"] for one in listed(command)}
    assert {e.action for e in store.audit.latest(9)} >= {
        "save search",
        "view saved search",
        "remove saved search",
    }


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("label=hoaks", {"label": ["hoax"]}),
        ("kategori=Kampanye Hitam", {"label": ["black_campaign"]}),
        ("status=perlu verifikasi", {"state": ["needs_verification"]}),
        ("jenis=unggahan", {"platform": ["post"]}),
        ("tempat=Bukit Embun", {"place": ["Bukit Embun"]}),
    ],
)
def test_a_filter_is_kept_as_the_index_holds_it(command: Any, typed: str, kept: dict[str, list[str]]) -> None:
    assert json.loads(command("add", "Banjir", "banjir", "--only", typed, "--json").stdout)["filters"] == kept


def test_one_that_names_a_candidate_says_when_it_ends(command: Any) -> None:
    done = command("add", "Calon", "tegar lesmono")
    assert done.exit_code == 0
    assert "ends 2099-" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("add", "Akun", "@akun_warga"), 2, "asks for an account"),
        (("add", "", "banjir"), 2, "title: is missing"),
        (("add", "Banjir", "banjir", "--owner", "nobody"), 2, "--owner: no active user 'nobody'"),
        (("add", "Banjir", "banjir", "--only", "author=budi"), 2, "is not field=value"),
        (("add", "Banjir", "banjir", "--only", "label=ngawur"), 2, "label 'ngawur' is none of hoax, black_"),
        (("add", "Banjir", "banjir", "--only", "source=antah"), 2, "unknown source 'antah'; there are suara"),
        (("add", "Banjir", "banjir 0812 3456 7890"), 2, "asks for an account, a number"),
        (("remove", "banjir-cuaca"), 2, "pause it instead"),
        (("remove", "apa"), 1, "no saved search apa"),
        (("hits", "banjir-cuaca", "--cursor", "x"), 2, "cursor 'x' is not one"),
    ],
)
def test_what_cannot_be_done_ends_with_one_line(
    command: Any, arguments: tuple[str, ...], code: int, said: str
) -> None:
    listed(command)
    done = command(*arguments)
    assert done.exit_code == code
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
