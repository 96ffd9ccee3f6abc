"""One JSON object per line on stdout. Never a body, never a header's value but the request's id."""

from __future__ import annotations

import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import BinaryIO

import orjson

from modelyard_server.errors import writable

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
_JSON = orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
_TOGETHER = 256
"""Lines of requests that are written at the latest together."""


class Log:
    """Writes lines of `level` and above to `stream`; safe to use from any thread."""

    def __init__(self, level: str = "info", stream: BinaryIO | None = None) -> None:
        self._threshold = _LEVELS[level]
        self._stream = stream or sys.stdout.buffer
        self._lock = threading.Lock()
        self._second = (0, "")
        self._waiting: list[str] = []
        self.soon: Callable[[Callable[[], None]], object] | None = None
        """Calls a function a moment later. Set, it lets the lines of requests go out together."""
        self.broken = False
        """Nobody reads stdout any more; requests are still answered."""

    def debug(self, event: str, **fields: object) -> None:
        """For whoever debugs the server itself."""
        self._write("debug", event, fields)

    def info(self, event: str, **fields: object) -> None:
        """What happens in a good life."""
        self._write("info", event, fields)

    def warning(self, event: str, **fields: object) -> None:
        """What somebody may want to look at."""
        self._write("warning", event, fields)

    def error(self, event: str, error: BaseException | None = None, **fields: object) -> None:
        """What somebody has to mend; with the traceback of `error` and its causes."""
        if error is not None:
            fields["traceback"] = "".join(traceback.format_exception(error))
        self._write("error", event, fields)

    def request(self, fields: str) -> None:
        """One answered request; `fields` are JSON members. The line may wait a moment for others: a system
        call each would show, and so would encoding each as anything but the text it is.
        """
        if self._threshold > _LEVELS["info"] or self.broken:
            return
        self._waiting.append(f'{{"time":"{self._now()}","level":"info","event":"request",{fields}}}\n')
        if self.soon is None or len(self._waiting) >= _TOGETHER:
            self.flush()
        elif len(self._waiting) == 1:
            self.soon(self.flush)

    def flush(self) -> None:
        """Write what waits."""
        self._put(b"")

    def _write(self, level: str, event: str, fields: dict[str, object]) -> None:
        if _LEVELS[level] < self._threshold:
            return
        line = {"time": self._now(), "level": level, "event": event, **fields}
        try:
            self._put(orjson.dumps(line, default=str, option=_JSON))
        except TypeError:  # half a surrogate pair in an exception's text, or an integer over 64 bits
            texts = {name: writable(str(value)) for name, value in line.items()}
            self._put(orjson.dumps(texts, option=_JSON))

    def _put(self, data: bytes) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, []
            try:
                self._stream.write("".join(waiting).encode("ascii") + data)
                self._stream.flush()
            except (OSError, ValueError):  # the pipe's reader is gone: there is no place left to say so
                self.broken = True

    def _now(self) -> str:
        """UTC with milliseconds. The text of the second is kept: formatting it costs more than the rest of a
        line.
        """
        now = time.time()
        second, text = self._second
        if int(now) != second:
            text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
            self._second = (int(now), text)
        return f"{text}.{int(now % 1 * 1000):03d}Z"


class LibraryLines(logging.Handler):
    """Turns what handlers and libraries log with `logging` into lines of the same form."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; `event` is the logger's name."""
        try:
            self._emit(record)
        except Exception:  # noqa: BLE001 - as the standard library's handlers: a bad log call fails no request
            self.handleError(record)

    def _emit(self, record: logging.LogRecord) -> None:
        write = {30: self._log.warning, 20: self._log.info, 10: self._log.debug}.get(
            record.levelno // 10 * 10
        )
        fields: dict[str, object] = {"message": record.getMessage()}
        if record.exc_info and record.exc_info[1] is not None:
            fields["traceback"] = "".join(traceback.format_exception(record.exc_info[1]))
        if write is None:
            self._log.error(record.name, None, **fields)
        else:
            write(record.name, **fields)


def capture_library_logs(log: Log, level: str) -> None:
    """Send everything that is logged with `logging` to `log`; Uvicorn's own chatter only from warnings on."""
    root = logging.getLogger()
    root.handlers[:] = [LibraryLines(log)]
    root.setLevel(_LEVELS[level])
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
