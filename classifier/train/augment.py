"""Changing a training text where the change must not matter, or must not be learnt.

Owns: label-word masking, removal of fact-checker wording, names that are on no list, style
changes. Every function takes the random source it uses. Nothing here runs at inference.
"""

import re
from functools import cache
from importlib.resources import files
from random import Random

import yaml

from classifier.neutral import placeholders

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


def unlisted_names(text: str, random: Random) -> str:
    """Return a neutralised text with names in the place of its placeholders: names that the
    model will meet in service, since no list is complete."""
    stands, names = placeholders(), _unlisted()
    last = random.choice(names["last"])
    others = {
        stands["person"]: f"{random.choice(names['first'])} {last}" if random.random() < 0.7 else last,
        stands["party"]: f"Partai {random.choice(names['parties'])}",
        stands["people"]: random.choice(names["peoples"]),
        stands["religion"]: random.choice(names["faiths"]),
    }
    small = re.sub("|".join(others), "", text).islower()
    for placeholder, name in others.items():
        text = re.sub(rf"\b{placeholder}\b", name.lower() if small else name, text)
    return text


@cache
def _unlisted() -> dict[str, list[str]]:
    raw = files("classifier.train").joinpath("unlisted.yaml").read_text(encoding="utf-8")
    found: dict[str, list[str]] = yaml.safe_load(raw)
    return found


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
