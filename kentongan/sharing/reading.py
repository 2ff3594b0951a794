"""A bundle as it comes from outside: bounded, read strictly, held against the schema, its signature checked.

Owns: everything that can be said of the bytes alone and of a key. Leaves whose key it is, and whether the
bundle was here before, to `store.received`.
"""

import json
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match

from kentongan.reports.canonical import canonical_json
from kentongan.sharing.redact import redact
from kentongan.sharing.values import FORMAT, VERSION, BundleId, BundleRefused, Document
from kentongan.text import clean

MAX_BYTES = 512 * 1024
MAX_DEPTH = 12
SKEW = timedelta(minutes=10)  # that clocks of two offices may differ
_MARK = re.compile(r'\\.|["\[\]{}]', re.S)  # an escaped character, or what begins or ends something


@dataclass(frozen=True, slots=True)
class Given:
    """A bundle of the right form, whose signature fits the key that it was held against."""

    id: BundleId
    key: str
    released_at: datetime
    withdraws: BundleId | None
    document: Document  # what is under `bundle`
    sha256: str  # of its canonical form


def read_form(raw: bytes) -> Mapping[str, Any]:
    """Return the JSON of a bundle that keeps to the schema, its signature unread. Raises BundleRefused."""
    if len(raw) > MAX_BYTES:
        raise BundleRefused("file", f"longer than {MAX_BYTES} bytes")
    try:
        text = raw.decode()
    except UnicodeDecodeError as exc:
        raise BundleRefused("file", "is not UTF-8") from exc
    if _depth(text) > MAX_DEPTH:
        raise BundleRefused("file", f"nested deeper than {MAX_DEPTH} levels")
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_float=_no_number, parse_constant=_no_number)
    except (ValueError, RecursionError) as exc:
        if isinstance(exc.__cause__, BundleRefused):
            raise exc.__cause__ from None
        raise BundleRefused("file", "is not JSON") from exc
    _check_version(found)
    problem = best_match(_validator().iter_errors(found))
    if problem is not None:
        where = ".".join(str(part) for part in problem.absolute_path) or "file"
        raise BundleRefused(where, _short(problem.message))
    return dict(found)


def key_of(form: Mapping[str, Any]) -> str:
    """Return the fingerprint under which a bundle says that it was signed. Raises BundleRefused."""
    key = str(form["signature"]["key"])
    if key != form["bundle"]["sender"]["key"]:
        raise BundleRefused("signature.key", "is another than bundle.sender.key")
    return key


