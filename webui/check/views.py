"""The form, and what was found as a page."""

from flask import Blueprint, render_template, request
from flask_limiter import RateLimitExceeded

from kentongan.errors import KentonganError
from pipeline.screenshots import FORMATS, MAX_IMAGE_BYTES
from webui import sessions
from webui.check.asking import check
from webui.check.limits import MAX_CHARACTERS
from webui.check.result import make_result
from webui.check.troubles import Trouble, too_often, trouble_of
from webui.marks import shorten
from webui.parts import the_parts

blueprint = Blueprint("check", __name__, template_folder="templates")

_ACCEPT = ",".join(f"image/{name.lower()}" for name in FORMATS)


@blueprint.get("/periksa")
def form() -> str:
    return _form()


@blueprint.post("/periksa")
def look() -> str | tuple[str, int]:
    """What was found, or the form again with what is wrong with it."""
    try:
        given, found = check(request.form, request.files.get("picture"), by=sessions.current().name)
    except KentonganError as exc:
        trouble = trouble_of(exc)
        if trouble is None:
            raise
        return _form(trouble), trouble.status
    titles = {source.name: source.title for source in the_parts().store.items.sources()}
    return render_template("check/result.html", r=make_result(given, found, titles))


@blueprint.errorhandler(RateLimitExceeded)
def _limited(_exc: RateLimitExceeded) -> tuple[str, int]:
    trouble = too_often()
    return _form(trouble), trouble.status


def _form(trouble: Trouble | None = None) -> str:
    return render_template(
        "check/form.html",
        trouble=trouble,
        text=request.form.get("text", "")[:MAX_CHARACTERS] if trouble else "",
        url=shorten(request.form.get("url", ""), 2000) if trouble else "",
        max_characters=MAX_CHARACTERS,
        max_megabytes=MAX_IMAGE_BYTES // 1024 // 1024,
        accept=_ACCEPT,
    )
