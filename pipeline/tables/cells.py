"""What a cell may hold, whoever wrote the text: no formula, no character that breaks the file.

Owns: cleaning and disarming of text, and counting what was changed. A spreadsheet runs what
begins with = + - @ or a tab or a line break, also behind spaces and in full-width forms.
Source: OWASP, "CSV Injection".
"""

import re
from dataclasses import dataclass

EXCEL_CELL = 32_767  # UTF-16 units that a cell of Excel holds

# No text file needs them and XML cannot hold them; tab, line ends and U+0085 stay.
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_FORMULA = r"=+\-@＝＋－＠﹦﹢﹣﹫\u2212"
_BREAKS = r"\t\r\n\u0085\u2028\u2029"
_BLANK = rf"\s{_BREAKS}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
_BEGINS_FORMULA = re.compile(rf'(?:[{_BLANK}"]*+[{_FORMULA}]|[{_BREAKS}])')
# Each run is read once, from its first character: a megabyte of line breaks takes no square of time.
_INNER = re.compile(rf'(?<![{_BLANK}";])([{_BLANK}";]++)(?=[{_FORMULA}])')
_INNER_BREAK = re.compile(rf"[;{_BREAKS}]")


@dataclass(slots=True)
class Tally:
    """What came of the texts of one export, for whoever reads the file to know."""

    rows: int = 0
    characters_removed: int = 0  # control characters, and lone surrogates made U+FFFD
    cells_disarmed: int = 0
    cells_cut: int = 0  # longer than a cell of Excel
    left_out: int = 0  # fact-checks whose verdict the item format cannot say

    def clean(self, text: str) -> str:
        """Return the text without what no file should hold."""
        text, removed = _UNFIT.subn("", text)
        text, replaced = _SURROGATE.subn("\ufffd", text)
        self.characters_removed += removed + replaced
        return text

    def disarm(self, text: str) -> str:
        """Return the text with an apostrophe before whatever a spreadsheet would run of it.

        Behind a semicolon, tab or line break within it too: where a semicolon parts columns, as in
        an Indonesian Excel, the quotes of a comma's cell do not hold, and a cell begins there.
        """
        safe = _INNER.sub(_disarm_inner, text)
        if is_formula(text):
            safe = f"'{safe}"
        self.cells_disarmed += safe != text
        return safe

    def cut(self, text: str) -> str:
        """Return as much of the text as a cell of Excel holds, no character cut in two."""
        if len(text) <= EXCEL_CELL // 2:
            return text
        units = text.encode("utf-16-le")
        if len(units) <= EXCEL_CELL * 2:
            return text
        self.cells_cut += 1
        return units[: EXCEL_CELL * 2].decode("utf-16-le", errors="ignore")


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet may take the text of a cell for something to run."""
    return _BEGINS_FORMULA.match(text) is not None


def _disarm_inner(match: re.Match[str]) -> str:
    run = match.group()
    return f"{run}'" if _INNER_BREAK.search(run) else run
