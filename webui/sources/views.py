"""The public list of sources (R2), and their health for those who read the queue.

The public list says nothing of health: when a source is not watched is nobody else's business.
"""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, current_app, render_template

from pipeline.health import Outlook
from webui.parts import the_parts
from webui.sources import wording
from webui.sources.pages import pages_of

blueprint = Blueprint("sources", __name__, url_prefix="/sumber", template_folder="templates")

ENDED_SHOWN = timedelta(days=30)
_OUTLOOK = "kentongan-outlook"


@blueprint.get("/")
def public() -> str:
    sources = sorted(the_parts().store.items.sources(), key=lambda source: source.title.casefold())
    return render_template("sources/public.html", sources=sources, wording=wording)


@blueprint.get("/kesehatan")
def health() -> str:
    parts, at = the_parts(), datetime.now(UTC)
    outlook: Outlook = current_app.extensions.setdefault(_OUTLOOK, Outlook(parts.store))
    alarms = parts.store.alarms.since(at - ENDED_SHOWN)
    pages = pages_of(outlook.examine(at), alarms, at)
    return render_template("sources/health.html", pages=pages, wording=wording)
