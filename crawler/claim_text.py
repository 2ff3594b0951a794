"""Getting the claim alone: verdict prefixes cut, debunk prose refused, contacts and links masked.

The claim is what items are matched with. A checker's own prose in it would match every
debunk; a scam's link or number would be spread by us.
"""

import re
from collections.abc import Iterable

from crawler.errors import CrawlError
from crawler.verdicts import VERDICT_WORDS
from kentongan.text import EMAIL_MASK, HANDLE_MASK, ID_MASK, PHONE_MASK, URL_MASK, clean, mask_personal

MAX_CLAIM_CHARACTERS = 2000
MAX_TITLE_CHARACTERS = 300
_PREFIX = re.compile(
    rf"^\W*(?:[\[(]\s*(?:{VERDICT_WORDS}|cek fakta)\s*[!,.]*\s*[\])]\s*[:,\-–—]*\s*"
    rf"|(?:cek fakta|cekfakta|periksa fakta|{VERDICT_WORDS})\s*[,!]?\s*[:|]\s*)",
    re.I,
)
_DEBUNK = re.compile(
    r"\b(?:faktanya|hasil (?:penelusuran|periksa fakta|cek fakta)|kesimpulan\s*:"
    r"|setelah ditelusuri|tim (?:cek|pemeriksa) fakta|^tidak benar\b)",
    re.I,
)
_END = r"[^\s<>\"'“”‘’]*[^\s<>\"'“”‘’.,;:!?)\]}]"
_DOT = r"(?:\.|\s\.\s|\s?[\[(]\s?(?:dot|titik|\.)\s?[\])]\s?)"
_NAME, _LONG_NAME = r"[a-z0-9][a-z0-9-]{0,62}", r"[a-z0-9][a-z0-9-]{1,62}"  # "S.Pd/M.Pd" is no link
# Endings that scams use and Indonesian publishers do not: a bare name with one is a link.
_CHEAP = r"(?:xyz|site|online|link|click|top|icu|club|shop|store|vip|live|fun|buzz|my\.id|web\.id|biz\.id)"
_LINK = re.compile(
    rf"(?:https?|hxxps?)\s?:\s?//\s?(?:{_NAME}{_DOT}){{0,8}}{_END}"
    rf"|\bwww{_DOT}{_END}"
    rf"|\b(?:(?:{_NAME}{_DOT}){{0,7}}{_LONG_NAME}{_DOT}[a-z]{{2,12}}|t\.me|s\.id)/(?:{_END})?"
    rf"|\b(?:{_NAME}\.){{1,8}}{_CHEAP}\b"
    rf"|\b{_NAME}(?:\.{_NAME}){{0,6}}\s?[\[(]\s?(?:dot|titik|\.)\s?[\])]\s?{_END}",
    re.I,
)


_MASKS = re.compile(rf"\b(?:{URL_MASK}|{PHONE_MASK}|{EMAIL_MASK}|{ID_MASK})\b|{HANDLE_MASK}")
_PUNCTUATION = " \t\n.,;:!?-–—/()[]{}\"'“”‘’"


def mask_links(text: str) -> str:
    """Return the text with every web address as `URL`, broken up ones too ("situs[dot]id"). Idempotent."""
    return _LINK.sub(URL_MASK, text)


def mask_claim(text: str) -> str:
    """Return the text with personal data and links masked."""
    return mask_links(mask_personal(text))


def without_prefix(text: str) -> str:
    """Return a title or claim without its verdict: "[SALAH] Kota ditutup" -> "Kota ditutup"."""
    while match := _PREFIX.match(text):
        text = text[match.end() :]
    return text.strip().strip("“”\"'").strip()


def claim_text(raw: str, url: str) -> str:
    """Return the claim alone, masked: "[SALAH] Kota ditutup" -> "Kota ditutup".

    Raises CrawlError when nothing is left, or the text is the checker's own explanation.
    """
    text = without_prefix(clean(raw[: 8 * MAX_CLAIM_CHARACTERS]))
    if not any(c.isalnum() for c in text):
        raise CrawlError(f"{url}: a check without a claim")
    if _DEBUNK.search(text):
        raise CrawlError(f"{url}: the claim holds the checker's own words, not the claim")
    # Cut only what is masked: half a number would slip through.
    masked = mask_claim(text[: 4 * MAX_CLAIM_CHARACTERS])[:MAX_CLAIM_CHARACTERS].strip()
    if not _MASKS.sub("", masked).strip(_PUNCTUATION):
        raise CrawlError(f"{url}: a check without a claim: a link or a number alone")
    return masked


def first_claim(candidates: Iterable[str], url: str) -> str:
    """Return the first of several texts that is a claim; raises the first's CrawlError when none is."""
    refusal: CrawlError | None = None
    for raw in candidates:
        try:
            return claim_text(raw, url)
        except CrawlError as exc:
            refusal = refusal or exc
    raise refusal or CrawlError(f"{url}: a check without a claim")


def title_text(raw: str) -> str:
    """Return a check's title on one line, masked; its verdict stays, for people to read."""
    return mask_claim(clean(raw[:2000]).replace("\n", " "))[:MAX_TITLE_CHARACTERS]
