"""The one line by which a claim is known: what the item that speaks for it says."""

from kentongan.text import normalise, sentences

MAX_CHARACTERS = 140
_ENOUGH_WORDS = 4


def headline_of(full_text: str) -> str:
    """Return one line of at most about MAX_CHARACTERS, cut between words: the title, else the
    first sentence that has four words or more."""
    lines = [sentence.text for sentence in sentences(full_text)]
    first = lines[0] if lines else full_text
    line = normalise(next((s for s in lines if len(s.split()) >= _ENOUGH_WORDS), first))
    return line if len(line) <= MAX_CHARACTERS else line[:MAX_CHARACTERS].rsplit(" ", 1)[0] + " …"
