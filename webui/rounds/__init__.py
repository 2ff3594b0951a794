"""Reporting by tiers: a place's own form on a phone, and who has reported, at the city's desk."""

from webui.rounds import again, asking, city, receiving, reminding, settling, sheets  # routes join as read
from webui.rounds.limits import keep_sheets, slow_down_sending
from webui.rounds.views import blueprint

__all__ = [
    "again",
    "asking",
    "blueprint",
    "city",
    "keep_sheets",
    "receiving",
    "reminding",
    "settling",
    "sheets",
    "slow_down_sending",
]
