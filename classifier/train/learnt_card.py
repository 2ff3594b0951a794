"""The card of a learnt model: what it learnt, before the card of the model that it came from.

Owns: the text. Leaves the figures to `learn`; nothing of any review stands in it but counts.
"""

from collections.abc import Mapping
from typing import Any

from classifier.manifest import SCALED
from classifier.train.learn import Learnt

_HEAD = """# {title}

Learnt on {at} from the decisions of the team that uses it. The encoder, the calibration and the
thresholds are those of {shipped}, whose card follows; only the four heads that flag were moved.
It came after {before}, which `kentongan learn --rollback` brings back.

**No text and no name is kept in it**: a head is {numbers} numbers, and this card holds counts.

## Learnt from

{claims} decided claims with {texts} texts and {votes} decisions (the latest of each person on each
claim); {held_out} of the claims were held out and only measured. Texts of the press are not among them.
Where people disagreed, the mean of what they said was taught.

| | texts that say yes | texts that say no |
|---|---|---|
{rows}

## Before and after

| | before | after |
|---|---|---|
{figures}

Held-out claims were measured beside the model in use before; functional cases beside the shipped model.

## Floors

Adopted because it held every one: at least {floor_claims} claims; functional cases right at most
{share_lost} fewer; no false alarm more; no function of the suite that was at {function_right} or above
below it; log loss on held-out claims not higher. Settings: {options}.

---

"""


def write_learnt_card(learnt: Learnt, card_of_shipped: str) -> str:
    """Return the card in Markdown."""
    record, lessons = learnt.record, learnt.record["lessons"]
    floors = record["floors"]
    return (
        _HEAD.format(
            title=learnt.manifest.title.replace("@", " "),
            numbers=2 * learnt.manifest.sizes.width + 1,
            rows="\n".join(f"| {name} | {lessons[name]['yes']} | {lessons[name]['no']} |" for name in SCALED),
            figures="\n".join(
                f"| {name} | {before} | {after} |" for name, (before, after) in compare(record).items()
            ),
            floor_claims=floors["claims"],
            share_lost=floors["share_lost"],
            function_right=floors["function_right"],
            options=", ".join(f"{name} {value}" for name, value in record["options"].items()),
            **{name: record[name] for name in ("at", "shipped", "before")},
            **{name: lessons[name] for name in ("claims", "texts", "votes", "held_out")},
        )
        + card_of_shipped
    )


def compare(record: Mapping[str, Any]) -> dict[str, tuple[object, object]]:
    """Return the figures before and after learning, by the names that people read."""
    before, after = record["figures"]["before"], record["figures"]["after"]

    def pair(part: str, name: str) -> tuple[object, object]:
        return before[part][name], after[part][name]

    alarms, missed = pair("cases", "false_alarms_of_quiet_cases"), pair("cases", "missed_of_positive_cases")
    return {
        "held-out claims, log loss": pair("lessons", "log_loss"),
        "held-out claims, agreement": pair("lessons", "agreement"),
        "functional cases right": pair("cases", "share_right"),
        "false alarms": (_of(alarms[0]), _of(alarms[1])),
        "missed": (_of(missed[0]), _of(missed[1])),
    }


def _of(count: Any) -> str:
    return f"{count[0]} of {count[1]}"
