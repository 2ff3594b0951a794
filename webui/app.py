"""The application, put together: parts in, Flask out. Nothing is decided here."""

from flask import Flask, g
from flask_babel import get_locale

from kentongan.region import read_region
from kentongan.saved import read_topics
from kentongan.settings import Settings
from kentongan.store import Store
from pipeline.checking import Checker, Embed
from search.index import SearchIndex
from webui import (
    account,
    alerts,
    api,
    archive,
    audit,
    auth,
    cards,
    check,
    claims,
    dialogues,
    evidence,
    field,
    health,
    home,
    incidents,
    keys,
    narratives,
    people,
    queue,
    reports,
    rounds,
    saved,
    sharing,
    sources,
    statements,
    times,
    trends,
    words,
    work,
)
from webui.access import guard_routes, may
from webui.bearer import remember_refusals
from webui.errors import explain_errors, explain_http
from webui.language import LANGUAGES, speak
from webui.looks import note_looks
from webui.parts import Parts, keep_parts, the_parts
from webui.security import check_forms, send_headers, set_limits, slow_down_guessing
from webui.sessions import keep_sessions, signed_in


def create_app(
    settings: Settings,
    store: Store,
    index: SearchIndex,
    checker: Checker | None = None,
    embed: Embed | None = None,
) -> Flask:
    """Return the application over an open record and index; the caller closes both.

    Without a `checker` the page that looks at a text says that it cannot; without `embed` the archive
    is searched by words alone; all else works.

    Raises SettingError when no secret key is set or the region is unknown.
    """
    app = Flask("webui")
    parts = Parts(settings, store, index, read_region(settings.region), checker, embed)
    keep_parts(app.extensions, parts)
    store.saved.keep_topics(read_topics())
    set_limits(app, secret_key=settings.require_secret_key(), host=settings.host)
    send_headers(app)
    keep_sessions(app)
    field.keep_drafts(app)
    rounds.keep_sheets(app)
    remember_refusals(app)
    guard_routes(app)
    note_looks(app)
    check.allow_pictures(app)
    incidents.allow_files(app)
    field.allow_pictures(app)
    sharing.allow_bundles(app)
    check_forms(app, but=api.blueprint)
    speak(app)
    explain_errors(app)
    api.explain_strays(app, otherwise=explain_http)
    for family in (
        auth, account, people, audit, home, queue, claims, narratives, archive, saved, incidents, check,
        sources, health,
    ):  # fmt: skip
        app.register_blueprint(family.blueprint)
    app.register_blueprint(check.api_blueprint)
    app.register_blueprint(field.blueprint)
    app.register_blueprint(evidence.blueprint)
    app.register_blueprint(keys.blueprint)
    app.register_blueprint(work.blueprint)
    app.register_blueprint(reports.blueprint)
    app.register_blueprint(rounds.blueprint)
    app.register_blueprint(trends.blueprint)
    app.register_blueprint(dialogues.blueprint)
    app.register_blueprint(alerts.blueprint)
    app.register_blueprint(sharing.blueprint)
    app.register_blueprint(statements.blueprint)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(api.reference)
    slow_down_guessing(app, "auth.enter", "auth.confirm", but=auth.is_known_here)
    api.slow_down(app)
    check.slow_down_checking(app)
    field.slow_down_handing_in(app)
    rounds.slow_down_sending(app)
    archive.slow_down_exporting(app)
    incidents.slow_down_giving(app)
    alerts.slow_down_testing(app)
    health.measure(app, parts)
    app.jinja_env.filters.update(
        when=times.when, clock=times.clock, day=times.day, ago=times.ago, date=times.on_day
    )
    app.jinja_env.globals.update(words=words, label_words=cards.label_words)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_frame)
    return app


def _frame() -> dict[str, object]:
    """What the frame of every page needs; a bare page does not ask who is looking."""
    return {
        "user": None if g.get("bare") else signed_in(),
        "may": may,
        "region": the_parts().region,
        "languages": LANGUAGES,
        "language": str(get_locale() or "id"),
    }
