"""Every text has its Indonesian, and what was compiled is what was written."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[3] / "webui"
FOLDER = ROOT / "translations" / "id" / "LC_MESSAGES"
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def written() -> Catalog:
    with (FOLDER / "messages.po").open("rb") as file:
        return read_po(file, locale="id")


def used() -> Iterator[str | tuple[str, ...]]:
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    for _, _, message, _, _ in extract_from_dir(ROOT, methods, keywords=KEYWORDS):
        yield message


def texts(message: Message) -> list[str]:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return [string or "" for string in strings]


def test_every_text_of_the_pages_has_its_indonesian() -> None:
    catalogue = written()
    missing = [m for m in set(used()) if (entry := catalogue.get(m)) is None or not all(texts(entry))]
    assert missing == []


def test_the_catalogue_holds_nothing_that_no_page_says() -> None:
    said = {m[0] if isinstance(m, tuple) else m for m in used()}
    assert [
        m.id for m in written() if m.id and (m.id[0] if isinstance(m.id, tuple) else m.id) not in said
    ] == []


def test_translations_keep_every_placeholder() -> None:
    for message in written():
        if message.id:
            last = message.id if isinstance(message.id, str) else message.id[-1]
            wanted = set(re.findall(r"%\(\w+\)s", last))
            assert all(set(re.findall(r"%\(\w+\)s", text)) == wanted for text in texts(message)), message.id


def test_the_compiled_catalogue_is_the_written_one() -> None:
    compiled = BytesIO()
    write_mo(compiled, written())
    assert (FOLDER / "messages.mo").read_bytes() == compiled.getvalue()


def test_users_are_addressed_formally() -> None:
    for message in written():
        assert not re.search(r"\b(kamu|kalian|lo|gue)\b", " ".join(texts(message)), re.IGNORECASE)
