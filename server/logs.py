"""The log: one JSON line an event, without names, texts or values of anybody. On standard output where it is served;
what a command has to say stands there itself, and its log is on the other side."""

import logging
import sys
import traceback
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog


def start_logs() -> None:
    """Ours as JSON; of the libraries only what is a warning or worse, as JSON too."""
    _configure(logging.INFO, lambda *_names: structlog.PrintLogger(sys.stdout))
    handler = logging.StreamHandler()
    renderer = structlog.processors.JSONRenderer()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=_SHARED))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def start_logs_of_command() -> None:
    """What is a warning or worse."""
    _configure(logging.WARNING, lambda *_names: structlog.PrintLogger(sys.stderr))


def _configure(level: int, factory: Callable[..., structlog.PrintLogger]) -> None:
    structlog.configure(
        processors=[*_SHARED, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=factory,
        cache_logger_on_first_use=False,
    )


def without_values(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception becomes its kind and where it was raised: its words may quote what somebody wrote."""
    error = event.pop("exc_info", None)
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        event["error"] = type(error).__name__
        event["at"] = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
    return event


_SHARED: list[structlog.typing.Processor] = [
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    without_values,
]
