"""Which browser on which system, in plain words: enough for its owner to know it again, and no more."""

import re
from collections.abc import Sequence

from flask_babel import gettext

# The first that fits counts: Edge and Opera say that they are Chrome, Chrome that it is Safari.
_BROWSERS: Sequence[tuple[str, str]] = (
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"UCBrowser/", "UC Browser"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|CriOS/|Chromium/", "Chrome"),
    (r"Safari/", "Safari"),
)
_SYSTEMS: Sequence[tuple[str, str]] = (
    (r"Windows", "Windows"),
    (r"iPhone|iPad|iPod", "iPhone / iPad"),
    (r"Android", "Android"),
    (r"CrOS", "ChromeOS"),
    (r"Mac OS X|Macintosh", "macOS"),
    (r"Linux|X11", "Linux"),
)


def read_device(user_agent: str) -> tuple[str, str]:
    """Return the names of browser and system that a User-Agent header claims; empty where unknown."""
    return _first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)


def in_words(browser: str, system: str) -> str:
    """Return such as 'Firefox di Windows'."""
    if browser and system:
        return str(gettext("%(browser)s on %(system)s", browser=browser, system=system))
    return browser or system or str(gettext("unknown device"))


def _first(known: Sequence[tuple[str, str]], user_agent: str) -> str:
    return next((name for pattern, name in known if re.search(pattern, user_agent)), "")
