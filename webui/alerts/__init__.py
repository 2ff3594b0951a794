"""What the team was told of at once, and how each person wants to be told."""

from webui.alerts.views import blueprint, slow_down_testing

__all__ = ["blueprint", "slow_down_testing"]
