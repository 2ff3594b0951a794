"""A real crawl, a case, its export: held against `sha256sum`, `openssl` and warcio."""

import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from warcio.archiveiterator import ArchiveIterator

from kentongan.domain import Decision, Evidence, Label, Role, SourceKind
from kentongan.incidents import PartKind
from pipeline.casefile import names
from pipeline.casefile.attachments import Attachments
from pipeline.casefile.custody import Order
from pipeline.casefile.export import Exporter
from pipeline.casefile.reading import read_case
from pipeline.casefile.signing import KEY_FILE, read_public
from pipeline.casefile.verifying import verify_export
from tests.commands import Command
from tests.factories import make_item, work_all
from tests.factories import make_source as make_record_source
from tests.functional.casefile.filed import (
    REGION,
    SCAN,
    ZONE,
    Filed,
    as_it_is,
    contents,
    export,
    run,
)
from webui.links import without_phones


def custody(unpacked: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((unpacked / names.CUSTODY).read_text(encoding="utf-8"))
    return found


def test_everything_that_was_promised_is_in_the_package(unpacked: Path, filed: Filed) -> None:
    files = sorted(str(path.relative_to(unpacked)) for path in unpacked.rglob("*") if path.is_file())
    assert files == sorted(
        [*names.ALWAYS, f"warc/kasus-{filed.number}.warc.gz", "files/001-surat-edaran-asli.pdf"]
    )
    assert (unpacked / "files/001-surat-edaran-asli.pdf").read_bytes() == SCAN


def test_the_real_tools_verify_it_with_the_printed_commands(unpacked: Path) -> None:
    told = (unpacked / names.READ_ME).read_text(encoding="utf-8")
    for words in (
        "sha256sum -c SHA256SUMS",
        "openssl pkeyutl -verify -pubin -inkey kunci-publik.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig",
    ):
        assert f"  {words}\n" in told
        done = run(*words.split(), cwd=unpacked)
        assert done.returncode == 0, done.stderr
    assert "Signature Verified Successfully" in done.stdout
    der = run(
        "openssl",
        "pkey",
        "-pubin",
        "-in",
        "kunci-publik.pem",
        "-outform",
        "DER",
        "-out",
        "k.der",
        cwd=unpacked,
    )
    assert der.returncode == 0
    found = sha256((unpacked / "k.der").read_bytes()).hexdigest()
    (unpacked / "k.der").unlink()
    assert f"  {found}\n" in told
    assert custody(unpacked)["export"]["key_fingerprint_sha256"] == found


def test_openssl_refuses_a_changed_list_of_hashes(unpacked: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(unpacked, tmp_path / "changed"))
    sums = (copied / names.SUMS).read_bytes()
    (copied / names.SUMS).write_bytes(sums.replace(b"a", b"b", 1))
    done = run(
        "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", names.KEY, "-rawin", "-in", names.SUMS, "-sigfile",
        names.SIGNATURE, cwd=copied,
    )  # fmt: skip
    assert done.returncode != 0


def test_warcio_finds_every_record_valid_and_the_very_bytes_that_were_captured(
    unpacked: Path, filed: Filed
) -> None:
    path = unpacked / f"warc/kasus-{filed.number}.warc.gz"
    done = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", str(path)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout
    found: list[tuple[str, str, str]] = []
    with path.open("rb") as source:
        for record in ArchiveIterator(source):
            said = record.rec_headers
            found.append(
                (record.rec_type, said.get_header("WARC-Target-URI"), said.get_header("WARC-Payload-Digest"))
            )
            if record.rec_type == "response":
                assert sha256(record.raw_stream.read()).hexdigest() == found[-1][2].removeprefix("sha256:")
    kinds = sorted(kind for kind, _, _ in found)
    assert kinds == ["response", "response", "response", "revisit"]  # one page twice, under two addresses
    listed = [e for item in custody(unpacked)["items"] for e in item["evidence"]]
    assert {(e["url"], f"sha256:{e['sha256']}") for e in listed} == {
        (url, digest) for _, url, digest in found
    }


def test_the_chain_of_custody_names_who_what_and_when(unpacked: Path, filed: Filed) -> None:
    chain = custody(unpacked)
    assert chain["case"]["number"] == filed.number
    assert chain["case"]["opened_by"] == "sari"
    told = chain["export"]
    assert (told["by"], told["recipient"], told["mandate"]) == (
        "sari", "Bawaslu Arunika", "Surat tugas 12/2026",
    )  # fmt: skip
    items = chain["items"]
    assert [bool(one["with_claim"]) for one in items].count(True) == 1
    assert [one["without_evidence"] for one in items].count(True) == 1
    assert {one["added_by"] for one in items} == {"sari"}
    kept, removed = chain["files"]
    assert (kept["name"], kept["place"]) == ("surat edaran “asli”.pdf", "files/001-surat-edaran-asli.pdf")
    assert removed["place"] is None
    assert removed["removed_at"]
    assert [c["why"] for c in chain["changes"] if c["kind"] == "removed"] == ["Salah unggah"]


def test_texts_are_masked_and_no_cell_is_a_formula(unpacked: Path) -> None:
    rows = [json.loads(line) for line in (unpacked / names.ITEMS).read_text(encoding="utf-8").splitlines()]
    post = next(row for row in rows if row["platform"] == "post")
    assert "NOMOR" in post["text"]
    assert "3456" not in (unpacked / names.ITEMS).read_text(encoding="utf-8")
    assert [d["note"] for d in post["decisions"]] == ["Tunggu Disdag."]
    press = [row for row in rows if row["source"] in ("news", "other")]
    assert len(press) == 2
    assert all(row["labels"] == dict.fromkeys(row["labels"], None) for row in press)
    (before,) = next(row["earlier_versions"] for row in press if row["revision"] == 2)
    assert (before["number"], "empat puluh orang" in before["text"]) == (1, True)
    events = (unpacked / names.EVENTS_CSV).read_text(encoding="utf-8-sig")
    assert "'=HYPERLINK" in events
    assert "\n=" not in events
    assert {e["jenis"] for e in json.loads((unpacked / names.EVENTS_JSON).read_text(encoding="utf-8"))} >= {
        "published", "first_seen", "edited", "decision", "clarification", "opened", "added", "removed", "note",
    }  # fmt: skip


def test_the_summary_is_a_pdf(unpacked: Path) -> None:
    content = (unpacked / names.SUMMARY).read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")


def test_the_same_case_at_the_same_moment_gives_the_same_bytes(copy: Filed, tmp_path: Path) -> None:
    at = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
    store = copy.store()
    made = []
    for _ in range(2):
        target = io.BytesIO()
        exporter = Exporter(store, copy.home, REGION, as_it_is)
        before = len(store.incidents.case(copy.number).hand_outs)
        exporter.write(copy.number, target, Order("sari"), at)
        made.append(target.getvalue())
        assert len(store.incidents.case(copy.number).hand_outs) == before + 1
    store.close()
    # The second tells of the first hand-out: only what says so may differ.
    one, two = (ZipFile(io.BytesIO(content)) for content in made)
    differing = {n for n in one.namelist() if one.read(n) != two.read(n)}
    assert differing == {
        names.CUSTODY, names.SUMMARY, names.EVENTS_CSV, names.EVENTS_JSON, names.SUMS, names.SIGNATURE,
    }  # fmt: skip


def test_an_export_is_recorded_and_the_next_one_tells_of_it(
    case: Command, copy: Filed, tmp_path: Path
) -> None:
    first = case(
        "export",
        copy.number,
        "--out",
        str(tmp_path / "1.zip"),
        "--for",
        "KPU",
        "--mandate",
        "Surat",
        "--json",
    )
    assert (first.code, first.err) == (0, "")
    assert first.json["sha256"] == sha256((tmp_path / "1.zip").read_bytes()).hexdigest()
    assert (first.json["items"], first.json["captures"], first.json["unsound_captures"]) == (4, 4, 0)
    assert (tmp_path / "1.zip").stat().st_mode & 0o777 == 0o600
    assert case("export", copy.number, "--out", str(tmp_path / "2.zip")).code == 0
    chain = json.loads(contents(tmp_path / "2.zip")[names.CUSTODY])
    told = chain["earlier_exports"][-1]
    assert (told["recipient"], told["mandate"], told["sha256"]) == ("KPU", "Surat", first.json["sha256"])
    store = copy.store()
    actions = [(e.action, e.subject) for e in store.audit.latest(2)]
    store.close()
    assert actions == [("case exported", copy.number)] * 2


def test_an_export_never_overwrites_and_leaves_nothing_half(
    case: Command, copy: Filed, tmp_path: Path
) -> None:
    there = tmp_path / "there.zip"
    there.write_bytes(b"mine")
    assert case("export", copy.number, "--out", str(there)).code == 2
    assert there.read_bytes() == b"mine"
    assert case("export", "2026-999", "--out", str(tmp_path / "x.zip")).code == 1
    assert case("export", copy.number, "--out", str(tmp_path / "no" / "x.zip")).code == 2
    assert case("export", copy.number, "--out", str(tmp_path / "first.zip")).code == 0
    (copy.home / KEY_FILE).chmod(0o644)
    outcome = case("export", copy.number, "--out", str(tmp_path / "x.zip"))
    assert outcome.code == 1
    assert "chmod 600" in outcome.err
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith((".", "x"))) == []