def check_signed(form: Mapping[str, Any], pem: str, at: datetime) -> Given:
    """Return a bundle whose signature fits a public key, as of a moment. Raises BundleRefused."""
    document = form["bundle"]
    try:
        said = canonical_json(document).encode()
    except UnicodeEncodeError as exc:
        raise BundleRefused("file", "holds characters that are none") from exc
    key = public_key(pem)
    try:
        if key is None:
            raise InvalidSignature
        key.verify(b64decode(form["signature"]["value"]), said)
    except InvalidSignature as exc:
        raise BundleRefused(
            "signature.value", "does not fit: the bundle was changed or signed by another key"
        ) from exc
    try:
        released = datetime.strptime(document["released_at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as exc:
        raise BundleRefused("bundle.released_at", "is no moment") from exc
    if released > at + SKEW:
        raise BundleRefused("bundle.released_at", "lies in the future")
    _check_content(document)
    taken_back = document["withdraws"]
    return Given(
        BundleId(UUID(document["id"])),
        key_of(form),
        released,
        BundleId(UUID(taken_back)) if taken_back else None,
        document,
        sha256(said).hexdigest(),
    )


def public_key(pem: str) -> Ed25519PublicKey | None:
    """Return the Ed25519 key of a PEM text, or None where it is none."""
    try:
        found = load_pem_public_key(pem.strip().encode())
    except (ValueError, UnsupportedAlgorithm):
        return None
    return found if isinstance(found, Ed25519PublicKey) else None


def fingerprint_of(key: Ed25519PublicKey) -> str:
    """Return the SHA-256 of a key in DER form, hex."""
    return sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


@cache
def schema_text() -> str:
    """Return the JSON Schema of a signed bundle, as it is shipped and served."""
    return files("kentongan.sharing").joinpath("bundle.schema.json").read_text(encoding="utf-8")


@cache
def schema() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(schema_text())
    return found


@cache
def _validator() -> Any:
    return Draft202012Validator(schema(), format_checker=FormatChecker(["date", "uuid"]))


def _check_version(found: object) -> None:
    """Refuse another format or version by its name, before the schema finds a hundred differences."""
    document = found.get("bundle") if isinstance(found, dict) else None
    if not isinstance(document, dict):
        raise BundleRefused("bundle", "is missing")
    if document.get("format") != FORMAT:
        raise BundleRefused("bundle.format", f"is not {FORMAT}")
    if type(document.get("version")) is not int or document["version"] != VERSION:
        raise BundleRefused("bundle.version", f"is not {VERSION}, the one that this version reads")


def _check_content(document: Document) -> None:
    for field, said in _said(document):
        if redact(said) != said:
            raise BundleRefused(f"bundle.{field}", "holds what looks like personal data")
    for field, name in _places(document):
        if clean(name) != name:
            raise BundleRefused(f"bundle.{field}", "holds signs that cannot be seen")
    seen: set[str] = set()
    for number, claim in enumerate(document["claims"]):
        if claim["id"] in seen:
            raise BundleRefused(f"bundle.claims.{number}.id", "stands in it twice")
        seen.add(claim["id"])
        if claim["first_seen_on"] > claim["last_seen_on"]:
            raise BundleRefused(f"bundle.claims.{number}.first_seen_on", "is later than last_seen_on")
    if document["withdraws"] and (document["claims"] or document["aggregates"]):
        raise BundleRefused("bundle.withdraws", "a bundle that takes another back holds nothing else")
    if document["withdraws"] == document["id"]:
        raise BundleRefused("bundle.withdraws", "is the bundle itself")


def _said(document: Document) -> Iterator[tuple[str, str]]:
    """Yield every text of a bundle that somebody wrote, under the name of its field."""
    yield "sender.name", document["sender"]["name"]
    yield "recipient", document["recipient"]
    yield "reason", document["reason"]
    for number, claim in enumerate(document["claims"]):
        yield f"claims.{number}.text", claim["text"]
        if claim["verdict"]:
            yield f"claims.{number}.verdict.publisher", claim["verdict"]["publisher"]
        for place, check in enumerate(claim["checks"]):
            yield f"claims.{number}.checks.{place}.publisher", check["publisher"]


def _places(document: Document) -> Iterator[tuple[str, str]]:
    for number, claim in enumerate(document["claims"]):
        for row in claim["counts"]["places"]:
            yield f"claims.{number}.counts.places", row["name"]
    for number, week in enumerate(document["aggregates"]["weeks"] if document["aggregates"] else ()):
        for row in week["places"]:
            yield f"aggregates.weeks.{number}.places", row["name"]


def _depth(text: str) -> int:
    """Return how deep a text is nested, in a time that grows with its length whatever it holds."""
    deepest = now = 0
    within = False  # a string
    for mark in _MARK.finditer(text):
        sign = mark.group()
        if sign == '"':
            within = not within
        elif not within and sign in ("{", "["):
            now += 1
            deepest = max(deepest, now)
        elif not within and sign in ("}", "]"):
            now -= 1
    return deepest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            shown = name[:60].encode("ascii", "backslashreplace").decode()  # it may hold half a character
            raise ValueError from BundleRefused(shown, "is given twice")
        found[name] = value
    return found


def _no_number(name: str) -> Any:
    """Refuse what is no whole number: only of those there is one canonical form."""
    raise ValueError from BundleRefused("file", f"{_short(name)} is no whole number")


def _short(said: str) -> str:
    return said if len(said) <= 200 else f"{said[:199]}…"
