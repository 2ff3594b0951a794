"""What users read for each closed set of the domain. Owns wording; leaves layout to templates.

Labels are indications, never verdicts; press has words of its own that stamp nothing (R9).
"""

import re
from collections.abc import Mapping
from functools import cache

from flask_babel import get_locale, lazy_gettext

from kentongan.bands import Band, band_of
from kentongan.domain import (
    ClaimState,
    Decision,
    EditKind,
    Ground,
    Label,
    Lane,
    Platform,
    Reason,
    Role,
    Stance,
    Verdict,
)
from kentongan.gazetteer import read_gazetteer
from kentongan.store.spread import Step
from search.index import Interval, Sort

LABELS: Mapping[Label, str] = {
    Label.HOAX: lazy_gettext("indication of a hoax – needs verification"),
    Label.BLACK_CAMPAIGN: lazy_gettext("indication of a black campaign"),
    Label.IDENTITY_POLITICS: lazy_gettext("indication of identity politics"),
}
REFUTED_HOAX = lazy_gettext("indication of a hoax – a published check refutes it")
LABEL_NAMES: Mapping[Label, str] = {
    Label.HOAX: lazy_gettext("indication of a hoax"),
    Label.BLACK_CAMPAIGN: lazy_gettext("black campaign"),
    Label.IDENTITY_POLITICS: lazy_gettext("identity politics"),
}
PRESS_LABELS: Mapping[Label, str] = {
    Label.HOAX: lazy_gettext("statement to be clarified"),
    Label.BLACK_CAMPAIGN: lazy_gettext("accusation of an election participant, to be clarified"),
    Label.IDENTITY_POLITICS: lazy_gettext("touches on group identity, to be clarified"),
}
GROUNDS: Mapping[Ground, str] = {
    Ground.TEXT: lazy_gettext("what the text says"),
    Ground.CUES: lazy_gettext("marks of a chain message"),
    Ground.MATCH: lazy_gettext("fact-check"),
}
"""What an indication of a hoax rests on. Never shown beside the press."""
CUES: Mapping[str, str] = {
    "ajakan sebar": lazy_gettext("call to pass it on"),
    "desakan waktu": lazy_gettext("pressure of time"),
    "sumber kabur": lazy_gettext("vague source"),
    "lawan media": lazy_gettext("against the media"),
    "hiasan": lazy_gettext("alarm and capitals"),
    "imbalan atau ancaman": lazy_gettext("reward or threat"),
    "sopan palsu": lazy_gettext("false politeness"),
    "dokumen": lazy_gettext("document as proof"),
}
"""Groups of marks of a chain message, by the names that assessments keep (`classifier.cues`)."""
STANCES: Mapping[Stance, str] = {
    Stance.ASSERTS: lazy_gettext("puts it forward"),
    Stance.REPORTS: lazy_gettext("reports on it"),
}
PLATFORMS: Mapping[Platform, str] = {
    Platform.NEWS: lazy_gettext("news"),
    Platform.POST: lazy_gettext("public post"),
    Platform.FACTCHECK: lazy_gettext("fact-check"),
    Platform.REPORT: lazy_gettext("field report"),
}
LANES: Mapping[Lane, str] = {
    Lane.NEW: lazy_gettext("New"),
    Lane.PRESS: lazy_gettext("Press"),
    Lane.SECOND: lazy_gettext("Second opinion"),
    Lane.VERIFICATION: lazy_gettext("Verification"),
    Lane.WATCHING: lazy_gettext("Watched"),
    Lane.ESCALATED: lazy_gettext("Escalated"),
    Lane.CLOSED: lazy_gettext("Closed"),
    Lane.SAMPLE: lazy_gettext("Sample"),
}
"""The lanes of the queue; what is not flagged is in the archive only."""
STATES: Mapping[ClaimState, str] = {
    ClaimState.NEW: lazy_gettext("new"),
    ClaimState.WATCHING: lazy_gettext("watched"),
    ClaimState.NEEDS_VERIFICATION: lazy_gettext("needs verification"),
    ClaimState.ESCALATED: lazy_gettext("escalated"),
    ClaimState.DISMISSED: lazy_gettext("not a problem"),
    ClaimState.NOTED: lazy_gettext("noted"),
}
DECISIONS: Mapping[Decision, str] = {
    Decision.DISMISS: lazy_gettext("Not a problem"),
    Decision.WATCH: lazy_gettext("Watch"),
    Decision.VERIFY: lazy_gettext("Needs verification"),
    Decision.ESCALATE: lazy_gettext("Escalate"),
    Decision.ASK_CLARIFICATION: lazy_gettext("Ask for clarification"),
    Decision.RIGHT_OF_REPLY: lazy_gettext("Right of reply / correction"),
    Decision.PRESS_COUNCIL: lazy_gettext("Press Council"),
    Decision.NOTE: lazy_gettext("Note"),
    Decision.REOPEN: lazy_gettext("Reopen"),
}
"""In the order of their buttons and keys, mildest first (R13)."""
EDITS: Mapping[EditKind, str] = {
    EditKind.MERGE: lazy_gettext("Merged"),
    EditKind.SPLIT: lazy_gettext("Split"),
}
STEPS: Mapping[Step, str] = {
    Step.HOUR: lazy_gettext("Hour"),
    Step.DAY: lazy_gettext("Day"),
    Step.WEEK: lazy_gettext("Week from"),
}
"""What a row of the spread stands for."""
REASONS: Mapping[Reason, str] = {
    Reason.UNSTATED: lazy_gettext("no reason stated"),
    Reason.OPINION: lazy_gettext("opinion or criticism: lawful"),
    Reason.REPORTING: lazy_gettext("tells of a claim, does not make it"),
    Reason.SATIRE: lazy_gettext("satire"),
    Reason.TRUE: lazy_gettext("checked and true"),
    Reason.OLD: lazy_gettext("an old matter, settled before"),
    Reason.ELSEWHERE: lazy_gettext("not about this city"),
    Reason.REFUTED: lazy_gettext("a published check refutes it"),
    Reason.UNVERIFIED: lazy_gettext("nobody has checked it yet"),
    Reason.SPREADING: lazy_gettext("spreading quickly"),
    Reason.DANGER: lazy_gettext("somebody could get hurt"),
}
VERDICTS: Mapping[Verdict, str] = {
    Verdict.REFUTED: lazy_gettext("refuted"),
    Verdict.MISLEADING: lazy_gettext("misleading"),
    Verdict.UNPROVEN: lazy_gettext("unproven"),
    Verdict.TRUE: lazy_gettext("true"),
    Verdict.CLARIFICATION: lazy_gettext("denied by the party concerned – not tested independently"),
    Verdict.SCAM: lazy_gettext("scam"),
    Verdict.SATIRE: lazy_gettext("satire"),
}
ROLES: Mapping[Role, str] = {
    Role.ADMINISTRATOR: lazy_gettext("administrator"),
    Role.ANALYST: lazy_gettext("analyst"),
    Role.SECOND_READER: lazy_gettext("second reader"),
    Role.LIAISON: lazy_gettext("liaison"),
    Role.FIELD_REPORTER: lazy_gettext("field reporter"),
    Role.HEAD: lazy_gettext("head of office"),
    Role.REVIEWER: lazy_gettext("reviewer"),
}
BANDS: Mapping[Band, str] = {
    Band.HIGH: lazy_gettext("high"),
    Band.MEDIUM: lazy_gettext("medium"),
    Band.LOW: lazy_gettext("low"),
}
WEIGHTS: Mapping[Band, str] = {
    Band.HIGH: lazy_gettext("weighs much"),
    Band.MEDIUM: lazy_gettext("weighs somewhat"),
    Band.LOW: lazy_gettext("weighs little"),
}
"""How much one sentence carries (`share_band`)."""
SORTS: Mapping[Sort, str] = {
    Sort.RELEVANCE: lazy_gettext("most relevant"),
    Sort.NEWEST: lazy_gettext("newest first"),
    Sort.OLDEST: lazy_gettext("oldest first"),
    Sort.PRIORITY: lazy_gettext("highest priority"),
}

