"""Phrases that chain messages are made of, by group.

Owns: the list. Leaves judging to the network: none of these is proof, and official
warnings use several of them. Source: DOMAIN 6.4, in this project's own words.
"""

import re

from kentongan.text import normalise

_GROUPS = r"(?:semua |seluruh )?(?:grup|group|keluarga|teman|sedulur|bubuhan|rt)"
_PATTERNS = {
    "ajakan sebar": r"sebar(?:kan|luaskan)?|viral(?:kan)?|bagikan|teruskan|forward|share"
    rf"|kirim(?:kan|akan)? ke {_GROUPS}|jangan (?:berhenti|putus) di (?:kamu|anda)",
    "desakan waktu": r"sebelum (?:di ?hapus|terlambat|hilang)|keburu (?:di ?hapus|hilang)"
    r"|(?:malam ini|besok pagi) juga|terakhir hari ini|batas waktu (?:malam|hari) ini"
    r"|segera (?:daftar|klik|ambil|sebar)\w*",
    "sumber kabur": r"info (?:a1|valid|akurat)|orang dalam|urang dalem|(?:dari )?grup sebelah|kopas|copas"
    r"|(?:teman|kawan|saudara|kenalan) (?:saya |ku )?(?:yang (?:kerja )?)?di"
    r" (?:kpu|polda|polres|rs|rumah sakit|istana|bpjs)|konon|dapat dari wa",
    "lawan media": r"media (?:bungkam|diam|tutup mata)|tidak (?:akan )?(?:di)?beritakan"
    r"|ditutup[- ]?tutupi|tv (?:tidak|dilarang)",
    "hiasan": r"breaking(?: news)?|info terkini|waspada|geger|heboh|gempar|astagh?fi?rull?ah",
    "imbalan atau ancaman": r"yang tidak (?:share|bagikan|sebar\w*)|semoga yang (?:mem)?bagi\w*"
    r"|suara (?:kalian |anda )?hangus",
    "sopan palsu": r"mohon (?:di)?infokan|tolong (?:di)?(?:infokan|sampaikan) ke|cek kebenaran\w* tapi",
    "dokumen": r"kop surat|cap basah|surat edaran|bukti (?:di bawah|terlampir|menyusul)|ada kop",
}
_CUES = {group: re.compile(rf"\b(?:{pattern})\b", re.I) for group, pattern in _PATTERNS.items()}
_SHOUT = re.compile(r"!{2,}|🚨|‼|⚠")


def find_cues(text: str) -> tuple[str, ...]:
    """Return the names of the cue groups that occur in the text, in fixed order."""
    line = normalise(text)
    found = [group for group, pattern in _CUES.items() if pattern.search(line)]
    if "hiasan" not in found and (_SHOUT.search(line) or _shouted(line)):
        found.append("hiasan")
    return tuple(group for group in _CUES if group in found)


def _shouted(line: str) -> bool:
    letters = [character for character in line if character.isalpha()]
    return len(letters) >= 40 and sum(map(str.isupper, letters)) > 0.6 * len(letters)
