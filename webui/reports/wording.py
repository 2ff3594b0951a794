"""What users read of reports. What stands in a report itself is Indonesian, in `pipeline.reports.wording`."""

from collections.abc import Mapping

from flask_babel import lazy_gettext

from kentongan.reports.kinds import Field, Grade, ReportKind
from kentongan.reports.values import FactSection, ReportState, Status, Step, WrittenSection
from kentongan.store.report_turns import Turn

KINDS: Mapping[ReportKind, str] = {
    ReportKind.DAILY: lazy_gettext("Daily report (HARIAN)"),
    ReportKind.WEEKLY: lazy_gettext("Weekly report (MINGGUAN)"),
    ReportKind.MONTHLY: lazy_gettext("Monthly report (BULANAN)"),
    ReportKind.INFORMATION: lazy_gettext("Information report (INFORMASI)"),
    ReportKind.ATTENTION: lazy_gettext("Attention report (ATENSI)"),
    ReportKind.SPECIAL: lazy_gettext("Special report (KHUSUS), read by two"),
    ReportKind.B04: lazy_gettext("B04: January to April"),
    ReportKind.B08: lazy_gettext("B08: May to August"),
    ReportKind.B12: lazy_gettext("B12: September to December"),
}
STATES: Mapping[ReportState, str] = {
    ReportState.DRAFT: lazy_gettext("draft"),
    ReportState.SECOND_READING: lazy_gettext("with its second reader"),
    ReportState.READ: lazy_gettext("read by two, to be signed"),
    ReportState.FROZEN: lazy_gettext("signed and frozen"),
}
STEPS: Mapping[Step, str] = {
    Step.DRAFTED: lazy_gettext("drafted"),
    Step.EDITED: lazy_gettext("edited"),
    Step.SENT: lazy_gettext("given to a second reader"),
    Step.RETURNED: lazy_gettext("given back by the second reader"),
    Step.AGREED: lazy_gettext("agreed to by the second reader"),
    Step.SIGNED: lazy_gettext("signed"),
}
GRADES: Mapping[Grade, str] = {
    Grade.ORDINARY: lazy_gettext("ordinary (BIASA)"),
    Grade.RESTRICTED: lazy_gettext("restricted (TERBATAS)"),
}
FIELDS: Mapping[Field, str] = {
    Field.IDEOLOGY: lazy_gettext("ideology"),
    Field.POLITICS: lazy_gettext("politics"),
    Field.ECONOMY: lazy_gettext("economy"),
    Field.SOCIETY: lazy_gettext("society and culture"),
    Field.ORDER: lazy_gettext("peace and order"),
}
TURNS: Mapping[Turn, str] = {
    Turn.MERGED: lazy_gettext("was merged into another claim; its address leads there"),
    Turn.PRESS: lazy_gettext("is told of as the press’s and is not, or the other way round"),
    Turn.SET_ASIDE: lazy_gettext("was set aside or opened again"),
    Turn.GONE: lazy_gettext("is no longer in the record"),
}
STATUSES: Mapping[Status, str] = {
    Status.UNVERIFIED: lazy_gettext("not verified yet"),
    Status.IN_VERIFICATION: lazy_gettext("being verified"),
    Status.REFUTED: lazy_gettext("refuted by an outside check"),
    Status.MISLEADING: lazy_gettext("misleading according to an outside check"),
    Status.UNPROVEN: lazy_gettext("unproven"),
    Status.TRUE: lazy_gettext("true according to an outside check"),
    Status.SATIRE: lazy_gettext("satire"),
    Status.DENIED: lazy_gettext("denied by the party concerned – not tested independently"),
    Status.PRESS: lazy_gettext("reporting of the press, not judged here"),
    Status.COUNTED: lazy_gettext("counted by this system"),
    Status.FIELD_TRUE: lazy_gettext("true according to the field on the spot – no outside check"),
    Status.FIELD_NOT_TRUE: lazy_gettext("not true according to the field on the spot – no outside check"),
}
SECTIONS: Mapping[FactSection | WrittenSection, str] = {
    WrittenSection.SUBJECT: lazy_gettext("Subject"),
    FactSection.SOURCES: lazy_gettext("Sources"),
    FactSection.FACTS: lazy_gettext("Facts (5W1H)"),
    FactSection.SPREAD: lazy_gettext("Spread"),
    FactSection.DENIALS: lazy_gettext("Denials and clarifications"),
    WrittenSection.ANALYSIS: lazy_gettext("Analysis"),
    WrittenSection.PREDICTION: lazy_gettext("Prediction"),
    WrittenSection.STEPS: lazy_gettext("Steps taken"),
    WrittenSection.ADVICE: lazy_gettext("Advice"),
    WrittenSection.COPIES: lazy_gettext("Copies to"),
}
PROMPTS: Mapping[WrittenSection, str] = {
    WrittenSection.SUBJECT: lazy_gettext("One line, neutral: the matter, the place, the days."),
    WrittenSection.ANALYSIS: lazy_gettext(
        "What do the facts mean here, and for whom? Your opinion, told as one."
    ),
    WrittenSection.PREDICTION: lazy_gettext("What may follow, until when, and what would show it?"),
    WrittenSection.STEPS: lazy_gettext("What was done, by which office, when?"),
    WrittenSection.ADVICE: lazy_gettext(
        "In this order: watch, verify on the spot, publish a clarification, dialogue (FKUB, FPK), Bawaslu."
    ),
    WrittenSection.COPIES: lazy_gettext("Offices, one a line. May stay empty."),
}
