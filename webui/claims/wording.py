"""What people read of second opinions, referrals and verdicts."""

from collections.abc import Mapping

from flask_babel import lazy_gettext

from kentongan.domain import Verdict
from kentongan.opinions import Awaited
from kentongan.proposals import ProposalState
from kentongan.referrals import Addressee, Rabat
from kentongan.verdicts import SETTABLE, Basis, Making
from webui.words import VERDICTS

AWAITED: Mapping[Awaited, str] = {
    Awaited.SECOND: lazy_gettext("Needs a second person"),
    Awaited.THIRD: lazy_gettext("Needs a third person"),
}
ADDRESSEES: Mapping[Addressee, str] = {
    Addressee.DISKOMINFO: lazy_gettext("Diskominfo – publish a clarification"),
    Addressee.BAWASLU: lazy_gettext("Bawaslu – a possible election offence"),
    Addressee.KOMDIGI: lazy_gettext("Komdigi – a request to the platform"),
    Addressee.POLRI: lazy_gettext("Police – last of all, and first where somebody could get hurt"),
}
OFFICES: Mapping[Addressee, str] = {
    Addressee.DISKOMINFO: lazy_gettext("Diskominfo"),
    Addressee.BAWASLU: lazy_gettext("Bawaslu"),
    Addressee.KOMDIGI: lazy_gettext("Komdigi"),
    Addressee.POLRI: lazy_gettext("Police"),
}
QUESTIONS: Mapping[Rabat, str] = {
    Rabat.CONTEXT: lazy_gettext("Context: what is going on where and when it is said?"),
    Rabat.SPEAKER: lazy_gettext("Speaker: in what standing? No names of private persons."),
    Rabat.INTENT: lazy_gettext("Intent: what shows that hatred is meant, not carelessness?"),
    Rabat.CONTENT: lazy_gettext("Content and form: what exactly is said, how directly?"),
    Rabat.REACH: lazy_gettext("Reach: how many people does it get to, and by what means?"),
    Rabat.LIKELIHOOD: lazy_gettext("Likelihood: how probable and how near is harm?"),
}
BASES: Mapping[Basis, str] = {
    Basis.FACT_CHECKER: lazy_gettext("an independent fact-checker or newsroom"),
    Basis.COMPETENT_BODY: lazy_gettext("the body that answers for the matter"),
    Basis.PARTY: lazy_gettext("only the accused body itself"),
}
MAKINGS: Mapping[Making, str] = {
    Making.SATIRE: lazy_gettext("satire or parody"),
    Making.MISLEADING: lazy_gettext("misleading content"),
    Making.IMPOSTER: lazy_gettext("imposter content"),
    Making.FABRICATED: lazy_gettext("fabricated content"),
    Making.FALSE_CONNECTION: lazy_gettext("false connection"),
    Making.FALSE_CONTEXT: lazy_gettext("false context"),
    Making.MANIPULATED: lazy_gettext("manipulated content"),
}
FINDINGS: Mapping[Verdict, str] = {verdict: VERDICTS[verdict] for verdict in SETTABLE}
"""What may be chosen; see `kentongan.verdicts`."""
PROPOSAL_STATES: Mapping[ProposalState, str] = {
    ProposalState.WAITING: AWAITED[Awaited.SECOND],
    ProposalState.DIVIDED: AWAITED[Awaited.THIRD],
    ProposalState.AGREED: lazy_gettext("agreed"),
    ProposalState.REFUSED: lazy_gettext("not agreed"),
    ProposalState.WITHDRAWN: lazy_gettext("taken back"),
}
TROUBLES: Mapping[str, str] = {
    "url": lazy_gettext(
        "Link: must be the http or https address of a check on the public web: not ours, not an internal "
        "one, and not an item of this claim."
    ),
    "publisher": lazy_gettext("Publisher: must be stated, in up to 200 characters."),
    "basis": lazy_gettext("Who checked: a public body is no independent fact-checker."),
    "found": lazy_gettext("Verdict: choose one of those offered."),
    "note": lazy_gettext("Note: say why, in up to 2,000 characters."),
    "reason": lazy_gettext("Reason: must be stated, in up to 2,000 characters."),
    "necessity": lazy_gettext("Necessity and proportion: must be stated, in up to 2,000 characters."),
    "to": lazy_gettext("Addressee: choose one."),
    "claim": lazy_gettext("Articles of the press are answered through the Press Law, not by us."),
} | {
    question.value: lazy_gettext("The card: answer all six questions, each in up to 2,000 characters.")
    for question in Rabat
}
"""What was wrong, by the field that an error names first."""


def trouble_of(said: Exception) -> str:
    """Return what was wrong in a form, in the reader's words."""
    return str(TROUBLES.get(str(said).partition(":")[0], said))