def test_a_killed_export_leaves_nothing_under_the_final_name(copy: Filed, tmp_path: Path) -> None:
    out = tmp_path / "killed.zip"
    store = copy.store()
    user = next(u for u in store.users.all() if u.role is Role.ANALYST)
    incident = store.incidents.find(copy.number)
    before = store.incidents.case(copy.number).hand_outs
    for n in range(12):  # so that there is something to write for a while
        kept = Attachments(copy.home).keep(io.BytesIO(b"%PDF-" + os.urandom(7 * 1024 * 1024)), f"{n}.pdf")
        store.incident_parts.add_file(
            incident.id, user.id, name=kept.name, sha256=kept.sha256, size=kept.size
        )
    store.close()
    environ = {**os.environ, "KENTONGAN_HOME": str(copy.home), "KENTONGAN_REGION": "arunika"}
    words = ["case", "export", copy.number, "--out", str(out)]
    process = subprocess.Popen(
        [sys.executable, "-c", "from cli.main import main; main()", *words], env=environ
    )
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        parts = list(tmp_path.glob(".killed.zip.*"))
        if parts and parts[0].stat().st_size > 4 * 1024 * 1024:
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.01)
    assert process.wait(timeout=60) == -signal.SIGKILL
    assert not out.exists()
    store = copy.store()
    assert store.incidents.case(copy.number).hand_outs == before
    store.close()


