"""Setting up the second factor, replacing it, and taking it away; each asks for the password first."""

from io import BytesIO

import segno
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.errors import NotFound
from kentongan.one_time import key_address
from kentongan.sealing import SealBroken
from kentongan.store.attempts import NO_WAIT
from webui import sessions
from webui.account.views import blueprint, own_password_problem
from webui.parts import the_parts
from webui.seals import factor_seal


@blueprint.get("/langkah-kedua")
def factor() -> str:
    return _page()


@blueprint.post("/langkah-kedua")
def prepare_factor() -> tuple[str, int] | Response:
    """Make a new key; the one in use, if any, goes on until the new one has given its first code."""
    user = sessions.current()
    problem = own_password_problem(user)
    if problem:
        return _page(problem), 422
    the_parts().store.factors.prepare(user, factor_seal())
    return redirect(url_for("account.factor"), 303)


@blueprint.get("/langkah-kedua/qr.svg")
def qr() -> Response:
    """The key that waits for its first code, as a picture for the app to read."""
    key = _pending_key()
    if key is None:
        raise NotFound("second factor", "that waits")
    drawn, address = BytesIO(), key_address(key, sessions.current().name, _issuer())
    segno.make(address, error="m").save(drawn, kind="svg", scale=5, border=4, light="#fff", dark="#000")
    return Response(drawn.getvalue(), content_type="image/svg+xml")


@blueprint.post("/langkah-kedua/pastikan")
def confirm_factor() -> str | tuple[str, int]:
    """Take the first code, and show the recovery codes: here, once."""
    user, store = sessions.current(), the_parts().store
    counted = f"factor:{user.id}"
    if store.attempts.admit(user.name, counted) > NO_WAIT:
        return _page(gettext("Too many attempts. Wait a few minutes, then try again.")), 422
    try:
        codes = store.factors.confirm(user, request.form.get("code", "")[:100], factor_seal())
    except SealBroken:
        codes = None
    if codes is None:
        return _page(gettext("This code does not fit. Is the clock of your phone right?")), 422
    store.attempts.forgive(user.name, counted)
    return render_template("account/codes.html", codes=codes)


@blueprint.post("/langkah-kedua/kode-pemulihan")
def renew_codes() -> str | tuple[str, int]:
    user, store = sessions.current(), the_parts().store
    if store.factors.state(user.id).since is None:
        abort(409)
    problem = own_password_problem(user)
    if problem:
        return _page(problem), 422
    return render_template("account/codes.html", codes=store.factors.renew_codes(user))


@blueprint.post("/langkah-kedua/hapus")
def remove_factor() -> tuple[str, int] | Response:
    user, store = sessions.current(), the_parts().store
    if user.role in store.factors.required():
        return _page(gettext("Your role must have a second step; you can move it to another phone.")), 422
    problem = own_password_problem(user)
    if problem:
        return _page(problem), 422
    store.factors.remove(user, by=user.name)
    flash(gettext("From now on your password alone lets you in."), "notice")
    return redirect(url_for("account.overview"), 303)


def _page(problem: str = "") -> str:
    user, store = sessions.current(), the_parts().store
    return render_template(
        "account/factor.html",
        problem=problem,
        state=store.factors.state(user.id),
        required=user.role in store.factors.required(),
        key=_pending_key(),
        issuer=_issuer(),
    )


def _pending_key() -> str | None:
    """Return the key that waits, or None; also when the secret key is another since: then it begins anew."""
    try:
        return the_parts().store.factors.pending_key(sessions.current(), factor_seal())
    except SealBroken:
        return None


def _issuer() -> str:
    return f"Kentongan {the_parts().region.title}"
