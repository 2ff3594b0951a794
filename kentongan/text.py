"""Text as training, inference, grouping and search all read it.

Owns: cleaning, masking of personal data, cutting of page furniture, sentences with
offsets into the original text, words and shingles. Leaves stemming and slang to
`search`, tokenising to `classifier`.

Everything that reports a position does so in characters of the text it was given.
"""

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

URL_MASK, HANDLE_MASK, PHONE_MASK, EMAIL_MASK = "URL", "@USER", "NOMOR", "EMAIL"
ID_MASK, PLATE_MASK = "NIK", "PLAT"

# Control, direction and tag characters, and lone surrogates, which no database keeps.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_HUGE_REFERENCE = re.compile(r"&#\d{8,};?")  # beyond Unicode; `html` fails on those past 4,300 digits
_LIGATURES = str.maketrans({"\ufdfa": " SAW ", "\ufdfb": " SWT "})  # NFKC would write out 18 letters
_LINE_END = re.compile(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_MAX_PASSES = 4
_MAX_MARKS = 30  # on one letter: the stream-safe format of UAX #15
_MANY_MARKS = re.compile(rf"[^\w\s\x00-\x7f]{{{_MAX_MARKS + 1},}}")  # what may be so many
_SPACES = re.compile(r"\s+")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"']+|\b(?:bit\.ly|t\.me|wa\.me|s\.id)/[^\s<>\"']+", re.I)
_URL_PHONE = re.compile(r"((?:wa\.me/|phone=|tel:))(?:\+|%2B)?\d{8,15}", re.I)
# All that hangs together with one: what is left of "a@b.id@c.id" must not look like another
_AROUND_AT = re.compile(r"(?<![\w.+-])[\w.+-]+(?:@[\w.+-]+)+")
_EMAIL_END = re.compile(r"\A.*@[\w-]+(?:\.[\w-]+)+\b")
# "beras @12.000" is a price: a handle has a letter
_HANDLE = re.compile(r"(?<![\w@/.])@(?!USER\b)(?=[\d.]*[^\W\d])\w+(?:[.-]\w+)*")
_NATIONAL_ID = re.compile(r"(?<!\d)[1-9]\d{5}([ .-]?)(?:[0-6]\d|7[01])(?:0[1-9]|1[0-2])\d\d\1\d{4}(?!\d)")
# Not inside a longer number, and not money: "Rp 62.812.345.678"
_NO_NUMBER = r"(?<!\d)(?<!\d[.,])(?<!rp)(?<!rp[ .])(?!\d{1,3}(?:\.\d{3})+(?!\.?\d))(?!0\.\d)"
_PHONE = re.compile(
    _NO_NUMBER + r"(?:\+?62|\(?0)[\s.()-]{0,2}8[1-9](?:[\s.-]?\d){1,2}\)?(?:[\s.-]?\d){5,9}(?!\d)"
    r"|(?<!\d)\+(?!\d{1,3}(?:\.\d{3})+(?!\.?\d))[1-9](?:[ .()-]{0,2}\d){8,14}(?!\d)",
    re.I,
)
_LANDLINE = re.compile(r"(?<![\w.,])(?:\(0[2-9]\d{1,2}\)\s?|0[2-9]\d{1,2}-)\d{5,8}(?!\d)")
_PLATE = re.compile(
    r"\b(?:A[ABDEGKLM]?|B[ABDEGHKLMNP]?|D[ABCDEFGHKLMNRTW]?|E[ABD]?|F|G|H|K[BHTU]?|L|M|N|P[AB]?|R|S|T|W|Z)"
    r"(?:\s\d{3,4}\s|[\s-]?\d{4}[\s-]?)(?!(?:DAN|DI|KE|YG|INI|ITU|TAK|WIB|WITA|WIT)\b)[A-Z]{1,3}\b"
)
_RUN = re.compile(r"([^\W\d_])\1{2,}", re.I)
# Without these the patterns above find nothing, and nearly every text is without
_LINK_CUES = ("://", "www.", "y/", "e/", "d/")
_EIGHT_DIGITS = re.compile(r"\d(?:[\s.()-]{0,2}\d){7}")  # the shortest telephone number
_ANY_PLATE = re.compile(r"[A-Z][\s-]?\d{3}")
_ASCII_RUN = re.compile(r"([a-z])\1\1")
_ROMAN = re.compile(r"[IVXLC]+")
_PARTY = "PPP"  # Partai Persatuan Pembangunan
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

