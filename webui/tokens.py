"""What people read of tokens: what each scope opens, why one opens nothing, and how long one may last."""

from collections.abc import Mapping

from flask_babel import lazy_gettext

from kentongan.tokens import Scope, Stopped

SCOPES: Mapping[Scope, str] = {
    Scope.CLAIMS_READ: lazy_gettext("read the queue and claims"),
    Scope.CLAIMS_DECIDE: lazy_gettext("decide on claims in your name"),
    Scope.NOTES_WRITE: lazy_gettext("write notes on claims in your name"),
    Scope.ARCHIVE_READ: lazy_gettext("search the archive and read items"),
    Scope.CHECK: lazy_gettext("have texts and pages looked at"),
    Scope.SOURCES_READ: lazy_gettext("read the health of the sources"),
    Scope.SAVED_READ: lazy_gettext("read the watched searches"),
    Scope.FIELD_REPORT: lazy_gettext("hand in field reports in your name"),
    Scope.BUNDLES_READ: lazy_gettext("fetch bundles that your office released"),
    Scope.BUNDLES_WRITE: lazy_gettext("hand in bundles of other offices in your name"),
}
assert SCOPES.keys() == set(Scope)
STOPPED: Mapping[Stopped, str] = {
    Stopped.UNKNOWN: lazy_gettext("there is no such token"),
    Stopped.REVOKED: lazy_gettext("revoked"),
    Stopped.EXPIRED: lazy_gettext("its time is over"),
    Stopped.ACCOUNT: lazy_gettext("ended with the password or the account of its owner"),
    Stopped.LOCKED: lazy_gettext("stopped while its owner is locked out"),
    Stopped.FACTOR: lazy_gettext("stopped until its owner has set up the second step"),
}
assert STOPPED.keys() == set(Stopped)
DAYS = (30, 90, 180, 365)
"""How long a token may last; the second is what is offered first."""
