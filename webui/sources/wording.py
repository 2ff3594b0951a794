"""What people read of a source: each state with a sign of its own, each trouble with what it means."""

from collections.abc import Mapping

from flask_babel import lazy_gettext

from kentongan.collecting import Robots
from kentongan.domain import Permission, SourceKind
from kentongan.health.values import State, Trouble

STATES: Mapping[State, str] = {
    State.HEALTHY: lazy_gettext("healthy"),
    State.QUIET: lazy_gettext("unusually quiet"),
    State.UNHEALTHY: lazy_gettext("unwell"),
    State.UNKNOWN: lazy_gettext("not read yet"),
    State.INACTIVE: lazy_gettext("not read, as its file says"),
}
SIGNS: Mapping[State, str] = {
    State.HEALTHY: "✓",
    State.QUIET: "~",
    State.UNHEALTHY: "✗",
    State.UNKNOWN: "?",
    State.INACTIVE: "–",
}
TROUBLES: Mapping[Trouble, str] = {
    Trouble.UNREACHABLE: lazy_gettext("its lists do not answer"),
    Trouble.NOT_A_LIST: lazy_gettext("it answers with a page that is not a list of articles"),
    Trouble.EMPTY_LIST: lazy_gettext("its lists are empty"),
    Trouble.STALE: lazy_gettext("its lists stand still"),
    Trouble.SILENT: lazy_gettext("nothing new for longer than chance allows"),
    Trouble.UNREAD_PAGES: lazy_gettext("articles, titles or dates are no longer found on its pages"),
    Trouble.DRIFT: lazy_gettext("its pages have another shape than before"),
    Trouble.ROBOTS_REFUSED: lazy_gettext("its robots.txt refuses us"),
    Trouble.ROBOTS_UNREACHABLE: lazy_gettext("its robots.txt does not answer, so nothing is read"),
    Trouble.NOT_CRAWLED: lazy_gettext("nobody reads it: is the crawler running?"),
    Trouble.DIED: lazy_gettext("reading it ends before it is through"),
}
ROBOTS: Mapping[Robots, str] = {
    Robots.UNASKED: lazy_gettext("not asked yet"),
    Robots.OPEN: lazy_gettext("allows us"),
    Robots.REFUSED: lazy_gettext("refuses us"),
    Robots.UNREACHABLE: lazy_gettext("does not answer"),
}
KINDS: Mapping[SourceKind, str] = {
    SourceKind.PRESS: lazy_gettext("press"),
    SourceKind.GOVERNMENT: lazy_gettext("government"),
    SourceKind.FACT_CHECKER: lazy_gettext("fact-checker"),
    SourceKind.PUBLIC_CHANNEL: lazy_gettext("public channel"),
    SourceKind.FIELD: lazy_gettext("field reporters"),
}
PERMISSIONS: Mapping[Permission, str] = {
    Permission.FEED_ONLY: lazy_gettext("feed only"),
    Permission.FULL: lazy_gettext("full pages"),
    Permission.WRITTEN: lazy_gettext("full pages, by written permission"),
}