INTERVALS: Mapping[Interval, str] = {
    Interval.DAY: lazy_gettext("Day"),
    Interval.WEEK: lazy_gettext("Week"),
    Interval.MONTH: lazy_gettext("Month"),
}

_ENGLISH_VERDICT = re.compile(
    r"\b(?:false|fake|misleading|true|altered|missing context|unproven|scam|fabricated|mostly)\b", re.I
)
_HIGH_PRIORITY, _MEDIUM_PRIORITY = 2.0, 0.8
_HIGH_SHARE, _MEDIUM_SHARE = 0.5, 0.2


def cue_name(name: str) -> str:
    """Return what a group of marks is called; one that we have no word for as it is."""
    return str(CUES.get(name, name))


def verdict_words(said: str, verdict: Verdict) -> tuple[str, str]:
    """Return a publisher's own word, or ours where they have none, and what theirs means to the reader.

    The second is empty where the word needs none: an Indonesian one, for who reads Indonesian.
    """
    own, meaning = said.strip(), str(VERDICTS[verdict])
    if not own:
        return meaning, ""
    foreign = str(get_locale() or "id") != "id" or bool(_ENGLISH_VERDICT.search(own))
    return own, meaning if foreign and own.lower() != meaning.lower() else ""


def place_name(code: str, region: str) -> str:
    """Return what a place of a region is called, by its Kemendagri code; the code itself where the
    region lists it no more."""
    return _place_names(region).get(code, code)


@cache
def _place_names(region: str) -> Mapping[str, str]:
    """Read once: the lists are part of the installation. Some kelurahan bear their kecamatan's name."""
    places = read_gazetteer(region).places
    return {code: f"{'Kel.' if p.is_kelurahan else 'Kec.'} {p.name}" for code, p in places.items()}


def priority_band(priority: float) -> Band:
    """Return the band of a claim's priority (`kentongan.triage.priority`).

    High needs spread or a refuting check besides risk: one unrefuted post is medium at most.
    """
    return band_of(priority, _HIGH_PRIORITY, _MEDIUM_PRIORITY)


def share_band(share: float) -> Band:
    """Return the band of the share of a label that one sentence carries (`kentongan.reasons.Why`).

    High when half of it goes with the sentence; low when others would carry it as well.
    """
    return band_of(share, _HIGH_SHARE, _MEDIUM_SHARE)
