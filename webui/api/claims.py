"""Reading claims: a lane of the queue page by page, and one with all that is known of it. Takes no lease."""

from uuid import UUID

from kentongan.domain import ClaimId
from kentongan.errors import BadInput
from kentongan.gazetteer import read_gazetteer
from kentongan.queueing import Clash, Illegal
from kentongan.store.history import read_history
from webui import cards
from webui.api.claim_shapes import (
    ClaimPage,
    ClaimRead,
    ClaimsAsked,
    Opinion,
    checks_beside,
    items_of,
    summary_of_row,
    summary_of_view,
)
from webui.api.done_shapes import done_with
from webui.api.operations import Answer, Link, caller, operation
from webui.api.problems import Code, invalid
from webui.bearer import bearer
from webui.looks import write_look
from webui.parts import the_parts
from webui.queue.asking import NO, YES, wanted_of
from webui.queue.order import order_for
from webui.queue.views import who_decides

HISTORY_SHOWN = 50
_YES_NO = {True: YES, False: NO}
_CLASHING = {Clash.SAMPLE_LABEL: "label", Clash.NOBODY_ASKS: "held"}

_FIRST_CLAIM = {"claim_id": "$response.body#/claims/0/id"}
TO_CLAIM = Link("read_claim", _FIRST_CLAIM)
_DECIDING = Link(
    "decide",
    {"claim_id": "$response.body#/claim/id"},
    {"decision": "$response.body#/claim/decisions/0", "version_seen": "$response.body#/claim/version"},
)


@operation(
    "GET",
    "/claims",
    tag="claims",
    query=ClaimsAsked,
    answers={
        200: Answer(
            "A page of the lane.",
            ClaimPage,
            {"first": TO_CLAIM, "next": Link("list_claims", {"cursor": "$response.body#/next"})},
        )
    },
    troubles=(Code.INVALID,),
)
def list_claims(asked: ClaimsAsked) -> ClaimPage:
    """List the claims of a lane, the most urgent first.

    The order is that of the queue: priority, lifted by the nearness of an election stage where a claim is
    about an election. A walk by `next` goes on after the last claim shown, so that nothing is left out or
    shown twice because others decide or claims arrive meanwhile; what comes in above the place reached is on
    a fresh first page.
    """
    store, user = the_parts().store, caller()
    write_look(user.name, "view queue", str(bearer().id))
    values = {
        name: str(_YES_NO.get(value, value) if isinstance(value, bool) else value)
        for name, value in asked.model_dump(exclude={"lane", "limit", "cursor"}, exclude_none=True).items()
    }
    _check_place(asked.place)
    wanted = wanted_of(values)
    order = order_for(who_decides(user))
    try:
        page = store.claims.queue(
            asked.lane, wanted=wanted, asked=order.asked, cursor=asked.cursor, limit=asked.limit
        )
    except Illegal as exc:
        raise invalid(_CLASHING[exc.clash], str(exc)) from exc
    except BadInput as exc:
        raise invalid("cursor", "not one that a page of this lane gave") from exc
    return ClaimPage(
        claims=[summary_of_row(row) for row in page.rows], total=page.total, next=page.cursor or None
    )


@operation(
    "GET",
    "/claims/<uuid:claim_id>",
    tag="claims",
    answers={200: Answer("The claim.", ClaimRead, {"decide": _DECIDING})},
    troubles=(Code.NOT_FOUND,),
)
def read_claim(claim_id: UUID) -> ClaimRead:
    """Read one claim with its items, the checks beside them and its history.

    A claim that was merged has no items any more; `merged_into` says which claim has them. Reading takes no
    lease: nobody is kept from working on the claim.
    """
    parts, user, key = the_parts(), caller(), ClaimId(claim_id)
    view = parts.store.claims.view(key)
    parts.store.audit.add(user.name, "view claim", str(key))
    opinions = parts.store.votes.opinions_for(key, user.id)
    found = read_history(parts.store.database, key, user.id, most=HISTORY_SHOWN)
    done = done_with(key, found, parts.region.name)
    press = cards.is_press(view.decisions)
    lease = parts.store.leases.holders([key]).get(key)
    return ClaimRead(
        claim=summary_of_view(view, opinions),
        merged_into=parts.store.edits.standing(key) if view.claim.merged_into else None,
        held=lease is not None and lease.user_id != user.id,
        opinion=Opinion(awaited=opinions.awaited, own=opinions.own.decision if opinions.own else None),
        items=items_of(view, press=press),
        checks=checks_beside(view, press=press),
        history=done[:HISTORY_SHOWN],
        more_history=found.more or len(done) > HISTORY_SHOWN,
        captures=len(parts.store.items.evidence(view.items[0].item.id)) if view.items else 0,
    )


def _check_place(code: str | None) -> None:
    """Refuse what is no place of the region: an empty list would look like an empty queue."""
    if code is not None and code not in read_gazetteer(the_parts().region.name).places:
        raise invalid("place", "no kelurahan or kecamatan of this region has this code")
