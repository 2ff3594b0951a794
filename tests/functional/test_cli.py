"""The commands, as people and scripts use them: what is printed, and with which exit code."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyotp
import pytest
from typer.testing import CliRunner

from cli.main import FAMILIES, build_app
from kentongan.sealing import Seal
from kentongan.store import open_store
from kentongan.store.attempts import FREE, NO_WAIT
from kentongan.store.factors import PURPOSE
from tests.commands import Command, Outcome

CHAIN = (
    "INFO A1 dari orang dalam!! Besok pagi semua TPS di Kecamatan Mekarjaya ditutup jam sembilan karena "
    "surat suara sudah dicoblos duluan 12 kontainer. Sebarkan ke semua grup sebelum pesan ini dihapus!!"
)
CHECK = {
    "id": "fc1",
    "url": "https://cek.example/1",
    "source": "cek",
    "platform": "factcheck",
    "text": "Semua TPS di Kecamatan Mekarjaya ditutup jam sembilan karena surat suara sudah dicoblos",
    "labels": {"hoax": 1},
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def kentongan(home: Path) -> Command:
    """Run a command with a data folder of its own."""

    def run(*words: str, stdin: str | bytes | None = None, **environ: str) -> Outcome:
        result = CliRunner().invoke(
            build_app(words),
            list(words),
            input=stdin,
            env={"KENTONGAN_HOME": str(home), "KENTONGAN_REGION": "arunika", **environ},
            catch_exceptions=False,
        )
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return run


def write_lines(path: Path, rows: Sequence[object]) -> str:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    return str(path)


def test_the_main_job_from_the_terminal(kentongan: Command, tmp_path: Path) -> None:
    rows = [CHECK, *({"id": f"p{n}", "text": f"{'Halo warga. ' * n}{CHAIN}"} for n in range(3))]

    imported = kentongan("import", write_lines(tmp_path / "items.jsonl", rows), "--json")
    worked = kentongan("work", "--once", "--json")
    found = kentongan("search", "kontainer", "--label", "hoax", "--json")
    well = kentongan("doctor", "--json")

    assert (imported.code, imported.json["created"], imported.json["fact_checks"]) == (0, 4, 1)
    assert (worked.code, worked.json["assessed"], worked.json["grouped"]) == (0, 3, 3)
    assert found.json["total"] == 3
    assert len({hit["claim_id"] for hit in found.json["hits"]}) == 1
    assert well.code == 0, well.out

    checked = kentongan("check", CHAIN, "--json")
    assert checked.json["fact_checks"][0]["url"] == CHECK["url"]
    assert len(checked.json["similar"]) == 3
    assert checked.json["archive_problem"] is None
    assert checked.json["fact_checks"][0]["confirmed"]
    assert checked.json["hoax_grounds"] == ["text", "cues", "match"]
    assert checked.json["reason"].startswith(
        "Ditandai indikasi hoaks – dibantah cek fakta: teks menyatakan sendiri “"
    )
    assert (
        f"cocok dengan cek fakta {checked.json['fact_checks'][0]['publisher']} yang" in checked.json["reason"]
    )
    printed = kentongan("check", CHAIN).out
    assert checked.json["reason"] in printed.splitlines()
    assert "Dasar: isi teks · ciri pesan berantai · cek fakta" in printed.splitlines()
    assert "refuted by a check" in printed


def test_check_says_in_indonesian_why_whatever_the_office_speaks(kentongan: Command) -> None:
    flagged = kentongan("check", f"\x1b[31m{CHAIN}", KENTONGAN_LANGUAGE="en").out
    assert "Ditandai indikasi hoaks – perlu verifikasi: " in flagged
    assert "(ajakan sebar, " in flagged
    assert "\x1b" not in flagged
    assert "Dasar: isi teks · ciri pesan berantai" in flagged.splitlines()

    reported = kentongan("check", "Sekda minta camat mengantisipasi isu hoax.", "--json").json
    assert reported["reason"] == "Tidak ditandai: teks memberitakan, bukan menyatakan sendiri."
    assert reported["hoax_grounds"] == []
    assert "Dasar" not in kentongan("check", "Sekda minta camat mengantisipasi isu hoax.").out


def test_json_is_one_document_and_nothing_else_on_stdout(kentongan: Command) -> None:
    for words in (("sources",), ("user", "list"), ("doctor",), ("check", "Selamat pagi warga")):
        outcome = kentongan(*words, "--json")
        json.loads(outcome.out)


@pytest.mark.parametrize(
    ("words", "code", "named"),
    [
        (("import", "nowhere.jsonl"), 2, "nowhere.jsonl: No such file"),
        (("check", "--file", "nowhere.txt"), 2, "nowhere.txt: No such file"),
        (("check",), 2, "check needs a text"),
        (("check", " "), 2, "the text: empty"),
        (("evaluate", "--data", "nowhere.jsonl"), 2, "nowhere.jsonl: No such file"),
        (("evaluate", "--data", "x", "--task", "match"), 2, "--archive: needed for --task match"),
        (("crawl", "antah-berantah", "--once"), 2, "unknown source 'antah-berantah'"),
        (("crawl", "--sources", "nowhere", "--once"), 2, "nowhere"),
        (("search", "x", "--source", "antah"), 2, "unknown source 'antah'"),
        (("search", "x", "--since", "kemarin"), 2, "--since: 'kemarin' is not an RFC 3339 time"),
        (("search", "x"), 1, "kentongan reindex"),
        (("extract", "nowhere.html", "--url", "https://a.example/"), 2, "nowhere.html: No such file"),
        (
            (
                "train",
                "--base",
                "nowhere.bin",
                "--data",
                "nowhere",
                "--out",
                "o",
                "--version",
                "9",
                "--run",
                "r",
            ),
            2,
            "nowhere",
        ),
        (("user", "add", "Bu Sari"), 2, "name: 'Bu Sari'"),
        (("serve",), 2, "KENTONGAN_SECRET_KEY: not set"),
    ],
)
def test_bad_input_gets_one_line_that_names_it(
    kentongan: Command, words: tuple[str, ...], code: int, named: str
) -> None:
    outcome = kentongan(*words)

    assert outcome.code == code, outcome
    assert outcome.out == ""
    assert named in outcome.err
    assert len(outcome.err.strip().splitlines()) == 1
    assert outcome.err.startswith("kentongan: ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KENTONGAN_REGION", "atlantis"),
        ("KENTONGAN_PORT", "delapan"),
        ("KENTONGAN_SEARCH_URL", "ftp://x"),
        ("KENTONGAN_DATABASE_URL", "mysql://x/y"),
        ("KENTONGAN_HOEM", "/tmp"),
    ],
)
def test_a_wrong_setting_stops_every_command_and_is_named(kentongan: Command, name: str, value: str) -> None:
    outcome = kentongan("search", "x", **{name: value})

    assert outcome.code == 2
    assert outcome.err.startswith(f"kentongan: {name}: ")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("import", "--lenient", "x"), "--lenient"),
        (("import", "a", "b"), "(b)"),
        (("import",), "Missing argument 'file'"),
        (("impor", "x"), "'impor'"),
        (("--jason",), "--jason"),
        (("evaluate", "--data", "x", "--task", "guess"), "'guess' is not one of"),
        (("user", "ad"), "'ad'"),
    ],
)
def test_bad_usage_gets_one_line_too(kentongan: Command, words: tuple[str, ...], named: str) -> None:
    outcome = kentongan(*words)

    assert (outcome.code, outcome.out) == (2, ""), outcome
    assert named in outcome.err
    assert len(outcome.err.splitlines()) == 1
    assert outcome.err.startswith("kentongan: ")


@pytest.mark.parametrize("words", [(), ("user",)])
def test_a_group_without_a_command_shows_its_help(kentongan: Command, words: tuple[str, ...]) -> None:
    outcome = kentongan(*words)

    assert "Usage" in outcome.out + outcome.err
    assert "kentongan: " not in outcome.err


@pytest.mark.parametrize("words", [("sources",), ("search", "x"), ("doctor",), ("work", "--once")])
@pytest.mark.parametrize("rest", ["", "x", "y" * 300])
def test_a_home_that_cannot_be_a_folder_is_named_as_the_setting(
    kentongan: Command, tmp_path: Path, words: tuple[str, ...], rest: str
) -> None:
    file = tmp_path / "berkas"
    file.write_text("bukan folder")
    outcome = kentongan(*words, KENTONGAN_HOME=str(file / rest))

    assert (outcome.code, outcome.out) == (2, ""), outcome
    assert outcome.err.startswith("kentongan: KENTONGAN_HOME: ")
    assert len(outcome.err.splitlines()) == 1


def test_trouble_of_the_system_is_one_line_that_names_the_file(kentongan: Command, home: Path) -> None:
    home.mkdir()
    (home / "record.db").mkdir()

    outcome = kentongan("sources")

    assert outcome.code == 1
    assert len(outcome.err.splitlines()) == 1
    assert "record.db" in outcome.err


@pytest.mark.parametrize(
    ("trouble", "line"),
    [
        (OSError(98, "Address already in use"), "kentongan: Address already in use"),
        (PermissionError(13, "Permission denied", "/x/y"), "kentongan: /x/y: Permission denied"),
        (OSError("no device"), "kentongan: no device"),
    ],
)
def test_an_error_of_the_system_that_nobody_named_is_one_line(trouble: OSError, line: str) -> None:
    app = build_app(["sources"])

    @app.command("break")
    def _break() -> None:
        raise trouble

    result = CliRunner().invoke(app, ["break"], catch_exceptions=False)

    assert (result.exit_code, result.stderr.strip()) == (1, line)


def test_a_bad_line_leaves_the_record_as_it_was(kentongan: Command, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "items.jsonl", [{"text": "baik"}, {"text": "baik juga"}, "{rusak"])

    outcome = kentongan("import", path)

    assert outcome.code == 2
    assert f"{path}, line 3: not JSON" in outcome.err
    assert kentongan("import", write_lines(tmp_path / "ok.jsonl", [{"text": "baik"}]), "--json").json == {
        "created": 1,
        "revised": 0,
        "unchanged": 0,
        "fact_checks": 0,
        "new_sources": ["import"],
        "authors_dropped": 0,
    }


def test_an_unreadable_model_is_told_in_one_line_and_loses_nothing(
    kentongan: Command, tmp_path: Path
) -> None:
    kentongan("import", write_lines(tmp_path / "items.jsonl", [{"text": "INFO A1 sebarkan"}]))
    broken = tmp_path / "model"
    broken.mkdir()
    (broken / "manifest.json").write_text("{")

    outcome = kentongan("work", "--once", KENTONGAN_MODEL=str(broken))

    assert outcome.code == 1
    assert str(broken) in outcome.err
    assert len(outcome.err.strip().splitlines()) == 1
    assert kentongan("work", "--once", "--json").json["assessed"] == 1


def test_with_the_index_gone_work_does_what_it_can_and_says_so(
    kentongan: Command, tmp_path: Path, home: Path
) -> None:
    kentongan("import", write_lines(tmp_path / "items.jsonl", [{"text": CHAIN}]))
    (home / "index").write_text("not a folder")

    outcome = kentongan("work", "--once", "--json")

    assert outcome.code == 1
    assert outcome.json["assessed"] == 1
    assert "kentongan: matching and indexing wait:" in outcome.err
    assert kentongan("check", CHAIN, "--json").json["archive_problem"]
    assert kentongan("doctor").code == 1

    (home / "index").unlink()
    assert kentongan("work", "--once", "--json").json["grouped"] == 1
    assert kentongan("doctor").code == 0


def test_a_deleted_index_comes_back_by_one_command(kentongan: Command, tmp_path: Path) -> None:
    kentongan("import", write_lines(tmp_path / "items.jsonl", [CHECK, {"text": CHAIN}]))
    kentongan("work", "--once")
    before = kentongan("search", "kontainer", "--json").json

    assert kentongan("reindex", "--json").json == {"documents": 2, "refused": []}
    checked = kentongan("reindex", "--check", "--json")
    assert (checked.code, checked.json["missing"], checked.json["extra"]) == (0, 0, 0)
    after = kentongan("search", "kontainer", "--json").json

    assert [hit["id"] for hit in after["hits"]] == [hit["id"] for hit in before["hits"]]


def test_check_reads_standard_input_and_refuses_what_is_not_text(kentongan: Command) -> None:
    assert kentongan("check", "-", "--json", stdin="Selamat pagi warga RT 4").json["flagged"] == []
    assert "standard input: not UTF-8" in kentongan("check", "-", stdin=b"\xff\xfe\x00").err


def test_a_user_is_added_once_and_the_password_is_shown_only_then(kentongan: Command) -> None:
    added = kentongan("user", "add", "sari", "--role", "analyst", "--json").json

    assert len(added["password"]) >= 12
    assert "name: 'sari' is taken" in kentongan("user", "add", "sari").err
    assert kentongan("user", "list", "--json").json == [
        {"name": "sari", "role": "analyst", "active": True, "second_factor": False, "locked_until": None}
    ]
    assert kentongan("user", "disable", "tidak-ada").code == 1


def test_a_token_is_made_shown_once_listed_and_revoked(kentongan: Command) -> None:
    kentongan("user", "add", "sari", "--role", "analyst", "--json")
    scopes = ("--scope", "claims:read", "--scope", "check")
    made = kentongan("token", "create", "sari", "dasbor kota", *scopes, "--days", "30", "--json").json
    printed = kentongan("token", "create", "sari", "lain", "--scope", "check").out.strip()
    assert made["token"].startswith(made["begins"])
    assert printed.startswith("ktg_")
    listed = kentongan("token", "list", "--json")
    assert [(one["name"], one["scopes"], one["stopped"]) for one in listed.json] == [
        ("lain", ["check"], None),
        ("dasbor kota", ["check", "claims:read"], None),
    ]
    for told in (
        listed.out,
        kentongan("token", "list").out,
        kentongan("token", "list", "--user", "sari").out,
    ):
        assert made["token"][17:] not in told
    assert kentongan("token", "revoke", made["begins"]).code == 0
    assert kentongan("token", "list", "--json").json[1]["stopped"] == "revoked"
    assert kentongan("token", "revoke", made["begins"]).code == 1
    assert kentongan("token", "revoke", "ktg_nothing").code == 1


@pytest.mark.parametrize(
    ("words", "code", "named"),
    [
        (("nobody", "dasbor", "--scope", "check"), 1, "nobody"),
        (("sari", "dasbor"), 2, "--scope"),
        (("sari", "dasbor", "--scope", "field:report"), 2, "field:report"),
        (("sari", "dasbor", "--scope", "all"), 2, "all"),
        (("sari", "dasbor", "--scope", "check", "--days", "366"), 2, "--days"),
        (("sari", " ", "--scope", "check"), 2, "name"),
    ],
)
def test_a_token_that_may_not_be_is_refused_in_a_line(
    kentongan: Command, words: tuple[str, ...], code: int, named: str
) -> None:
    kentongan("user", "add", "sari", "--role", "analyst", "--json")
    refused = kentongan("token", "create", *words)
    assert refused.code == code
    assert named in refused.err
    assert kentongan("token", "list", "--json").json == []


def test_a_field_reporter_is_given_places_by_code(kentongan: Command) -> None:
    kentongan("user", "add", "wati", "--role", "field_reporter", "--json")
    assert kentongan("user", "places", "wati", "--json").json == {"name": "wati", "places": []}
    set_now = kentongan("user", "places", "wati", "00.00.01.1003", "00.00.05", "--json")
    assert set_now.json == {"name": "wati", "places": ["00.00.01.1003", "00.00.05"]}
    strange = kentongan("user", "places", "wati", "99.99.99")
    assert (strange.code, "99.99.99" in strange.err) == (2, True)
    assert kentongan("user", "places", "wati", "--none", "--json").json["places"] == []
    assert kentongan("user", "places", "nobody").code == 1


def test_people_are_let_in_and_kept_out_from_the_office_pc(kentongan: Command, home: Path) -> None:
    kentongan("user", "add", "kepala", "--role", "administrator", "--json")
    unconfirmed = kentongan("user", "invite", "sari")
    assert (unconfirmed.code, unconfirmed.out) == (2, "")
    assert "R17" in unconfirmed.err
    invited = kentongan("user", "invite", "sari", "--stands-apart", "--role", "head", "--json").json
    assert invited["role"] == "head"
    assert invited["link"].startswith("/tautan/")
    site = {"KENTONGAN_PUBLIC_URL": "https://kentongan.kota.example/"}
    whole = kentongan("user", "invite", "tono", "--stands-apart", **site)
    assert whole.out.startswith("https://kentongan.kota.example/tautan/")

    store = open_store(f"sqlite:///{home / 'record.db'}")
    store.invitations.accept(invited["link"].removeprefix("/tautan/"), "tiga ketukan pelan")
    for _ in range(FREE):
        store.attempts.admit("sari")
    seal = Seal("a key of the tests, long enough for anyone", PURPOSE)
    sari = store.users.named("sari")
    assert sari is not None
    store.factors.prepare(sari, seal)
    key = store.factors.pending_key(sari, seal)
    assert key is not None
    assert store.factors.confirm(sari, pyotp.TOTP(key).now(), seal)

    def listed() -> Any:
        return next(one for one in kentongan("user", "list", "--json").json if one["name"] == "sari")

    assert (listed()["second_factor"], listed()["locked_until"] is not None) == (True, True)
    assert kentongan("user", "unlock", "sari").code == kentongan("user", "totp-off", "sari").code == 0
    assert (listed()["second_factor"], listed()["locked_until"]) == (False, None)
    assert kentongan("user", "deactivate", "sari").code == 0
    assert not listed()["active"]
    assert kentongan("user", "activate", "sari").code == 0
    assert "last administrator" in kentongan("user", "deactivate", "kepala").err
    for command in ("unlock", "totp-off", "deactivate", "activate", "reset"):
        assert kentongan("user", command, "tidak-ada").code == 1

    for _ in range(FREE):
        store.attempts.admit("kepala")
    given = kentongan("user", "reset", "kepala", "--json").json
    assert store.attempts.admit("kepala") == NO_WAIT
    assert store.users.check_password("kepala", given["password"])
    store.close()


def test_evaluate_writes_a_row_for_each_item(kentongan: Command, tmp_path: Path) -> None:
    data = [
        {
            "id": "a",
            "text": CHAIN,
            "labels": {"hoax": 1},
            "stance": "asserts",
            "claim_id": "c1",
            "fact_check_url": CHECK["url"],
        },
        {
            "id": "b",
            "text": "Warga diminta waspada hoaks, kata Kapolres.",
            "labels": {"hoax": 0},
            "stance": "reports",
            "claim_id": "c2",
        },
    ]
    items, archive = write_lines(tmp_path / "d.jsonl", data), write_lines(tmp_path / "a.jsonl", [CHECK])
    scores = tmp_path / "scores.jsonl"

    for task, keys in (
        ("labels", {"id", "probabilities", "stance", "flagged"}),
        ("cluster", {"id", "claim_id"}),
    ):
        outcome = kentongan("evaluate", "--data", items, "--task", task, "--scores", str(scores), "--json")
        assert outcome.code == 0, outcome.err
        assert [set(json.loads(line)) for line in scores.read_text().splitlines()] == [keys, keys]

    outcome = kentongan(
        "evaluate",
        "--data",
        items,
        "--task",
        "match",
        "--archive",
        archive,
        "--scores",
        str(scores),
        "--json",
    )
    assert outcome.json["figures"][0]["success_at_1"] == 1.0
    assert json.loads(scores.read_text().splitlines()[0])["matches"][0]["id"] == "fc1"


def test_the_help_names_every_command(kentongan: Command) -> None:
    text = kentongan("--help").out

    for names in FAMILIES.values():
        for name in names:
            assert name in text
