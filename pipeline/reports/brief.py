"""A report short enough to be sent on by telephone: at most 1,000 characters, plain text.

It bears the status of all it says, and the page where each sentence has its source.
"""

from kentongan.reports.drafting import period_text, title_of
from kentongan.reports.kinds import Grade
from kentongan.reports.plain import plain
from kentongan.reports.values import FactSection, Question, Report, WrittenSection
from pipeline.reports import wording
from pipeline.reports.document import Setting

MAX_CHARACTERS = 1_000
_ITEM, _ADVICE, _SUBJECT = 170, 260, 130  # characters of each at most
_CLOSING = "Petunjuk, bukan putusan."


def brief(report: Report, setting: Setting) -> str:
    """Return head, subject, what is said with its status, advice. What finds no room is counted."""
    content = report.content
    restricted = content.grade is not Grade.ORDINARY
    head = [
        f"{title_of(report.kind)} {report.number or '(DRAF)'}",
        *([f"Klasifikasi: {wording.GRADES[content.grade]}"] if restricted else []),
        f"{setting.area}, {period_text(report.period)}",
        _cut(content.written[WrittenSection.SUBJECT], _SUBJECT),
    ]
    advice = _cut(content.written[WrittenSection.ADVICE], _ADVICE)
    tail = [*([f"Saran: {advice}"] if advice else []), _sources(report, setting), _CLOSING]
    said = [
        f"- {_cut(one.text, _ITEM)} [{wording.STATUSES[one.status]}]"
        for one in content.facts[FactSection.FACTS]
        if one.question is Question.WHAT
    ]
    kept = list(said)
    while len(text := "\n".join([*head, *_with_rest(kept, len(said)), *tail])) > MAX_CHARACTERS:
        kept.pop()
    return text


def _sources(report: Report, setting: Setting) -> str:
    if setting.site:
        return f"Sumber tiap kalimat: {setting.site}/laporan/{report.id}"
    return "Sumber tiap kalimat ada dalam laporan."


def _with_rest(kept: list[str], count: int) -> list[str]:
    left = count - len(kept)
    return [*kept, f"- dan {left} informasi lain dalam laporan"] if left else kept


def _cut(text: str, limit: int) -> str:
    text = plain(text)
    return text if len(text) <= limit else f"{text[: limit - 2].rsplit(' ', 1)[0]} …"
