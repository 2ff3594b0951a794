"""The draft of an office's report from what a round brought in: who is cited is a place, never a person.

Owns: the Indonesian of those sentences. A fact of a lurah or camat is unverified; only what was asked and
answered on the spot bears the answer, and no more than that (R10). What they think stands, with its place
named, in the parts that people write, to be read and changed there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from kentongan.field import Finding
from kentongan.reports.drafting import UNKNOWN, day_text, moment_text, period_text
from kentongan.reports.kinds import Field, Grade, Period
from kentongan.reports.rules import MAX_SENTENCE_CHARACTERS, MAX_WRITTEN_CHARACTERS
from kentongan.reports.values import (
    Content,
    FactSection,
    Question,
    Sentence,
    SourceLink,
    Status,
    WrittenSection,
)
from kentongan.rounds.values import (
    Cited,
    CiteKind,
    Fact,
    Round,
    Sheet,
    Situation,
    Submission,
    Tier,
    tier_of,
)

SITUATIONS: Mapping[Situation, str] = {
    Situation.SAFE: "aman",
    Situation.NOTABLE: "ada hal menonjol",
    Situation.NIHIL: "nihil",
}
_OFFICES: Mapping[Tier, str] = {Tier.KELURAHAN: "kelurahan", Tier.KECAMATAN: "kecamatan", Tier.CITY: "kota"}
_FINDINGS: Mapping[Finding, tuple[str, Status]] = {
    Finding.TRUE: ("benar", Status.FIELD_TRUE),
    Finding.NOT_TRUE: ("tidak benar", Status.FIELD_NOT_TRUE),
    Finding.UNKNOWN: ("tidak tahu", Status.UNVERIFIED),
}
_QUESTIONS: Sequence[tuple[Question, str, str]] = (
    (Question.WHAT, "what", "{office} melaporkan: {said}"),
    (Question.WHO, "who", "Yang terlibat: {said}"),
    (Question.WHEN, "when", "Waktu: {said}"),
    (Question.WHERE, "where", "Tempat: {said}"),
    (Question.WHY, "why", "Sebab menurut pelapor: {said}"),
    (Question.HOW, "how", "Keadaan: {said}"),
)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A submission that was taken in, and what it cites."""

    submission: Submission
    sheet: Sheet
    cited: tuple[Cited, ...]


def draft_round(
    one: Round, taken: Sequence[TakenIn], names: Mapping[str, str], area: str, zone: ZoneInfo
) -> Content:
    """Return the first content of a report on a round; `names` are bare names of places by code."""
    period = period_text(Period(one.since, one.until))
    writer = _Writer(one, names, zone)
    facts = {
        FactSection.SOURCES: tuple(writer.source(held) for held in taken),
        FactSection.FACTS: tuple(sentence for held in taken for sentence in writer.facts(held)),
        FactSection.SPREAD: (writer.overview(taken),),
        FactSection.DENIALS: (),
    }
    written = {
        WrittenSection.SUBJECT: f"Laporan berjenjang kelurahan dan kecamatan di {area}, {period}",
        WrittenSection.ANALYSIS: writer.together(taken, "assessment"),
        WrittenSection.STEPS: writer.together(taken, "done"),
        WrittenSection.ADVICE: writer.together(taken, "advice"),
    }
    return Content(
        Grade.ORDINARY, Field.ORDER, "", (), facts, {name: written.get(name, "") for name in WrittenSection}
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    round: Round
    names: Mapping[str, str]
    zone: ZoneInfo

    def source(self, held: TakenIn) -> Sentence:
        sent = held.submission.sent_at
        when = f", dikirim {moment_text(sent, self.zone)}" if sent else ""
        text = f"Sumber: laporan {self.office(held.submission.place)}, {day_text(self.round.until)}{when}."
        return self._says(held, text, Status.UNVERIFIED)

    def facts(self, held: TakenIn) -> Iterator[Sentence]:
        office = _upper(self.office(held.submission.place))
        for fact in held.sheet.facts:
            yield from self._fact(held, fact, office)
        for cited in held.cited:
            if cited.cite.kind is CiteKind.REQUEST and cited.finding:
                word, status = _FINDINGS[cited.finding]
                ground = f" ({cited.answer})" if cited.answer else ""
                text = f"Ditanyakan: “{cited.text}”. Jawaban petugas di {office}: {word}{ground}."
            else:
                status = Status.UNVERIFIED
                text = f"Laporan lapangan di {office}, {moment_text(cited.at, self.zone)}: “{cited.text}”."
            yield self._says(held, text, status, Question.WHAT)

    def overview(self, taken: Sequence[TakenIn]) -> Sentence:
        """Return how many of each situation there are, and who had not reported; "nihil" has reported."""
        own = [one for one in taken if tier_of(one.submission.place) is Tier.KELURAHAN]
        counts = [
            f"{sum(one.sheet.situation is situation for one in own)} {word}"
            for situation, word in SITUATIONS.items()
        ]
        there = {one.submission.place for one in own}
        missing = [self.names.get(place, place) for place in self.round.places if place not in there]
        text = (
            f"{len(own)} dari {len(self.round.places)} kelurahan masuk dalam laporan ini: "
            f"{', '.join(counts)}."
        )
        if missing:
            text = f"{text} Belum masuk: {', '.join(missing)}."
        return Sentence(_cut(text), (self._link("", "siapa sudah melapor"),), Status.COUNTED, None)

    def together(self, taken: Sequence[TakenIn], name: str) -> str:
        said = [
            f"{_upper(self.office(one.submission.place))}: {text}"
            for one in taken
            if (text := getattr(one.sheet, name))
        ]
        return "\n".join(said)[:MAX_WRITTEN_CHARACTERS]

    def office(self, place: str) -> str:
        return f"{_OFFICES[tier_of(place)]} {self.names.get(place, place)}"

    def _fact(self, held: TakenIn, fact: Fact, office: str) -> Iterator[Sentence]:
        for question, name, form in _QUESTIONS:
            said = getattr(fact, name).rstrip(".") or UNKNOWN
            if said != UNKNOWN or question in (Question.WHO, Question.WHEN, Question.WHERE):
                text = f"{form.format(office=office, said=said)}."
                yield self._says(held, text, Status.UNVERIFIED, question)

    def _says(self, held: TakenIn, text: str, status: Status, question: Question = Question.NONE) -> Sentence:
        place = held.submission.place
        title = f"laporan {self.office(place)}, {day_text(self.round.until)}"
        return Sentence(_cut(text), (self._link(f"/{place}", title),), status, None, question)

    def _link(self, path: str, title: str) -> SourceLink:
        return SourceLink(f"/laporan/putaran/{self.round.id}{path}", title)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MAX_SENTENCE_CHARACTERS else f"{text[: MAX_SENTENCE_CHARACTERS - 1]}…"
