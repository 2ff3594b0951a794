"""The settings of one deployment, read once from the environment and passed down.

Owns: names, defaults, checks. A missing or malformed value stops start-up and names its
variable. Secrets have no default. `docs/settings.md` lists all of them for people.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from zipfile import BadZipFile, ZipFile

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from kentongan.errors import SettingError

PROJECT_ROOT = Path(__file__).resolve().parent.parent
MIN_SECRET_CHARACTERS = 32
_MOST_TEMPLATE_BYTES = 50_000_000  # unpacked
_OUTSIDE = re.compile(rb"""<Relationship\b(?![^>]*/hyperlink["'])(?![^>]*file:///[A-Za-z]:)[^>]*External""")
_MAILBOX = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*")
_BOT_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{10,80}")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a deployment can choose. Paths are absolute."""

    home: Path
    database_url: str = field(repr=False)
    search_url: str = field(repr=False)  # may bear a password
    region: str
    model_dir: Path
    contact: str
    host: str
    port: int
    language: str
    log_level: str
    torch_threads: int
    match_suggest: float | None  # None: the threshold of the model's manifest
    match_confirm: float | None
    allow_loopback: bool
    search_api_key: str | None = field(repr=False, default=None)
    search_ca: Path | None = None
    search_replicas: int | None = None  # None: one as soon as a second server is there
    secret_key: str | None = field(repr=False, default=None)
    pseudonym_key: str | None = field(repr=False, default=None)
    public_url: str | None = None  # what people type to come here; without a slash at its end
    smtp_url: str | None = field(repr=False, default=None)  # bears a password
    smtp_from: str | None = None
    smtp_ca: Path | None = None
    telegram_token: str | None = field(repr=False, default=None)
    telegram_url: str = "https://api.telegram.org"
    boundaries: Path | None = None  # GeoJSON with the outlines of the places, for the map
    office_name: str | None = None  # in the letterhead of reports; None: the region's title
    office_address: str = ""
    office_logo: Path | None = None  # PNG or JPEG
    office_template: Path | None = None  # DOCX; its head, foot and styles take the letterhead's place

    def require_secret_key(self) -> str:
        """Return the key that signs sessions; raises SettingError when none is set."""
        return _required("KENTONGAN_SECRET_KEY", self.secret_key)

    def require_pseudonym_key(self) -> str:
        """Return the key of the posters' pseudonyms; raises SettingError when none is set."""
        return _required("KENTONGAN_PSEUDONYM_KEY", self.pseudonym_key)


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings in `environ`; raises SettingError naming the first bad variable.

    Unknown variables that begin with KENTONGAN_ are refused too: a misspelt setting that
    silently does nothing is worse than one that stops.
    """
    known = set(VARIABLES)
    for name in sorted(environ):
        if name.startswith("KENTONGAN_") and name not in known and not name.startswith("KENTONGAN_TEST_"):
            raise SettingError(name, "no such setting; see docs/settings.md")

    def get(name: str, default: str, parse: Callable[[str], T]) -> T:
        return _parse(name, environ.get(name, "").strip() or default, parse)

    def optional(name: str, parse: Callable[[str], T]) -> T | None:
        raw = environ.get(name, "").strip()
        return _parse(name, raw, parse) if raw else None

    home = get("KENTONGAN_HOME", "data", _path)
    search_url = get("KENTONGAN_SEARCH_URL", "embedded:", _search_url)
    suggest = optional("KENTONGAN_MATCH_SUGGEST", _between(float, 0.0, 1.0))
    confirm = optional("KENTONGAN_MATCH_CONFIRM", _between(float, 0.0, 1.0))
    if suggest is not None and confirm is not None and suggest > confirm:
        raise SettingError("KENTONGAN_MATCH_SUGGEST", "is above KENTONGAN_MATCH_CONFIRM")
    _check_search(environ, search_url)
    smtp, sender = optional("KENTONGAN_SMTP_URL", _smtp_url), optional("KENTONGAN_SMTP_FROM", _mailbox)
    if smtp is not None and sender is None:
        raise SettingError("KENTONGAN_SMTP_FROM", "not set; KENTONGAN_SMTP_URL needs an address to send from")
    return Settings(
        home=home,
        database_url=get("KENTONGAN_DATABASE_URL", sqlite_url(home / "record.db"), _database_url),
        search_url=search_url,
        region=get("KENTONGAN_REGION", "pangkalpinang", _slug),
        model_dir=get("KENTONGAN_MODEL", str(PROJECT_ROOT / "models" / "kentongan-e5-small-id"), _path),
        contact=get("KENTONGAN_CONTACT", "contact-not-set", _line),
        host=get("KENTONGAN_HOST", "127.0.0.1", _line),
        port=get("KENTONGAN_PORT", "8080", _between(int, 0, 65535)),
        language=get("KENTONGAN_LANGUAGE", "id", _one_of("id", "en")),
        log_level=get("KENTONGAN_LOG_LEVEL", "info", _one_of("debug", "info", "warning", "error")),
        torch_threads=get("KENTONGAN_TORCH_THREADS", "0", _between(int, 0, 256)),
        match_suggest=suggest,
        match_confirm=confirm,
        allow_loopback=get("KENTONGAN_ALLOW_LOOPBACK", "no", _yes_or_no),
        search_api_key=optional("KENTONGAN_SEARCH_API_KEY", _line),
        search_ca=optional("KENTONGAN_SEARCH_CA", _existing_file),
        search_replicas=optional("KENTONGAN_SEARCH_REPLICAS", _between(int, 0, 9)),
        secret_key=optional("KENTONGAN_SECRET_KEY", _secret),
        pseudonym_key=optional("KENTONGAN_PSEUDONYM_KEY", _secret),
        public_url=optional("KENTONGAN_PUBLIC_URL", _site),
        smtp_url=smtp,
        smtp_from=sender,
        smtp_ca=optional("KENTONGAN_SMTP_CA", _existing_file),
        telegram_token=optional("KENTONGAN_TELEGRAM_TOKEN", _bot_token),
        telegram_url=get("KENTONGAN_TELEGRAM_URL", "https://api.telegram.org", _site),
        boundaries=optional("KENTONGAN_BOUNDARIES", _existing_file),
        office_name=optional("KENTONGAN_OFFICE_NAME", _line),
        office_address=get("KENTONGAN_OFFICE_ADDRESS", "", _line),
        office_logo=optional("KENTONGAN_OFFICE_LOGO", _picture),
        office_template=optional("KENTONGAN_OFFICE_TEMPLATE", _docx),
    )


def sqlite_url(path: Path) -> str:
    """Return the database URL of a SQLite file, whatever characters its path has."""
    return URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)


VARIABLES = (
    "KENTONGAN_HOME",
    "KENTONGAN_DATABASE_URL",
    "KENTONGAN_SEARCH_URL",
    "KENTONGAN_SEARCH_API_KEY",
    "KENTONGAN_SEARCH_CA",
    "KENTONGAN_SEARCH_REPLICAS",
    "KENTONGAN_REGION",
    "KENTONGAN_MODEL",
    "KENTONGAN_CONTACT",
    "KENTONGAN_HOST",
    "KENTONGAN_PORT",
    "KENTONGAN_PUBLIC_URL",
    "KENTONGAN_LANGUAGE",
    "KENTONGAN_LOG_LEVEL",
    "KENTONGAN_TORCH_THREADS",
    "KENTONGAN_MATCH_SUGGEST",
    "KENTONGAN_MATCH_CONFIRM",
    "KENTONGAN_ALLOW_LOOPBACK",
    "KENTONGAN_SECRET_KEY",
    "KENTONGAN_PSEUDONYM_KEY",
    "KENTONGAN_SMTP_URL",
    "KENTONGAN_SMTP_FROM",
    "KENTONGAN_SMTP_CA",
    "KENTONGAN_TELEGRAM_TOKEN",
    "KENTONGAN_TELEGRAM_URL",
    "KENTONGAN_BOUNDARIES",
    "KENTONGAN_OFFICE_NAME",
    "KENTONGAN_OFFICE_ADDRESS",
    "KENTONGAN_OFFICE_LOGO",
    "KENTONGAN_OFFICE_TEMPLATE",
    "KENTONGAN_SHARED",  # tests and training only: where the development data lies
)


def _parse(name: str, raw: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(raw)
    except (ValueError, ArgumentError, OSError, RuntimeError) as exc:
        raise SettingError(name, str(exc)) from exc


def _required(name: str, value: str | None) -> str:
    if value is None:
        raise SettingError(name, f"not set; give it at least {MIN_SECRET_CHARACTERS} random characters")
    return value


def _path(raw: str) -> Path:
    return Path(raw).expanduser().resolve()


def _existing_file(raw: str) -> Path:
    path = _path(raw)
    if not path.is_file():
        raise ValueError(f"no file {path}")
    return path


def _picture(raw: str) -> Path:
    path = _existing_file(raw)
    with path.open("rb") as file:
        if not file.read(8).startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
            raise ValueError(f"{path} is neither PNG nor JPEG")
    return path


def _docx(raw: str) -> Path:
    path = _existing_file(raw)
    try:
        with ZipFile(path) as parts:
            listed = parts.infolist()
            if sum(part.file_size for part in listed) > _MOST_TEMPLATE_BYTES:
                raise ValueError(f"{path} holds more than {_MOST_TEMPLATE_BYTES} bytes")
            names = [part.filename for part in listed]
            related = b"".join(parts.read(name) for name in names if name.endswith(".rels"))
    except BadZipFile as exc:
        raise ValueError(f"{path} is no DOCX") from exc
    if "word/document.xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        raise ValueError(f"{path} is no DOCX without macros")
    if _OUTSIDE.search(related):
        raise ValueError(f"{path} loads something from outside: whoever opens a report would be seen there")
    return path


def _line(raw: str) -> str:
    if not raw.isprintable():
        raise ValueError("must be one printable line")
    return raw


def _slug(raw: str) -> str:
    if not all(c.isascii() and (c.isalnum() or c in "-_") for c in raw):
        raise ValueError(f"{raw!r} is not a plain name (letters, digits, dashes)")
    return raw


def _secret(raw: str) -> str:
    if len(raw) < MIN_SECRET_CHARACTERS:
        raise ValueError(f"too short: at least {MIN_SECRET_CHARACTERS} characters are needed")
    return raw


def _database_url(raw: str) -> str:
    url = make_url(raw)
    backend = url.get_backend_name()
    if backend not in ("sqlite", "postgresql"):
        raise ValueError(f"{backend!r} is not sqlite or postgresql")
    url = url.set(drivername="sqlite" if backend == "sqlite" else "postgresql+psycopg")
    return url.render_as_string(hide_password=False)


def _search_url(raw: str) -> str:
    if raw == "embedded:":
        return raw
    parts = urlsplit(raw)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError("is neither 'embedded:' nor an http(s) address")
    return raw


def _site(raw: str) -> str:
    parts = urlsplit(_line(raw))
    plain = not (parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain:
        raise ValueError("is not the http(s) address of a site")
    return raw.rstrip("/")


def _smtp_url(raw: str) -> str:
    parts = urlsplit(_line(raw))
    plain = not (parts.query or parts.fragment or parts.path.strip("/"))
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.port == 0 or not plain:
        raise ValueError("is not smtp://server:587 (STARTTLS) or smtps://server:465")
    if (parts.username is None) != (parts.password is None):
        raise ValueError("has a name without a password, or the other way round")
    return raw


def _mailbox(raw: str) -> str:
    if not _MAILBOX.fullmatch(raw):
        raise ValueError(f"{raw!r} is not a plain e-mail address")
    return raw


def _bot_token(raw: str) -> str:
    if not _BOT_TOKEN.fullmatch(raw):
        raise ValueError("is not the token of a Telegram bot")  # never shown: it is a secret
    return raw


def _check_search(environ: Mapping[str, str], url: str) -> None:
    """Refuse settings of a server that would do nothing, or take another's place in silence."""
    parts = urlsplit(url)
    for name in ("KENTONGAN_SEARCH_API_KEY", "KENTONGAN_SEARCH_CA", "KENTONGAN_SEARCH_REPLICAS"):
        if url == "embedded:" and environ.get(name, "").strip():
            raise SettingError(name, "is of a server, and KENTONGAN_SEARCH_URL names none")
    if environ.get("KENTONGAN_SEARCH_CA", "").strip() and parts.scheme != "https":
        raise SettingError("KENTONGAN_SEARCH_CA", "is of an https address, and KENTONGAN_SEARCH_URL is none")
    if environ.get("KENTONGAN_SEARCH_API_KEY", "").strip() and parts.username is not None:
        raise SettingError("KENTONGAN_SEARCH_API_KEY", "and a name in KENTONGAN_SEARCH_URL: give one of them")


def _yes_or_no(raw: str) -> bool:
    answers = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if raw.lower() not in answers:
        raise ValueError(f"{raw!r} is not yes or no")
    return answers[raw.lower()]


def _one_of(*allowed: str) -> Callable[[str], str]:
    def parse(raw: str) -> str:
        if raw.lower() not in allowed:
            raise ValueError(f"{raw!r} is not one of {', '.join(allowed)}")
        return raw.lower()

    return parse


def _between(kind: Callable[[str], T], low: T, high: T) -> Callable[[str], T]:
    def parse(raw: str) -> T:
        try:
            value = kind(raw)
        except ValueError as exc:
            raise ValueError(f"{raw!r} is not a number") from exc
        if not low <= value <= high:  # type: ignore[operator]
            raise ValueError(f"{raw} is not between {low} and {high}")
        return value

    return parse
