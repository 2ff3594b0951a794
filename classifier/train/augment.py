"""Changing a training text where the change must not matter, or must not be learnt.

Owns: label-word masking, removal of fact-checker wording, name and group swaps, style
changes. Every function takes the random source it uses. Nothing here runs at inference.
"""

import re
from collections.abc import Mapping
from functools import partial
from random import Random

_LABEL_WORDS = re.compile(
    r"\b(?:hoaks?|hoax|hoks|black campaign|kampanye hitam|politik identitas|isu sara|sara"
    r"|ujaran kebencian|berita bohong|fitnah)\b",
    re.I,
)
_CHECKER_WORDS = re.compile(
    r"\b(?:(?:per |berdasarkan |melalui )?tangkapan layar|cek fakta|hasil periksa fakta|pemeriksa fakta"
    r"|turnbackhoax|mafindo|klaim(?:nya)?|narasi(?:nya)?|unggahan|mengunggah|akun (?:facebook|twitter|tiktok)"
    r"|beredar (?:video|foto|pesan|narasi|unggahan))\b",
    re.I,
)
_CHECKER_TAIL = re.compile(
    r"\s*(?:\(?\s*(?:klaim|narasi) diperkuat .*|(?:per|dalam) tangkapan layar.*)$", re.I
)
_MASKS = re.compile(r"(?:\bRT\s+)?@USER:?|\bURL\b|#\w+")
_MARKS = re.compile(r"[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F]+")

# Names stand for kinds: inside a kind any may take another's place without changing a label.
_SWAPS = (
    "Prabowo|Jokowi|Ganjar|Anies|Gibran|Ahok|Megawati|Puan|SBY|AHY|Mahfud|Luhut|Raden Wisnu"
    "|Bagus Wiratama|Damar Lesmana|Sinta Larasati|Hadi Pranowo",
    "PDIP|Gerindra|Golkar|PKS|NasDem|Demokrat|PKB|PAN|PSI|PPP|Partai Arunika|Partai Fajar",
    "Islam|Kristen|Katolik|Hindu|Buddha|Konghucu",
    "masjid|gereja|pura|vihara|kelenteng",
    "Muslim|Nasrani|umat Kristen|umat Hindu|umat Buddha",
    "Cina|Tionghoa|Arab|Jawa|Sunda|Batak|Madura|Minang|Bugis|Banjar|Dayak|Papua|Melayu|India",
    "Jakarta|Surabaya|Medan|Bandung|Makassar|Palembang|Balikpapan|Pangkalpinang|Semarang|Arunika|Mekarjaya",
)
_KINDS = tuple((tuple(names.split("|")), re.compile(rf"\b(?:{names})\b", re.I)) for names in _SWAPS)


def has_label_words(text: str) -> bool:
    """Return whether the text names hoaxes, black campaigns, SARA or their like."""
    return bool(_LABEL_WORDS.search(text))


def has_checker_words(text: str) -> bool:
    """Return whether a fact-checker's own wording is left in the text."""
    return bool(_CHECKER_WORDS.search(text))


def without_checker_words(text: str) -> str:
    """Return the text without a fact-checker's wording, as far as it is found."""
    return re.sub(r"\s{2,}", " ", _CHECKER_WORDS.sub("", _CHECKER_TAIL.sub("", text))).strip()


def mask_label_words(text: str) -> str:
    """Return the text with each label word replaced by the neutral "isu"."""
    return _LABEL_WORDS.sub("isu", text)


def swap_names(text: str, random: Random) -> str:
    """Return the text with each name of a person, party, religion, people or town exchanged."""
    for names, pattern in _KINDS:
        mentioned = sorted({found.lower() for found in pattern.findall(text)})
        others = {old: random.choice(names) for old in mentioned}
        text = pattern.sub(partial(_other, others), text)
    return text


def _other(others: Mapping[str, str], match: re.Match[str]) -> str:
    found = match.group()
    name = others[found.lower()]
    if found.isupper() and len(found) > 3:
        return name.upper()
    return name.lower() if found.islower() else name


def restyle(text: str, random: Random) -> str:
    """Return the text in another typing habit: without masks, emoji or capitals, or shouted."""
    if random.random() < 0.5:
        text = re.sub(r"\s{2,}", " ", _MASKS.sub(" ", text)).strip() or text
    if random.random() < 0.3:
        text = _MARKS.sub("", text).strip() or text
    dice = random.random()
    if dice < 0.12:
        text = text.lower()
    elif dice < 0.18:
        text = text.upper()
    if random.random() < 0.2:
        text = text.rstrip(" .!?…") or text
    return text
