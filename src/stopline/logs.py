"""Structured logs: one entry a line, JSON or console, for our code and for libraries alike."""

import logging
import sys
from typing import Any, TextIO

import msgspec
import structlog
from structlog.typing import Processor

from stopline.config_watching import LogFormat, LogLevel
from stopline.log_masking import mask_entry

# Libraries that say nothing an operator needs below a warning.
_QUIET = ("asyncio", "aiohttp.access", "uvicorn.access", "uvicorn.error")


def configure_logs(log_format: LogFormat, level: LogLevel, stream: TextIO = sys.stderr) -> None:
    """Send every log of this process through one chain to `stream`. Call once, before the rest."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    shared = _shared_processors()
    structlog.configure(
        processors=[*shared, _renderer(log_format, stream)],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(log_format, stream),
            ],
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
        )
    )
    _replace_handlers(handler, threshold)


def configure_command_logs() -> None:
    """Warnings of a command go to its standard error, masked: its standard output is its answer."""
    structlog.configure(
        processors=[*_shared_processors(), structlog.dev.ConsoleRenderer(colors=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _shared_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        mask_entry,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _renderer(log_format: LogFormat, stream: TextIO) -> Processor:
    if log_format == "json":
        return structlog.processors.JSONRenderer(serializer=_encode)
    return structlog.dev.ConsoleRenderer(
        colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
    )


def _encode(entry: Any, **_options: Any) -> str:
    return msgspec.json.encode(entry, enc_hook=str).decode()


def _replace_handlers(handler: logging.Handler, threshold: int) -> None:
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(threshold)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(threshold, logging.WARNING))
