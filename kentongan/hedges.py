"""Words by which a text asks about a claim or denies it, so that a match alone stamps nobody.

Owns: the cues. A text that bears one is never flagged only because it speaks of what a
fact-check refuted; the model may still flag it for what it says itself.
"""

import re

from kentongan.text import normalise

_CUES = re.compile(
    r"\b(?:apa(?:kah)?|emang(?:nya)?|memang(?:nya)?) (?:ini |itu |memang |emang )?(?:benar|betul|bener|iya)\b"
    r"|\b(?:benar|betul|bener)(?:kah| ?(?:gak|ga|nggak|enggak|tidak|ndak|dak|kah|an))\b"
    r"|\bada yang (?:tahu|tau|bilang|bisa (?:jelaskan|konfirmasi))\b"
    r"|\b(?:mohon|tolong|minta|perlu|butuh|menunggu|tunggu)\b.{0,40}\b(?:klarifikasi|penjelasan|konfirmasi|cek)\b"
    r"|\bjangan (?:mudah |langsung |gampang )?(?:percaya|disebar|sebar|diteruskan|teruskan|termakan)\b"
    r"|\b(?:tidak|tdk|bukan|nggak|enggak|gak|ndak|dak|kada) (?:benar|betul|bener)\b"
    r"|\b(?:itu|ini|adalah|cuma|hanya) (?:hoaks?|hoax|bohong|fitnah|palsu)\b"
    r"|\b(?:hoaks?|hoax) (?:ya|kah|gak|bukan)\b"
    r"|\b(?:faktanya|cek fakta|klarifikasi|membantah|dibantah|bantahan|meluruskan)\b"
    r"|\[(?:salah|hoaks?|hoax|klarifikasi|disinformasi|penipuan)\]",
    re.I,
)
_BOASTS = re.compile(r"\b(?:ini |ini memang )?bukan (?:hoaks?|hoax|bohong)\b", re.I)


def asks_or_denies(text: str) -> bool:
    """Tell whether the text bears a cue of asking or denying.

    "Ini bukan hoaks", the boast of chain messages, is not one.
    """
    return _CUES.search(_BOASTS.sub(" ", normalise(text))) is not None
