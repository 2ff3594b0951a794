"""`kentongan share`: from one home to another, by files."""

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import build_app
from kentongan.domain import Decision, Role
from tests.sharing import claim_about, decide, pem_of, prepared, sharing_of
from tests.web_city import KEY, Site

Run = Callable[..., Result]


@pytest.fixture
def run(site: Site, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("KENTONGAN_HOME", str(site.home))
    monkeypatch.setenv("KENTONGAN_REGION", "arunika")
    monkeypatch.setenv("KENTONGAN_SECRET_KEY", KEY)
    return lambda *words: CliRunner().invoke(build_app(["share"]), ["share", *words])


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_keys_a_file_out_and_the_same_file_in(site: Site, run: Run, tmp_path: Path) -> None:
    keys = told(run("keys", "--json"))
    assert told(run("keys", "--json")) == keys
    assert keys["public_key"] == pem_of(sharing_of(site).key())
    private = site.home / "keys" / "sharing-ed25519.pem"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    claim = decide(site.store, claim_about(site, "surat edaran"), Decision.ESCALATE)
    out = tmp_path / "bundel.json"
    words = ("export", "-o", str(out), "--for", "Kota Lazuardi", "--reason", "A", "--necessity", "B")
    made = told(run(*words, "--by", "analyst", "--claims", str(claim), "--json"))
    assert made["claims"] == 1
    again = run(*words, "--by", "analyst", "--claims", str(claim))
    assert again.exit_code == 1  # the file is there
    assert site.store.shared.newest()[1] == 1
    assert run("import", str(out)).exit_code == 2  # an office that nobody registered
    pem = tmp_path / "kunci.pem"
    pem.write_text(keys["public_key"])
    assert told(run("partner", "add", "Kota Arunika", "--key", str(pem), "--json"))["fingerprint_sha256"]
    assert told(run("import", str(out), "--json"))["already"] is False
    assert told(run("import", str(out), "--json"))["already"] is True
    (partner,) = told(run("partner", "list", "--json"))
    back = tmp_path / "tarik.json"
    assert run("withdraw", made["id"], "--why", "Keliru.", "--by", "analyst", "-o", str(back)).exit_code == 0
    assert told(run("import", str(back), "--json"))["claims"] == 0
    assert run("partner", "withdraw", partner["id"]).exit_code == 0
    refused = run("import", str(out))
    assert refused.exit_code == 2
    assert "signature.key" in refused.stderr
    again = run("export", "-o", str(tmp_path / "lagi.json"), "--bundle", made["id"])
    assert again.exit_code == 0
    assert (tmp_path / "lagi.json").read_text() == out.read_text()


def test_what_takes_two_does_not_leave_by_the_terminal(site: Site, run: Run, tmp_path: Path) -> None:
    roles = (Role.ANALYST, Role.SECOND_READER)
    claim = decide(site.store, claim_about(site, "putra daerah"), Decision.ESCALATE, *roles)
    out = tmp_path / "bundel.json"
    words = ("export", "-o", str(out), "--for", "A", "--reason", "A", "--necessity", "B", "--by", "analyst")
    result = run(*words, "--claims", str(claim))
    assert result.exit_code == 2
    assert not out.exists()
    assert not any(bundle.document for bundle in site.store.shared.newest()[0])


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--by", "nobody"), "no user nobody"),
        (("--by", "liaison"), "shares nothing"),
        (("--by", "analyst"), "claims: choose"),
        (("--by", "analyst", "--since", "2026-01-01"), "two days"),
    ],
)
def test_what_is_missing_is_named_and_leaves_no_file(
    run: Run, tmp_path: Path, words: tuple[str, ...], problem: str
) -> None:
    out = tmp_path / "bundel.json"
    result = run("export", "-o", str(out), "--for", "A", "--reason", "A", "--necessity", "B", *words)
    assert result.exit_code in (1, 2)
    assert problem in result.stderr
    assert not out.exists()


def test_one_that_is_not_released_is_not_written(site: Site, run: Run, tmp_path: Path) -> None:
    claim = decide(site.store, claim_about(site, "surat edaran"), Decision.WATCH)
    bundle, out = prepared(site, claim), tmp_path / "bundel.json"
    result = run("export", "-o", str(out), "--bundle", str(bundle.id))
    assert result.exit_code == 2
    assert not out.exists()
