"""Names of private people in posts, and numbers of bank accounts, replaced by masks.

Owns: finding a name by what stands beside it: a word that introduces a person ("atas nama", "bernama"), or
an address, an age or a neighbourhood behind it. A name alone stays: without a list of everybody nobody can
tell a shopkeeper from a minister. A name beside an office is of somebody in a public role and stays too
(DOMAIN 7.2, R6). The press is not masked: what it writes of people is under its own law.
"""

import re

NAME_MASK, ACCOUNT_MASK = "NAMA", "REKENING"

_NAME_WORD = r"(?:[A-Z][a-z'’]+|[A-Z]{2,}|[A-Z]\.|bin|binti|al|[A-Z])"
_NAME = rf"(?P<name>(?!(?:NAMA|BANK|Bank)\b)[A-Z](?:[a-z'’]+|[A-Z]+|\.)?(?:\s{_NAME_WORD}){{0,4}})"
_INTRODUCED = re.compile(
    r"\b(?P<cue>(?i:a\.\s?n\.?|a/n|an\.|atas nama|pemilik rekening|bernama"
    r"|nama (?:lengkap|anak|korban|pelaku))\s?:?\s)"
    rf"(?:(?i:bapak|ibu|pak|bu|sdri?|saudara|saudari)\.?\s)?{_NAME}"
)
_AGE = r"\(\d{1,2}\s?(?:th|thn|tahun)\)"
_ADDRESSED = re.compile(
    rf"\b(?P<cue>(?:[Bb]apak|[Ii]bu|[Pp]ak|[Bb]u|[Ss]dri?|[Ss]audar[ai]|[Mm]as|[Mm]bak|[Kk]ak|[Oo]m|[Tt]ante)\.?\s){_NAME}"
    rf"(?=\s?,?\s?(?i:{_AGE}|\(\d{{1,2}}\)|\(?(?:warga|penduduk|tetangga|orang tua|wali murid)\b"
    r"|(?:rt|rw)\s?\.?\d|(?:yang\s)?(?:tinggal|beralamat|rumahnya)\s(?:di|rt)\b))"
)
# A bare number may as well be a share of votes or of seats: it is an age beside what happened to somebody.
_AGED = re.compile(rf"(?P<cue>(?<![\w.])){_NAME}(?=\s(?i:{_AGE}))")
_STRICKEN = re.compile(
    r"(?P<cue>\b(?i:korban|pelaku|tersangka|terduga|warga|saksi|anak|siswa|siswi|guru|sopir|pedagang|bernama|ditangkap)\b"
    rf"[:,]?\s){_NAME}(?=\s\(\d{{1,2}}\))"
)
_OFFICE = re.compile(
    r"\b(?:wali\s?kota|wawako|wako|bupati|wabup|gubernur|wagub|presiden|wapres|menteri|ketua|wakil|kepala|kadis"
    r"|kapolres|kapolda|kapolri|kapolsek|dandim|danrem|pangdam|kajari|kajati|jenderal|kombes|akbp|kompol|anggota"
    r"|dewan|dpr|dprd|dpd|mpr|kpu|bawaslu|calon|paslon|cawalkot|cabup|cagub|capres|caleg|camat|lurah|sekda"
    r"|sekretaris|direktur|komisioner|juru bicara|jubir|menko|staf khusus|rektor|imam|ustad?z|kyai|kiai|habib"
    r"|partai|parpol|desa|kelurahan|kampung|pendeta|pastor|romo|biksu|uskup|artis|aktor|aktris"
    r"|penyanyi|selebritas|pesepak\s?bola|pelatih)\b",
    re.I,
)
# Words that begin a sentence or say what somebody is: not of the name.
_BEFORE = re.compile(
    r"(?:(?:kasihan|korban|pelaku|tersangka|warga|anak|seorang|saksi|sopir|pedagang|guru|siswa|siswi|mahasiswa"
    r"|mahasiswi|ibu|bapak|pak|bu|sdri?|saudara|saudari|mas|mbak|kakek|nenek|almarhum|almarhumah)\b\.?\s?)+",
    re.I,
)
_BANK = r"bca|bri|bni|btn|bsi|mandiri|cimb|danamon|permata|ovo|gopay|shopeepay|linkaja"
# "Atas nama rakyat", "atas nama agama", "aplikasi bernama Sirekap": only money and people have such names.
_BESIDE = (
    (
        re.compile(r"a\.\s?n|a/n|an\.|atas nama", re.I),
        re.compile(
            rf"\b(?:rek|norek|rekening|transfer|tf|bank|donasi|saldo|atm|{_BANK}|{ACCOUNT_MASK})\b", re.I
        ),
    ),
    (
        re.compile("bernama", re.I),
        re.compile(
            r"\b(?:yang|orang|seorang|pria|wanita|perempuan|laki|lelaki|pemuda|pemudi|remaja|ibu|bapak|anak|bocah|kakek"
            r"|nenek|korban|pelaku|tersangka|penculik|penipu|warga|siswa|siswi|guru|sopir|pedagang|tetangga|oknum)\b",
            re.I,
        ),
    ),
)
_NEAR = 40  # characters on either side in which an office makes a person a public one
_ACCOUNT = re.compile(
    rf"\b(?P<cue>(?:(?:no(?:mor|\.)?\s?)?(?:rekening|rek|norek)\b\.?(?:\s(?:{_BANK}))?|(?:{_BANK}))[\s:.=-]{{1,4}})"
    r"(?P<number>(?!\d{1,3}(?:\.\d{3})+(?![.\d]))\d(?:[ .-]?\d){7,17})(?!\d)",
    re.I,
)


def mask_private(text: str) -> str:
    """Return the text with names of private people and bank accounts replaced by masks. Idempotent."""
    text = _ACCOUNT.sub(rf"\g<cue>{ACCOUNT_MASK}", text)
    for found in (_INTRODUCED, _ADDRESSED, _STRICKEN, _AGED):
        text = found.sub(_mask, text)
    return text


def _mask(match: re.Match[str]) -> str:
    whole, start, end = match.string, match.start("name"), match.end("name")
    if _OFFICE.search(whole[max(0, start - _NEAR) : end + _NEAR]):
        return match.group()
    needed = next((beside for cue, beside in _BESIDE if cue.match(match["cue"])), None)
    if needed is not None and not needed.search(whole[max(0, start - 2 * _NEAR) : start]):
        return match.group()
    before = _BEFORE.match(match["name"])
    kept = start - match.start() + (before.end() if before else 0)
    return match.group()[:kept] + (NAME_MASK if kept < len(match.group()) else "")
