"""Logs: JSON lines on stderr, at the level of the settings."""

import logging
import sys

import structlog

# Without the values of local variables: settings, passwords and whole texts are among them.
_TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


def set_up_logs(level: str) -> None:
    """Send the service's logs to stderr from `level` up ("debug" to "error")."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _TRACEBACKS,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        # Asked for at each line: whoever runs a command may give stderr another stream.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
