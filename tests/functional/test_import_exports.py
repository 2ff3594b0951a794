"""`kentongan import` with the exports of other tools, as people and scripts use it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import build_app
from tests.unit.pipeline import export_rows as rows


def run(home: Path, *words: str, key: str = "") -> Result:
    environ = {"KENTONGAN_HOME": str(home), "KENTONGAN_REGION": "arunika"}
    environ |= {"KENTONGAN_PSEUDONYM_KEY": key} if key else {}
    return CliRunner().invoke(build_app(words), list(words), env=environ, catch_exceptions=False)


def test_an_export_is_known_by_its_head_and_that_is_said(tmp_path: Path) -> None:
    file = rows.write_table(tmp_path / "unduhan.csv", [rows.FOURCAT, rows.FOURCAT | {"id": "2", "body": ""}])

    first = run(tmp_path / "home", "import", str(file), "--json")
    again = run(tmp_path / "home", "import", str(file), "--export", "4cat")

    report = json.loads(first.stdout)
    assert (first.exit_code, report["created"], report["passed_over"]) == (0, 1, {"without text": 1})
    assert "read as an export of 4cat, as its head tells" in first.stderr
    assert "1 posters' names were not kept" in first.stderr
    assert "passed over: without text" in again.stdout
    assert "read as" not in again.stderr


def test_a_telegram_channel_gets_its_public_addresses(tmp_path: Path) -> None:
    said = rows.message(12, from_id="channel900")
    file = rows.write_document(tmp_path / "result.json", rows.chat("public_channel", said))
    home = tmp_path / "home"

    done = run(home, "import", str(file), "--url", "https://t.me/InfoArunika", "--json")

    report = json.loads(done.stdout)
    assert (report["export"], report["created"]) == ("telegram", 1)
    assert report["new_sources"] == ["telegram-infoarunika"]


def test_our_own_items_are_imported_as_before(tmp_path: Path) -> None:
    file = rows.write_lines(tmp_path / "items.jsonl", [{"text": "Kabar dari Arunika"}])
    done = run(tmp_path / "home", "import", str(file), "--json")

    assert json.loads(done.stdout)["created"] == 1
    assert "read as" not in done.stderr


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--export", "koran"), "--export: 'koran' is not one of 4cat, zeeschuimer"),
        (("--export", "snscrape", "--shape", "gfd"), "--export: not with --shape"),
        (("--export", "snscrape"), "line 1: _type: missing or empty"),
        (("--url", "https://t.me/InfoArunika"), "--url: not with --export twitter-v2"),
    ],
)
def test_bad_input_is_one_line_with_exit_code_2(tmp_path: Path, words: tuple[str, ...], named: str) -> None:
    file = rows.write_lines(tmp_path / "a.jsonl", [rows.API_TWEET])

    outcome = run(tmp_path / "home", "import", str(file), *words)

    assert outcome.exit_code == 2
    assert named in outcome.stderr.splitlines()[-1]
