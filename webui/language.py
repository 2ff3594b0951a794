"""Indonesian first, English second: which one a page speaks, and remembering the choice."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask, g, request
from flask_babel import Babel, get_translations
from werkzeug.wrappers import Response

from webui.parts import the_parts

LANGUAGES: Mapping[str, str] = {"id": "Bahasa Indonesia", "en": "English"}
_CATALOGUES = str(Path(__file__).parent / "translations")
_COOKIE = "kentongan-language"
_YEAR_SECONDS = 365 * 24 * 3600


def speak(app: Flask) -> None:
    """Make `app` answer in the language that the reader chose, else in the deployment's."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = _CATALOGUES
    Babel(app, default_locale="en", locale_selector=chosen)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda said: _catalogue().ugettext(said),
        ngettext=lambda one, many, count: _catalogue().ungettext(one, many, count),
        newstyle=True,
    )


def _catalogue() -> Any:
    """Return the words of this request's language: found once, where flask-babel finds them for each text."""
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return g.catalogue


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Let `words` and `reasons` speak one language ('id' or 'en') where there is no request."""
    app = Flask("webui")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = _CATALOGUES
    Babel(app, default_locale=language)
    with app.app_context():
        yield


def chosen() -> str:
    """Return 'id' or 'en'."""
    wish = request.cookies.get(_COOKIE, "")
    return wish if wish in LANGUAGES else the_parts().settings.language


def remember(response: Response, language: str, *, secure: bool) -> None:
    """Keep the choice in a cookie of its own, so that it survives logging out."""
    response.set_cookie(
        _COOKIE, language, max_age=_YEAR_SECONDS, httponly=True, samesite="Lax", secure=secure
    )
