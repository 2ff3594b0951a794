"""Which themes are spoken of, which grow and which fade, and the claims of one theme.

Nothing here bears a label's name: a narrative holds claims of posts and of the press alike (R9).
"""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext

from kentongan.domain import NarrativeId
from kentongan.store.narrative_weeks import Trend
from webui import dialogue_words, sessions
from webui.narratives.counted import counted_narratives
from webui.parts import the_parts

blueprint = Blueprint("narratives", __name__, url_prefix="/narasi", template_folder="templates")

CLAIMS_SHOWN = 25
TRENDS: Mapping[Trend, str] = {
    Trend.RISING: lazy_gettext("rising"),
    Trend.NEW: lazy_gettext("new these seven days"),
    Trend.STEADY: lazy_gettext("steady"),
    Trend.FADING: lazy_gettext("fading"),
    Trend.QUIET: lazy_gettext("quiet for four weeks"),
}
"""In the order of the list: what moves comes first."""


@blueprint.get("/")
def overview() -> str:
    views, order = counted_narratives(), list(TRENDS)
    return render_template(
        "narratives/overview.html",
        views=sorted(views, key=lambda view: (order.index(view.trend), -view.weeks[-1].items)),
        trends=TRENDS,
    )


@blueprint.get("/<uuid:narrative_id>")
def show(narrative_id: UUID) -> str:
    parts, key, cursor = the_parts(), NarrativeId(narrative_id), request.args.get("cursor", "")
    view = parts.store.narratives.get(key, parts.region.time_zone)
    page = parts.store.narratives.claims_of(key, limit=CLAIMS_SHOWN, cursor=cursor)
    parts.store.audit.add(sessions.current().name, "view narrative", str(narrative_id))
    return render_template(
        "narratives/narrative.html",
        view=view,
        claims=page.claims,
        cursor=page.cursor,
        later=bool(cursor),
        held=parts.store.dialogues.of_narrative(key),
        dialogue_words=dialogue_words,
        trends=TRENDS,
    )
