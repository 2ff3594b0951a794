"""The city's desk: the rounds, and who has reported in one; by place, in the order of their codes (R15)."""

from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Redirect

from kentongan.reports.kinds import ReportKind
from kentongan.rounds.values import RoundId, State, Tier
from kentongan.store.database import now
from pipeline.reports.setting import place_names
from pipeline.round_table import Row, rows_of, to_csv
from webui import sessions, tiers
from webui.access import may
from webui.parts import read_uuid, the_parts
from webui.reports.wording import KINDS as REPORT_KINDS
from webui.rounds.views import blueprint, place_name, the_round

ROWS = 30
KINDS = (ReportKind.DAILY, ReportKind.WEEKLY, ReportKind.MONTHLY, ReportKind.INFORMATION)


@blueprint.get("/laporan/putaran/")
def overview() -> str:
    """List the rounds, the newest first, and the standing orders."""
    parts, user, before = the_parts(), sessions.current(), read_uuid(request.args.get("before", ""))
    found = parts.store.rounds.page(before=RoundId(before) if before else None, limit=ROWS + 1)
    parts.store.audit.add(user.name, "list rounds", shown=min(len(found), ROWS))
    return render_template(
        "rounds/overview.html",
        rounds=found[:ROWS],
        more=found[ROWS - 1].id if len(found) > ROWS else None,
        standing=parts.store.rounds.standing(),
        opening=may("rounds.open_round", "POST", user.role),
        at=now(),
        tiers=tiers,
        place_name=place_name,
    )


@blueprint.get("/laporan/putaran/<uuid:round_id>")
def show(round_id: UUID) -> str:
    """Show who has reported: every place with its state and its times."""
    parts, user, one = the_parts(), sessions.current(), the_round(round_id)
    parts.store.audit.add(user.name, "view round", str(round_id))
    rows = _rows(round_id)
    return render_template(
        "rounds/round.html",
        round=one,
        rows=rows,
        counts={tier: _count(rows, tier) for tier in (Tier.KELURAHAN, Tier.KECAMATAN)},
        unmanned=[row.place for row in rows if not row.manned],
        taken=parts.store.submissions.taken(one.id),
        open=one.is_open(now()),
        ending=may("rounds.end", "POST", user.role),
        reporting=may("rounds.report", "POST", user.role),
        kinds={kind: REPORT_KINDS[kind] for kind in KINDS},
        usual=ReportKind.DAILY if one.since == one.until else ReportKind.WEEKLY,
        tiers=tiers,
        place_name=place_name,
        kelurahan=Tier.KELURAHAN,
    )


@blueprint.get("/laporan/putaran/<uuid:round_id>/berkas.csv")
def export(round_id: UUID) -> Response:
    """Send the same table as a file."""
    parts, one = the_parts(), the_round(round_id)
    parts.store.audit.add(sessions.current().name, "export round", str(round_id))
    said = to_csv(iter(_rows(round_id)), place_names(parts.region), parts.region.time_zone)
    response = Response(said, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="putaran-{one.until:%Y%m%d}.csv"'
    return response


@blueprint.post("/laporan/putaran/<uuid:round_id>/tutup")
def end(round_id: UUID) -> Redirect:
    """End a round by hand."""
    the_parts().store.rounds.end(RoundId(round_id), sessions.current().name)
    flash(gettext("The round is over. Its forms are closed, and nobody is reminded any more."), "notice")
    return redirect(url_for("rounds.show", round_id=round_id), 303)


def _rows(round_id: UUID) -> list[Row]:
    store, one = the_parts().store, the_round(round_id)
    return list(rows_of(one, store.submissions.of_round(one.id), store.rounds.manned(), now()))


def _count(rows: list[Row], tier: Tier) -> tuple[int, int, int]:
    """Return how many places of a tier there are, have sent, and were taken in."""
    own = [row.held.state for row in rows if row.tier is tier]
    sent = sum(state in (State.SENT, State.TAKEN) for state in own)
    return len(own), sent, sum(state is State.TAKEN for state in own)