# Page furniture: a line beginning so ends the article. DOMAIN 0: one seed is 74 % comments.
_FURNITURE_END = re.compile(
    r"^\s*(?:(?:pos|post|berita|artikel) terkait\s*:?\s*$|tinggalkan (?:balasan|komentar)"
    r"|batalkan balasan|leave a (?:reply|comment)|cancel reply"
    r"|\d+\s+(?:komentar|comments?|tanggapan|balasan)(?:\s+(?:pada|untuk|on|to)\b.*)?\s*$|komentar\s*$|comments?\s*$"
    r"|alamat email anda tidak akan dipublikasikan.*|copyright\s*©.*|©\s*\d{4}.*)",
    re.I,
)
_FURNITURE_LINE = re.compile(
    r"^\s*(?:baca juga|bacaan lainnya\s*$|baca selengkapnya|simak juga|lihat juga|ikuti (?:kami|berita)"
    r"|bagikan\s*:?\s*$|share\s*:?\s*$|advertisement\s*$|iklan\s*$"
    r"|scroll (?:to|untuk)|editor\s*:|pewarta\s*:|reporter\s*:"
    r"|penulis\s*:|sumber foto\s*:|foto\s*:|dilarang (?:keras )?mengambil konten)",
    re.I,
)
# "Pangkalpinang, AkselNews.com – ", "BALIKPAPAN,Inibalikpapan.com –", "WARTABANGKA.ID –", "JAKARTA -"
_DATELINE = re.compile(
    r"^\s*(?:(?:[A-Z][\w.'’-]*|[A-Z]{2,})(?:\s+[A-Z][\w.'’-]*){0,3}\s*"
    r"(?:,\s*[A-Z][\w.'’-]*(?:\s[A-Z][\w.'’-]*){0,3}\s*(?:\([^)]{1,20}\)\s*)?)?"
    r"(?:\(\s*[A-Z][\w .'’-]{1,30}\)\s*)?)(?P<dash>[–—-]{1,2}|\s-\s|:\s?-)\s+"
)
_MIN_ARTICLE_CHARACTERS = 300  # a post could hide what it says behind such a line near its head
_DATELINE_WITHIN = 3  # sentences: a saved page may begin with its title
_DATELINE_CUE = re.compile(r"\.(?:com|co|id|net|news)\b|news\b|antara|,", re.I)
_NO_PLACE = re.compile(
    "AWAS|BREAKING|DISINFORMASI|FAKTA|HOAKS|HOAX|INFO|KLARIFIKASI|PENIPUAN|PENTING|SALAH|VIRAL|WASPADA"
)
# Possessive, and only from the start of a run: a megabyte of "!!!!" is read once.
_SENTENCE_END = re.compile(r"(?:(?<![.!?…])[.!?…]++[\"'”’)\]]*+)(?=\s+(?:[\"'“‘(\[]?[A-Z0-9@#\W]))|\n+")
_ABBREVIATION = re.compile(
    r"\b(?:dr|drs|dra|ir|prof|hj?|kh|tgk|st|sh|se|mm|kec|kel|kab|jl|no|dll|dsb|dst|pj|plt|a\.?n|tgl|rp|hlm|sdr|yth|[A-Z])\.$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of content: `original[start:end] == text`."""

    start: int
    end: int
    text: str


def clean(raw: str) -> str:
    """Return text fit to be kept and shown: entities decoded once, NFC, no control or
    direction characters, single spaces, paragraphs kept as single newlines."""
    text = _normal_form("NFC", _INVISIBLE.sub("", _unescape(raw)))
    lines = (_SPACES.sub(" ", line).strip() for line in _LINE_END.split(text))
    return "\n".join(line for line in lines if line)


def _normal_form(form: Literal["NFC", "NFKC"], text: str) -> str:
    """Return a Unicode normal form; a letter keeps its first `_MAX_MARKS` marks.

    Sorting them takes a time that grows with the square of their number: an hour for 4 MB of them.
    """
    return unicodedata.normalize(form, _MANY_MARKS.sub(_few_marks, text))


def _few_marks(match: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for c in match.group():
        marks = marks + 1 if unicodedata.combining(c) else 0
        if marks <= _MAX_MARKS:
            kept.append(c)
    return "".join(kept)


def _unescape(text: str) -> str:
    return html.unescape(_HUGE_REFERENCE.sub("\ufffd", text)) if "&" in text else text


def mask_personal(text: str) -> str:
    """Return the text with e-mail, phone, NIK, vehicle plate and @handle replaced by masks.

    URLs stay, as evidence; only the phone number of a chat link goes. Idempotent.
    Source: DOMAIN 7.2, R6.
    """
    out: list[str] = []
    last = 0
    for match in _URL.finditer(text):
        out.append(_mask_plain(text[last : match.start()]))
        out.append(_URL_PHONE.sub(rf"\1{PHONE_MASK}", match.group()))
        last = match.end()
    out.append(_mask_plain(text[last:]))
    return "".join(out)


def _mask_plain(text: str) -> str:
    at = "@" in text
    if at:
        text = _AROUND_AT.sub(lambda match: _EMAIL_END.sub(EMAIL_MASK, match.group()), text)
    if _EIGHT_DIGITS.search(text):
        text = _PHONE.sub(PHONE_MASK, text)
        text = _LANDLINE.sub(PHONE_MASK, text)
        text = _NATIONAL_ID.sub(ID_MASK, text)
    if _ANY_PLATE.search(text):
        text = _PLATE.sub(PLATE_MASK, text)
    return _HANDLE.sub(HANDLE_MASK, text) if at else text


def normalise(text: str) -> str:
    """Return the one-line form that the model and the matcher read.

    Entities, NFKC, masks for URL, e-mail, phone, NIK, plate and handle, letters
    drawn out three times or more written once ("hoaaaks" -> "hoaks"), single spaces.
    Idempotent: what a pass lays bare ("httppps://") is read again.
    """
    for _ in range(_MAX_PASSES):
        text = flatten(text)
        drawn_out = is_drawn_out(text)
        text = " ".join((_RUN.sub(_shorten, text) if drawn_out else text).split())
        if not drawn_out and html.unescape(text) == text:
            return text
    return " ".join(text.replace("&", "& ").split())  # entities within entities without end


def flatten(text: str) -> str:
    """Return the text with entities decoded, in NFKC, masked; spaces and drawn-out letters as they are.

    Where nothing is drawn out and no "&" is left, these are the words of `normalise`.
    """
    text = _INVISIBLE.sub("", _unescape(_unescape(text)))
    if not text.isascii():
        text = _normal_form("NFKC", text.translate(_LIGATURES))
    lower = text.lower()
    if any(cue in lower for cue in _LINK_CUES):
        text = _URL.sub(URL_MASK, text)
    return _mask_plain(text)


def is_drawn_out(text: str) -> bool:
    """Return whether a letter stands three times or more in a row, in whatever case."""
    if text.isascii():
        return _ASCII_RUN.search(text.lower()) is not None
    return _RUN.search(text) is not None


def _shorten(match: re.Match[str]) -> str:
    run = match.group()
    return run if _ROMAN.fullmatch(run) or run == _PARTY else match.group(1)


def body_end(text: str, after: int = 0) -> int:
    """Return where the article ends: before comment forms, related posts, copyright lines.

    Such a line in the first `after` characters ends nothing.
    """
    position = 0
    for line in text.splitlines(keepends=True):
        if position and position >= after and len(line) < 120 and _FURNITURE_END.match(line):
            return position
        position += len(line)
    return len(text)


def _dateline_length(sentence: str) -> int:
    """Return how many leading characters are place and outlet ("BALIKPAPAN, Kabar.com – ")."""
    match = _DATELINE.match(sentence[:100])
    if match is None or match.end() > 80 or not _looks_like_dateline(match.group()):
        return 0
    return match.end()


def _looks_like_dateline(head: str) -> bool:
    # An outlet or a comma; else one word in capitals, for "NEGARA SUDAH GILA –" is what a post says.
    if _DATELINE_CUE.search(head):
        return True
    names = _WORD.findall(head)
    return len(names) == 1 and names[0].isupper() and not _NO_PLACE.fullmatch(names[0])


def sentences(text: str) -> list[Sentence]:
    """Return the content sentences in order, with their offsets in `text`.

    Datelines, comment sections and "Baca juga" lines are left out; a line break always
    ends a sentence. Offsets: `text[s.start:s.end] == s.text`.
    """
    found: list[Sentence] = []
    for left, right in _split(text, 0, body_end(text, _MIN_ARTICLE_CHARACTERS)):
        piece = text[left:right]
        if not any(c.isalnum() for c in piece) or _FURNITURE_LINE.match(piece):
            continue
        left += len(piece) - len(piece.lstrip())
        right = left + len(piece.strip())
        if len(found) < _DATELINE_WITHIN:
            left += _dateline_length(text[left:right])
        if left < right:
            found.append(Sentence(left, right, text[left:right]))
    return found


def _split(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    left = start
    for match in _SENTENCE_END.finditer(text, start, end):
        head = text[max(start, match.start() - 8) : match.end()]
        if not match.group().startswith("\n") and _ABBREVIATION.search(head):
            continue
        yield left, match.end()
        left = match.end()
    if left < end:
        yield left, end


def content(text: str) -> str:
    """Return what the text itself says, normalised: its content sentences joined."""
    return " ".join(normalise(s.text) for s in sentences(text))


def words(text: str) -> list[str]:
    """Return the lower-case words of the normalised content, masks and numbers included."""
    return [w.lower() for w in _WORD.findall(content(text))]


def shingles(text: str, size: int = 5) -> frozenset[int]:
    """Return 64-bit hashes of every run of `size` words of the content.

    A text shorter than `size` words gives one hash of all its words; an empty one none.
    """
    return shingle_words(words(text), size)


def shingle_words(tokens: Sequence[str], size: int) -> frozenset[int]:
    """Return 64-bit hashes of every run of `size` of these words; one of all of them when they are fewer."""
    if not tokens:
        return frozenset()
    runs = [tokens] if len(tokens) < size else [tokens[i : i + size] for i in range(len(tokens) - size + 1)]
    return frozenset(
        int.from_bytes(blake2b(" ".join(r).encode(), digest_size=8).digest(), "big") for r in runs
    )


def containment(a: frozenset[int], b: frozenset[int]) -> float:
    """Return the share of the smaller set that is in the other, 0 to 1; 0 if either is empty."""
    smaller = min(len(a), len(b))
    return len(a & b) / smaller if smaller else 0.0
