"""What a check of one text found: as JSON, the same for the command line and the API, and its sentence.

Beside the press nothing is said of hoaxes, cues or a publisher's verdict word (R9).
"""

from dataclasses import asdict
from typing import Any

from kentongan.domain import PRESS_DECISIONS, Decision, Label
from kentongan.reasons import find_why
from pipeline.checking import CheckedText
from pipeline.given import Given
from webui import reasons, words

PRESS_STEPS = tuple(d for d in words.DECISIONS if d in PRESS_DECISIONS - {Decision.REOPEN})
"""What may be done about an article, mildest first."""


def reason_of(found: CheckedText, *, press: bool) -> str:
    """Return the sentence that says why the text bears its labels, or none; plain text."""
    why = find_why(found.assessment, found.text, found.labels, found.refuted, found.matches)
    return reasons.say(why, press=press)


def as_json(given: Given, found: CheckedText) -> dict[str, Any]:
    """Return all that was found as JSON values; `spans` are characters of `given.text`.

    Speaks the language of its context (a request, or `language.speaking`).
    """
    a, press = found.assessment, bool(given.outlet)
    return {
        "model": a.model,
        "given": {
            "kind": given.kind.value,
            "url": given.url or None,
            "title": given.title or None,
            "press": given.outlet or None,
            "text": given.text,
        },
        "stance": {"asserts": a.stance_probability, "reports": 1 - a.stance_probability},
        "probabilities": {label.value: a.probabilities[label] for label in Label},
        "flagged": [] if press else sorted(label.value for label in found.labels),
        "abstained": [] if press else sorted(label.value for label in a.abstained - found.labels),
        "reason": reason_of(found, press=press),
        "hoax_grounds": [] if press else [ground.value for ground in found.grounds],
        "press_steps": [step.value for step in PRESS_STEPS] if press else [],
        "cues": [] if press else list(a.cues),
        "spans": [] if press else [asdict(span) for span in a.spans],
        "fact_checks": [
            {
                "url": check.url,
                "publisher": check.publisher,
                "claim": check.claim,
                "verdict": check.verdict.value,
                "verdict_text": str(words.VERDICTS[check.verdict]) if press else check.verdict_text,
                "probability": match.probability,
                "confirmed": match.confirmed,
                "shared_words": list(match.shared_words),
            }
            for match, check in found.matches
        ],
        "similar": [
            {"id": hit.id, "title": hit.title, "url": hit.url, "source": hit.source, "claim_id": hit.claim_id}
            for hit in found.similar
        ],
        "archive_problem": found.archive_problem or None,
    }
