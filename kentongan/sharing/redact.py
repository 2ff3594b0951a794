"""Texts as they leave the office: masked once more, and harder than within (R6).

Within the office a mask that hides too much costs an analyst the sense of a post. Here a person reads the
preview and may say it in other words, so whatever looks like a number, an address or an account goes. Names
are masked where a cue says that they are names of private people, and where they are those of the accounts
that posted: which is all that a machine can know.
"""

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

from kentongan.private_names import mask_private
from kentongan.text import EMAIL_MASK, HANDLE_MASK, PHONE_MASK, PLATE_MASK, URL_MASK, clean, mask_personal

ACCOUNT_MASK = "PENGUNGGAH"
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]++\s?(?:@|[(\[{]\s?(?:at|et|a)\s?[)\]}])\s?[\w-]+(?:\s?(?:\.|[(\[{]\s?(?:dot|titik)\s?[)\]}])\s?[\w-]+)+",
    re.I,
)
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|(?<![\w-])(?<![\w-]\.)[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24}/\S*", re.I
)
_HANDLE = re.compile(r"@(?!USER\b)\s?(?=[\d.]*[^\W\d])\w[\w.-]*")
_NAMED_ACCOUNT = re.compile(
    r"\b(ig|instagram|fb|facebook|tiktok|twitter|telegram|tele|threads|youtube|wa|whatsapp|akun|user(?:name)?)"
    r"(\s?[:=]\s?)(?!PENGUNGGAH\b|NOMOR\b|NAMA\b|URL\b)\S+",
    re.I,
)
_NUMBER = re.compile(r"\+?\(?\d(?:[\s.,()/_+-]{0,3}\d){7,}")  # eight digits or more, however parted
_PLATE = re.compile(
    r"\b(?!(?:di|ke|no|rt|rw|rp|th|se|pp|uu|tv|hp|jl|km|pk|ha|kg)\b)[a-z]{1,2}[\s.-]?\d{3,4}[\s.-]?[a-z]{1,3}\b",
    re.I,
)
_MOST_PASSES = 6  # what one mask lays bare, the next pass reads again
_LEAST_NAME = 4  # characters; a shorter one is a word
_SOCIAL = re.compile(
    r"(?:^|\.)(?:facebook|fb|instagram|threads|twitter|x|tiktok|youtube|youtu|telegram|t|wa|whatsapp|bsky|reddit|"
    r"mastodon|line|snackvideo|kaskus|linkedin|pinterest|medium|blogspot|wordpress)\.(?:com|org|net|me|be|app|social|id)$"
)
_PLAIN_QUERY = re.compile(r"(?:p|id|page_id)=\d{1,9}")


def redact(text: str, names: Iterable[str] = ()) -> str:
    """Return one line without numbers, addresses, accounts, plates and private names. Idempotent.

    `names` are those of accounts that must not leave, whatever stands beside them.
    """
    hidden = sorted(
        {name.strip() for name in names if len(name.strip()) >= _LEAST_NAME}, key=len, reverse=True
    )
    for _ in range(_MOST_PASSES):
        before, text = text, _pass(text, hidden)
        if text == before:
            break
    return text


def _pass(text: str, names: Iterable[str]) -> str:
    line = " ".join(clean(unicodedata.normalize("NFKC", text)).split())
    line = _EMAIL.sub(EMAIL_MASK, line)
    line = _ADDRESS.sub(URL_MASK, line)
    for name in names:
        line = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", ACCOUNT_MASK, line, flags=re.I)
    line = mask_private(mask_personal(line))
    line = _NAMED_ACCOUNT.sub(rf"\1\2{ACCOUNT_MASK}", line)
    line = _NUMBER.sub(PHONE_MASK, line)
    line = _PLATE.sub(PLATE_MASK, line)
    return " ".join(_HANDLE.sub(HANDLE_MASK, line).split())


def public_address(url: str) -> str:
    """Return the address of a published check fit to leave; empty where it may name an account."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or "." not in host or _SOCIAL.search(host) or "@" in url:
        return ""
    query = f"?{parts.query}" if _PLAIN_QUERY.fullmatch(parts.query) else ""
    found = f"{parts.scheme}://{host}{parts.path}{query}"
    return found if found.isascii() and len(found) <= 500 and not re.search(r"\s", found) else ""


def shorten(text: str, most: int, names: Iterable[str] = ()) -> str:
    """Return a redacted line of at most `most` characters, cut between words."""
    line = redact(text, names)
    if len(line) <= most:
        return line
    return redact(line[: most - 2].rpartition(" ")[0] or line[: most - 2], names)
