"""Pages that say what is what by a label before it: "Kategori: Hoaks", or the label on a line of its own."""

import re
from collections.abc import Sequence

MAX_PAGE_CHARACTERS = 400_000


def labelled(text: str, labels: Sequence[str]) -> dict[str, str]:
    """Return what follows each label that begins a line, up to the next label.

    Labels are matched without regard to case; one that ends its line speaks of the lines below.
    Of several places the first with a colon counts, else the one that says most: menus repeat labels.
    """
    names = {" ".join(label.casefold().split()): label for label in labels}
    pattern = re.compile(
        rf"^[ \t]*({'|'.join(r'[ ]+'.join(map(re.escape, label.split())) for label in labels)})[ \t]*(?::|$)",
        re.I | re.M,
    )
    text = text[:MAX_PAGE_CHARACTERS]
    places = list(pattern.finditer(text))
    ends = [*(place.start() for place in places[1:]), len(text)]
    found: dict[str, tuple[bool, str]] = {}
    for place, end in zip(places, ends, strict=False):
        value = text[place.end() : end].strip()
        name, told = names[" ".join(place.group(1).casefold().split())], place.group().endswith(":")
        kept = found.get(name)
        if kept is None or (told and not kept[0]) or (told == kept[0] is False and len(value) > len(kept[1])):
            found[name] = (told, value)
    return {name: value for name, (_, value) in found.items()}
