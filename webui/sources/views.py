"""The public list of sources (R2), and their health for those who read the queue.

The public list says nothing of health: when a source is not watched is nobody else's business.
"""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Flask, current_app, render_template

from pipeline.health import Outlook
from webui.parts import the_parts
from webui.sources import wording
from webui.sources.pages import pages_of

blueprint = Blueprint("sources", __name__, url_prefix="/sumber", template_folder="templates")

ENDED_SHOWN = timedelta(days=30)
_OUTLOOK = "kentongan-outlook"


def outlook_of(app: Flask) -> Outlook:
    """Return the one look at the sources' health that all requests of `app` share."""
    outlook: Outlook = app.extensions.setdefault(_OUTLOOK, Outlook(the_parts().store))
    return outlook


@blueprint.get("/")
def public() -> str:
    sources = sorted(the_parts().store.items.sources(), key=lambda source: source.title.casefold())
    return render_template("sources/public.html", sources=sources, wording=wording)


@blueprint.get("/kesehatan")
def health() -> str:
    parts, at = the_parts(), datetime.now(UTC)
    outlook = outlook_of(current_app)
    alarms = parts.store.alarms.since(at - ENDED_SHOWN)
    pages = pages_of(outlook.examine(at), alarms, at)
    return render_template("sources/health.html", pages=pages, wording=wording)
