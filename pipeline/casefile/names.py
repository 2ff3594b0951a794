"""What the files of an export are called: plain ASCII, so that every tool on every system finds them."""

import re
import unicodedata

SUMS = "SHA256SUMS"
SIGNATURE = "SHA256SUMS.sig"
KEY = "kunci-publik.pem"
READ_ME = "BACA-SAYA.txt"
SUMMARY = "ringkasan.pdf"
ITEMS = "items.jsonl"
NOTES = "notes.jsonl"
EVENTS_CSV = "timeline.csv"
EVENTS_JSON = "timeline.json"
CUSTODY = "chain_of_custody.json"
ALWAYS = (SUMS, SIGNATURE, KEY, READ_ME, SUMMARY, ITEMS, NOTES, EVENTS_CSV, EVENTS_JSON, CUSTODY)

SAFE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}(?:/[A-Za-z0-9_-][A-Za-z0-9._-]{0,119})?")
"""All that a name in an export can be: no way out of the folder it is unpacked in."""

_PLAIN_CHARACTERS = 90  # with number and extension within what `SAFE` allows


def warc(number: str) -> str:
    return f"warc/kasus-{number}.warc.gz"


def attachment(number: int, name: str) -> str:
    """Return the place of a case's file: its number, what is plain of its name, its extension."""
    stem, _, extension = name.rpartition(".")
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-.")[:_PLAIN_CHARACTERS] or "berkas"
    return f"files/{number:03}-{plain}.{extension}"


def package(number: str) -> str:
    return f"kasus-{number}.zip"
