"""What must hold for the repository itself: its documents, its containers, and what it may not carry."""

import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Mapping
from configparser import ConfigParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from babel.messages.pofile import read_po

from kentongan.settings import VARIABLES, read_settings
from webui import words

ROOT = Path(__file__).resolve().parents[2]
SERVICES = {"web", "worker", "crawler", "postgres", "elasticsearch"}
MAX_FILE_BYTES = 1_000_000
# Spelt in pieces, so that this file does not hold what it looks for.
MACHINE_PATH = re.compile(r"(?<![\w.:/<>-])/(?:" + "|".join(("wo" + "rk", "ro" + "ot")) + r")/[\w.]")
PUBLIC_REGISTRIES = {"pypi.org", "files.pythonhosted.org"}
INTERPOLATION = re.compile(r"(?<!\$)\$\{(\w+)([^}]*)\}")
SECRET_NAME = re.compile(r"(KEY|PASSWORD|SECRET|TOKEN)$")


@pytest.fixture(scope="module")
def files() -> list[Path]:
    """Every file that is, or would be, committed."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: what is committed cannot be told")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.fixture(scope="module")
def texts(files: list[Path]) -> dict[str, str]:
    """The text files among them, by name."""
    found = {}
    for path in files:
        if "models" in path.relative_to(ROOT).parts:
            continue
        try:
            found[str(path.relative_to(ROOT))] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return loaded


def documented_settings() -> dict[str, str]:
    """Return what docs/settings.md gives as each variable's default."""
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(KENTONGAN_\w+)` \| ([^|]+) \|", text, flags=re.MULTILINE)
    assert len(rows) == len(dict(rows)), "a variable stands there twice"
    return dict(rows)


def test_every_setting_is_documented_and_no_other() -> None:
    assert set(documented_settings()) == set(VARIABLES)


def test_documented_defaults_are_the_real_ones() -> None:
    defaults, documented = read_settings({}), documented_settings()
    for name in ("HOST", "PORT", "REGION", "LANGUAGE", "LOG_LEVEL", "TORCH_THREADS", "CONTACT", "SEARCH_URL"):
        assert documented[f"KENTONGAN_{name}"].startswith(f"`{getattr(defaults, name.lower())}`"), name


def test_no_file_names_a_path_of_the_machine_it_was_written_on(texts: dict[str, str]) -> None:
    assert [name for name, text in texts.items() if MACHINE_PATH.search(text)] == []


def test_no_file_names_a_private_package_registry(texts: dict[str, str]) -> None:
    addresses = [os.environ.get(name, "") for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL")]
    for place in (Path("/etc/pip.conf"), Path.home() / ".pip/pip.conf", Path.home() / ".config/pip/pip.conf"):
        config = ConfigParser(interpolation=None)
        config.read(place, encoding="utf-8")
        for section in config.sections():
            addresses += [config.get(section, f"{kind}index-url", fallback="") for kind in ("", "extra-")]
    hosts = {urlsplit(address).hostname or "" for line in addresses for address in line.split()}
    for host in hosts - PUBLIC_REGISTRIES - {""}:
        assert [name for name, text in texts.items() if host in text] == [], host


def test_the_lock_files_install_from_whatever_registry_a_machine_uses() -> None:
    locks = sorted(ROOT.glob("requirements*.lock"))
    assert locks
    for lock in locks:
        lines = [line.split("#")[0].strip() for line in lock.read_text(encoding="utf-8").splitlines()]
        odd = [line for line in lines if line and not re.fullmatch(r"[\w.\[\],-]+==[\w.!]+( ?;.*)?", line)]
        assert odd == [], lock.name


def test_only_models_hold_large_files(files: list[Path]) -> None:
    large = [path for path in files if path.stat().st_size > MAX_FILE_BYTES]
    assert [str(p.relative_to(ROOT)) for p in large if p.relative_to(ROOT).parts[0] != "models"] == []


def test_every_package_is_there_and_is_copied_into_the_image(project: dict[str, Any]) -> None:
    packages = [p for p in project["tool"]["setuptools"]["packages"]["find"]["include"] if "*" not in p]
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for package in packages:
        assert (ROOT / package / "__init__.py").is_file(), package
        assert f"\nCOPY {package} {package}\n" in dockerfile
        assert f"!{package}" in allowed


def test_every_decision_is_in_their_index() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(path.name for path in folder.glob("[0-9]*.md"))


def test_the_glossary_has_the_words_that_pages_show() -> None:
    glossary = (ROOT / "docs" / "words.md").read_text(encoding="utf-8")
    documented = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", glossary, flags=re.MULTILINE))
    with (ROOT / "webui/translations/id/LC_MESSAGES/messages.po").open("rb") as catalogue:
        indonesian = {message.id: message.string for message in read_po(catalogue)}
    kinds: list[Mapping[Any, str]] = [
        words.LABELS,
        words.GROUNDS,
        words.STANCES,
        words.DECISIONS,
        words.VERDICTS,
        words.ROLES,
    ]
    for kind in kinds:
        for value, english in kind.items():
            shown = str(indonesian[str(english)])
            assert documented[value.value].lower() == shown.lower(), value


def test_links_between_documents_lead_somewhere(texts: dict[str, str]) -> None:
    broken = []
    for name, text in texts.items():
        if not name.endswith(".md"):
            continue
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text):
            if not (ROOT / name).parent.joinpath(target).exists():
                broken.append(f"{name}: {target}")
    assert broken == []


def test_the_licence_is_apache_2(project: dict[str, Any]) -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert project["project"]["license"] == "Apache-2.0"
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_the_image_is_pinned_and_runs_without_root() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    bases = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert set(bases) == {"python:3.11-slim-bookworm"}
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001:10001"]
    assert lines.index("USER 10001:10001") > max(
        i for i, line in enumerate(lines) if line.startswith("FROM ")
    )
    assert any(line.startswith("HEALTHCHECK") for line in lines)


def test_compose_has_the_five_services_in_the_profile_production(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == SERVICES
    for name, service in compose["services"].items():
        assert service["profiles"] == ["production"], name


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_is_watched_bounded_and_without_privileges(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    assert service["healthcheck"]["test"]
    assert service["mem_limit"]
    assert re.fullmatch(r"[1-9]\d*:\d+", service["user"])
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")
    assert service.get("read_only") or name == "elasticsearch"


def test_images_are_pinned(compose: dict[str, Any], project: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        image, _, tag = service["image"].rpartition(":")
        assert image, name
        assert re.match(r"\d+\.\d+", tag), name
        if "build" in service:
            assert tag == project["project"]["version"], name


def test_data_lies_in_named_volumes(compose: dict[str, Any]) -> None:
    mounted = {mount.split(":")[0] for s in compose["services"].values() for mount in s["volumes"]}
    assert mounted == set(compose["volumes"]) == {"home", "postgres", "elasticsearch"}


def test_compose_gives_no_secret_a_default(compose: dict[str, Any]) -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    secrets = [(name, rest) for name, rest in INTERPOLATION.findall(text) if SECRET_NAME.search(name)]
    assert {name for name, _ in secrets} == {
        "KENTONGAN_SECRET_KEY",
        "KENTONGAN_PSEUDONYM_KEY",
        "POSTGRES_PASSWORD",
        "ELASTIC_PASSWORD",
    }
    assert [name for name, rest in secrets if not rest.startswith(":?")] == []
    for service in compose["services"].values():
        for name, value in service["environment"].items():
            if SECRET_NAME.search(name):
                assert INTERPOLATION.fullmatch(value), name


def test_compose_sets_only_settings_that_there_are(compose: dict[str, Any]) -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"KENTONGAN_\w+", text)) <= set(VARIABLES)
    own = {name: s["environment"] for name, s in compose["services"].items() if "build" in s}
    assert set(own) == {"web", "worker", "crawler"}
    for name, environment in own.items():
        filled = {key: INTERPOLATION.sub("x" * 32, value) for key, value in environment.items()}
        filled |= {key: "id" for key in filled if key == "KENTONGAN_LANGUAGE"}
        settings = read_settings(filled)
        assert settings.database_url.startswith("postgresql+psycopg://"), name


def test_compose_opens_the_page_alone_and_only_to_this_machine(compose: dict[str, Any]) -> None:
    ports = {name: s["ports"] for name, s in compose["services"].items() if "ports" in s}
    assert set(ports) == {"web"}
    assert all(port.startswith("127.0.0.1:") for port in ports["web"])
    networks = compose["networks"]
    for name in ("postgres", "elasticsearch"):
        assert all(networks[net]["internal"] for net in compose["services"][name]["networks"]), name
    assert "index" not in compose["services"]["crawler"]["networks"]


def compose_command() -> list[str] | None:
    """Return the compose of this machine: docker's own, or Debian's docker-compose."""
    if shutil.which("docker"):
        asked = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
        if asked.returncode == 0:
            return ["docker", "compose"]
    return ["docker-compose"] if shutil.which("docker-compose") else None


def run_compose_config(folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = compose_command()
    if command is None:
        pytest.skip("no docker compose here; to run this: apt-get install docker-compose")
    empty = folder / "empty.env"  # not a developer's own .env beside the file
    empty.touch()
    return subprocess.run(
        [
            *command,
            "--file",
            str(ROOT / "docker-compose.yml"),
            "--env-file",
            str(empty),
            "--profile",
            "production",
            "config",
        ],
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")} | environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_docker_compose_accepts_the_file_and_asks_for_each_secret(tmp_path: Path) -> None:
    secrets = {
        "KENTONGAN_SECRET_KEY": "a" * 64,
        "KENTONGAN_PSEUDONYM_KEY": "b" * 64,
        "KENTONGAN_CONTACT": "kontak@arunika.example",
        "POSTGRES_PASSWORD": "c" * 64,
        "ELASTIC_PASSWORD": "d" * 64,
    }
    accepted = run_compose_config(tmp_path, secrets)
    assert accepted.returncode == 0, accepted.stderr
    assert set(yaml.safe_load(accepted.stdout)["services"]) == SERVICES
    for name in secrets:
        refused = run_compose_config(tmp_path, {key: value for key, value in secrets.items() if key != name})
        assert refused.returncode != 0, name
        assert name in refused.stderr
