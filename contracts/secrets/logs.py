"""What is logged of a failure: messages and tracebacks, without secrets."""

from __future__ import annotations

import logging

from imagine_harness.contracts import secrets

_FORMATTER = logging.Formatter()


class Hiding(logging.Filter):
    """Lets every record pass, its message and its traceback without secrets."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = secrets.spelled(record.getMessage()), None
        if record.exc_info:
            # a text that is there already is what every formatter takes
            told = record.exc_text or _FORMATTER.formatException(record.exc_info)
            record.exc_text = secrets.prose(told)
        return True


HIDING = Hiding()


def logger(name: str) -> logging.Logger:
    """A logger that tells no secrets."""
    found = logging.getLogger(name)
    found.addFilter(HIDING)
    return found