Damage = Callable[[Path, Evidence], None]


def _remove(home: Path, evidence: Evidence) -> None:
    (home / evidence.warc_path).unlink()


def _break(home: Path, evidence: Evidence) -> None:
    path = home / evidence.warc_path
    content = bytearray(path.read_bytes())
    content[evidence.warc_offset + 40] ^= 0xFF
    path.write_bytes(bytes(content))


@pytest.mark.parametrize(("damage", "states"), [(_remove, {"missing"}), (_break, {"damaged"})])
def test_evidence_that_is_gone_or_damaged_is_said_to_be(
    copy: Filed, tmp_path: Path, damage: Damage, states: set[str]
) -> None:
    store = copy.store()
    post = next(v for v in store.items.views(list(store.items.all_ids())) if v.item.source == "kanal")
    (evidence,) = store.items.evidence(post.item.id)
    store.close()
    damage(copy.home, evidence)
    export(copy, tmp_path / "k.zip")
    found = verify_export(tmp_path / "k.zip")
    assert found.problems == []
    assert found.missing >= 1
    chain = json.loads(contents(tmp_path / "k.zip")[names.CUSTODY])
    (told,) = next(one for one in chain["items"] if one["id"] == str(post.item.id))["evidence"]
    assert {told["state"]} == states
    assert told["problem"]
    assert told["warc_offset"] is None


def test_a_file_that_is_lost_is_said_to_be_lost(copy: Filed, tmp_path: Path) -> None:
    digest = sha256(SCAN).hexdigest()
    (copy.home / "case-files" / digest[:2] / digest).write_bytes(SCAN + b"x")
    export(copy, tmp_path / "k.zip")
    assert verify_export(tmp_path / "k.zip").problems == []
    line = json.loads(contents(tmp_path / "k.zip")[names.CUSTODY])["files"][0]
    assert line["place"] is None
    assert "not what was handed in" in line["problem"]


def test_list_and_show_tell_people_and_programs(case: Command, copy: Filed) -> None:
    listed = case("list", "--json").json
    assert [(c["number"], c["state"]) for c in listed["cases"]] == [(copy.number, "open")]
    assert case("list", "tak ada", "--json").json["total"] == 0
    assert copy.number in case("list").out
    shown = case("show", copy.number, "--json").json
    assert shown["incident"]["number"] == copy.number
    assert [event["kind"] for event in shown["timeline"]].count("edited") == 1
    assert "decision: watch" in case("show", copy.number).out
    assert {event["what"] for event in shown["timeline"]} >= {
        "first seen",
        "edited: version 2",
        "added: claim",
    }
    assert case("show", "2026-999").code == 1
    assert case("show", "x").err.startswith("kentongan: no case x")
    store = copy.store()
    assert ("view case", copy.number) in {(e.action, e.subject) for e in store.audit.latest(9)}
    store.close()


