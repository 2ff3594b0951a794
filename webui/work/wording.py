"""How the team's figures are said: periods, ages, times and shares in the reader's language."""

from collections.abc import Mapping
from datetime import date

from babel.dates import format_skeleton
from babel.numbers import format_decimal, format_percent
from flask_babel import get_locale, gettext, lazy_gettext, ngettext

from kentongan.teamwork.periods import Period

PERIODS: Mapping[Period, str] = {
    Period.FOUR_WEEKS: lazy_gettext("4 weeks"),
    Period.THREE_MONTHS: lazy_gettext("3 months"),
    Period.YEAR: lazy_gettext("a year"),
}
BANDS: tuple[str, ...] = (
    lazy_gettext("under 1 day"),
    lazy_gettext("1–3 days"),
    lazy_gettext("3–7 days"),
    lazy_gettext("7 days or more"),
)
"""In the order of `kentongan.teamwork.values.BAND_DAYS`."""


def minutes(count: int) -> str:
    """Return a time such as '45 mnt', '3 j 20 mnt' or '2 hari 4 j'."""
    hours, rest = divmod(count, 60)
    days, left = divmod(hours, 24)
    if not hours:
        return str(gettext("%(num)s min", num=rest))
    if days < 2:
        return str(gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=rest))
    return str(ngettext("%(num)s day %(hours)s h", "%(num)s days %(hours)s h", days, hours=left))


def percent(share: float) -> str:
    """Return a share in whole percent, with a digit after the point below ten."""
    return str(format_percent(share, "#,##0.#%" if share < 0.1 else "#,##0%", locale=get_locale()))


def number(count: int) -> str:
    return str(format_decimal(count, locale=get_locale()))


def two_digits(value: float) -> str:
    return str(format_decimal(value, "0.00", locale=get_locale()))


def month(name: str) -> str:
    """Return a month such as '2026-03' as 'Mar 2026'."""
    return str(format_skeleton("yMMM", date.fromisoformat(f"{name}-01"), locale=get_locale()))
