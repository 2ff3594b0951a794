"""What users read of sharing. What stands in a bundle itself is not translated."""

from collections.abc import Mapping

from flask_babel import lazy_gettext

from kentongan.alerting.rules import State as PushState
from kentongan.sharing.values import State

STATES: Mapping[State, str] = {
    State.PREPARED: lazy_gettext("prepared, nothing has left"),
    State.RELEASED: lazy_gettext("released"),
    State.REFUSED: lazy_gettext("refused, nothing has left"),
    State.WITHDRAWN: lazy_gettext("released, and taken back since"),
}
PUSHES: Mapping[PushState, str] = {
    PushState.WAITING: lazy_gettext("on its way"),
    PushState.SENT: lazy_gettext("arrived"),
    PushState.DEAD: lazy_gettext("given up"),
}