def test_days_and_hours_of_a_case_are_those_of_the_region(case: Command, copy: Filed) -> None:
    """Opened in the first hour of a year: the number and the list say the same year."""
    at = "2027-01-01 00:30:00.000000"
    with sqlite3.connect(copy.home / "record.db") as record:
        record.execute("UPDATE incidents SET opened_at = ?", (at.replace("2027-01-01 00", "2026-12-31 17"),))
    record.close()
    assert "2027-01-01" in case("list").out
    assert "open, opened 2027-01-01 00:30 WIB by sari" in case("show", copy.number).out


@pytest.mark.parametrize("said", ["{} ", "\t{}"])
def test_an_export_is_named_by_the_number_as_it_is_written(
    case: Command, copy: Filed, tmp_path: Path, said: str
) -> None:
    out = tmp_path / "k.zip"
    assert case("export", said.format(copy.number), "--out", str(out)).code == 0
    assert verify_export(out).problems == []
    assert json.loads(contents(out)[names.CUSTODY])["warc"] in contents(out)
    longer = copy.number.replace("-", "-0")
    assert (
        case("export", longer, "--out", str(tmp_path / "other.zip")).err == f"kentongan: no case {longer}\n"
    )


def test_the_package_says_for_whom_it_is_just_as_the_record_does(
    case: Command, copy: Filed, tmp_path: Path
) -> None:
    out = tmp_path / "k.zip"
    assert case("export", copy.number, "--out", str(out), "--for", " KPU\udcff\x07 ").code == 0
    store = copy.store()
    kept = store.incidents.case(copy.number).hand_outs[-1]
    store.close()
    assert json.loads(contents(out)[names.CUSTODY])["export"]["recipient"] == kept.recipient
    assert case("export", copy.number, "--out", str(tmp_path / "x.zip"), "--for", "x" * 1001).code == 2


def test_no_personal_data_that_somebody_typed_or_an_address_holds_leaves_with_a_case(
    copy: Filed, tmp_path: Path
) -> None:
    typed = "Telepon 0812-3456-7890, NIK 3276011503900001, surel budi@contoh.id, akun @budi_jaya"
    store = copy.store()
    user = store.users.all()[0].id
    parts, incident = store.incident_parts, store.incidents.open(user, typed, typed, zone=ZONE)
    source = make_record_source("kanal-lain", SourceKind.PUBLIC_CHANNEL)
    store.collector.save_source(source)
    item = store.collector.save_item(
        make_item("Pasar ditutup.", "kanal-lain", url="https://wa.me/6281234567890")
    ).id
    work_all(store, Label.HOAX)
    claim = store.items.view(item).item.claim_id
    assert claim is not None
    version = store.claims.get(claim).version
    store.reviews.decide(claim, user, Decision.WATCH, version_seen=version, note=typed)
    parts.add_claim(incident.id, user, claim, typed)
    parts.add_note(incident.id, user, typed)
    kept = Attachments(copy.home).keep(io.BytesIO(b"halo"), "Obrolan dengan +62 812-3456-7890.txt")
    file = parts.add_file(incident.id, user, name=kept.name, sha256=kept.sha256, size=kept.size, why=typed)
    parts.remove(incident.id, user, PartKind.FILE, file.id, typed)
    parts.add_file(incident.id, user, name=kept.name, sha256=kept.sha256, size=kept.size)
    with (tmp_path / "k.zip").open("w+b") as target:
        Exporter(store, copy.home, REGION, without_phones).write(incident.number, target, Order("sari"))
    view = read_case(store, incident.number, ZONE)
    printed = str((view.case, view.events, view.facts.claims))  # what the summary and the page are made of
    store.close()
    files = contents(tmp_path / "k.zip")
    assert "files/002-Obrolan-dengan-NOMOR.txt" in files
    told = [printed, *(content.decode("latin-1") for content in files.values())]
    for secret in ("3456-7890", "81234567890", "3276011503900001", "budi@contoh", "budi_jaya"):
        assert not any(secret in text for text in told), secret
    assert sum("NOMOR" in text for text in told) >= 6


def test_the_key_is_made_once_and_for_this_user_alone(copy: Filed, tmp_path: Path) -> None:
    shutil.rmtree(copy.home / "keys", ignore_errors=True)
    for name in ("1.zip", "2.zip"):
        export(copy, tmp_path / name)
    assert (copy.home / KEY_FILE).stat().st_mode & 0o777 == 0o600
    one, two = (contents(tmp_path / name)[names.KEY] for name in ("1.zip", "2.zip"))
    assert one == two
    assert read_public(one) is not None
