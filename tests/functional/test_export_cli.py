"""`kentongan export`, as people and scripts use it: over a real record, a real index, real files."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from cli.main import build_app
from kentongan.store import Store, open_store
from kentongan.store.audit import AuditEntry
from tests.commands import Command, Outcome
from tests.exported import read_csv

KILLED = """
import os, sys
import pipeline.tables.walk as walk
walk.BATCH = 1
rows = walk.Walk._rows
def slow(self, hits):
    print("row", flush=True)
    sys.stdin.readline()
    return rows(self, hits)
walk.Walk._rows = slow
from cli.main import main
main()
"""

# The room ends only while the file is written: the record and the audit log lie on another disk.
FULL = """
import resource
import pipeline.tables.saving as saving
write = saving._write
def full(*given):
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY))
    try:
        return write(*given)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
saving._write = full
from cli.main import main
main()
"""


@pytest.fixture
def home(city: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(city, tmp_path / "home"))


@pytest.fixture
def kentongan(home: Path) -> Command:
    def run(*words: str, **environ: str) -> Outcome:
        env = {"KENTONGAN_HOME": str(home), "KENTONGAN_REGION": "arunika", **environ}
        result = CliRunner().invoke(build_app(words), list(words), env=env, catch_exceptions=False)
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return run


def audit_of(home: Path) -> list[AuditEntry]:
    store = open_store(f"sqlite:///{home / 'record.db'}")
    found = store.audit.latest(2)
    store.close()
    return found


def texts_of(store: Store) -> dict[str, tuple[str, str, str, object]]:
    views = store.items.views(list(store.items.all_ids()))
    return {v.item.url: (v.item.source, v.item.title, v.item.text, v.item.published_at) for v in views}


def started(home: Path, out: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, "export", "--out", str(out)],
        env={**os.environ, "KENTONGAN_HOME": str(home), "KENTONGAN_REGION": "arunika"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "row\n"
    return process


def test_every_row_is_saved_and_one_document_says_what(
    kentongan: Command, home: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a.csv"
    done = kentongan("export", "--out", str(out), "--json")
    raw = out.read_bytes()
    rows = read_csv(raw)
    assert done.code == 0
    assert (done.json["rows"], done.json["total"], done.json["skipped"]) == (9, 9, 0)
    assert done.json["file"] == str(out)
    assert (done.json["sha256"], done.json["bytes"]) == (sha256(raw).hexdigest(), len(raw))
    assert done.json["models"] == {"model-1": 7}  # the two items of the press are not counted
    assert done.json["cleaned"] == {"characters_removed": 0, "cells_disarmed": 0, "cells_cut": 0}
    assert len({row["id"] for row in rows}) == 10
    published = [row["published_at"] for row in rows[:-1]]
    assert published == sorted(published, reverse=True)
    assert rows[0]["link"].startswith("http://127.0.0.1:8080/archive/items/")
    ended, begun = audit_of(home)
    assert (begun.action, begun.detail["format"], begun.detail["total"]) == ("export", "csv", 9)
    assert begun.actor.startswith("cli:")
    assert (ended.action, ended.subject) == ("export ended", begun.detail["export"])
    assert (ended.detail["rows"], ended.detail["whole"]) == (9, True)


def test_words_and_filters_are_those_of_search(kentongan: Command, tmp_path: Path) -> None:
    for words in (
        ("mekarjaya",),
        ("--label", "hoax"),
        ("--source", "kanal-ibu"),
        ("--platform", "news"),
        ("--state", "new"),
    ):
        out = tmp_path / f"{words[-1]}.csv"
        found = kentongan("search", *words, "--json").json
        saved = kentongan("export", *words, "--out", str(out), "--json").json
        assert saved["rows"] == found["total"] > 0
        assert saved["understood"] == found["understood"]
        assert {r["id"] for r in read_csv(out.read_bytes())} - {"#"} == {hit["id"] for hit in found["hits"]}


def test_progress_goes_to_stderr_and_stdout_stays_empty(kentongan: Command, tmp_path: Path) -> None:
    done = kentongan("export", "--out", str(tmp_path / "a.csv"))
    assert done.out == ""
    assert "9/9" in done.err
    assert "9 rows of everything" in done.err


def test_json_lines_go_back_in_as_the_very_same_items(kentongan: Command, home: Path, tmp_path: Path) -> None:
    out, other = tmp_path / "a.jsonl", tmp_path / "other"
    saved = kentongan("export", "--out", str(out), "--json").json
    again = kentongan("import", str(out), "--json").json
    assert (again["created"], again["revised"], again["unchanged"]) == (0, 0, 9)
    fresh = kentongan("import", str(out), "--json", KENTONGAN_HOME=str(other)).json
    assert (fresh["created"], fresh["authors_dropped"]) == (9, 0)
    ours, theirs = (open_store(f"sqlite:///{folder / 'record.db'}") for folder in (home, other))
    assert texts_of(ours) == texts_of(theirs)
    ours.close()
    theirs.close()
    meta = json.loads((tmp_path / "a.jsonl.meta.json").read_text())
    assert meta["sha256"] == saved["sha256"] == sha256(out.read_bytes()).hexdigest()
    assert any("bukan vonis" in line for line in meta["notice"])
    assert any("partai politik" in line for line in meta["notice"])


def test_an_excel_file_holds_the_same_rows(kentongan: Command, tmp_path: Path) -> None:
    kentongan("export", "--out", str(tmp_path / "a.csv"))
    kentongan("export", "--out", str(tmp_path / "a.bin"), "--format", "xlsx")
    book = load_workbook(BytesIO((tmp_path / "a.bin").read_bytes()))
    texts = [row[10] for row in book["Data"].iter_rows(min_row=2, values_only=True)]
    assert texts == [row["text"] for row in read_csv((tmp_path / "a.csv").read_bytes())[:-1]]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--out", "a.doc"), "--format: needed"),
        (("--out", "nowhere/a.csv"), "no folder"),
        (("--out", "there.csv"), "is there already; --force replaces it"),
        (("--out", "lines.jsonl"), "lines.jsonl.meta.json: is there already"),
        (("--out", "a.csv", "--source", "antah"), "unknown source 'antah'"),
        (("--out", "a.csv", "--since", "kemarin"), "--since: 'kemarin'"),
        (("--out", "a.csv", "--author", "x"), "No such option"),
    ],
)
def test_what_cannot_be_done_is_refused_with_one_line(
    kentongan: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], named: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("there.csv", "lines.jsonl.meta.json"):
        (tmp_path / name).write_text("before")
    refused = kentongan("export", *words)
    assert refused.code == 2
    assert named in refused.err
    assert (tmp_path / "there.csv").read_text() == "before"
    assert not (tmp_path / "a.csv").exists()


def test_an_index_that_is_gone_is_an_error_and_no_empty_file(
    kentongan: Command, home: Path, tmp_path: Path
) -> None:
    shutil.rmtree(home / "index")
    done = kentongan("export", "--out", str(tmp_path / "a.csv"))
    assert done.code == 1
    assert "reindex" in done.err
    assert not list(tmp_path.glob("*a.csv*"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_export_that_is_stopped_leaves_no_file(home: Path, tmp_path: Path, number: signal.Signals) -> None:
    out = tmp_path / "a.csv"
    process = started(home, out)
    assert list(tmp_path.glob(".a.csv.*.part"))
    process.send_signal(number)
    time.sleep(0.2)
    _, err = process.communicate("\n" * 20, timeout=60)
    assert process.returncode == 1
    assert "stopped; nothing was saved" in err
    assert not list(tmp_path.glob("*a.csv*"))
    ended, _ = audit_of(home)
    assert (ended.action, ended.detail["whole"]) == ("export ended", False)


def test_an_export_that_is_killed_leaves_nothing_under_the_name(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.csv"
    process = started(home, out)
    process.kill()
    process.communicate(timeout=60)
    assert not out.exists()
    assert audit_of(home)[0].action == "export"  # it was written down before its first row


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
def test_a_full_disk_is_told_and_leaves_no_file(home: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"a.{form}"
    done = subprocess.run(
        [sys.executable, "-c", FULL, "export", "--out", str(out)],
        env={**os.environ, "KENTONGAN_HOME": str(home), "KENTONGAN_REGION": "arunika"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1, done.stderr
    assert "File too large; nothing was saved" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("*a.*"))
