"""Traces for the OpenTelemetry sidecar, and JSON log lines for the FireLens one."""

from __future__ import annotations

import json
import logging
import threading
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

FLUSH_SECONDS = 5


class JsonLines(logging.Formatter):
    """One JSON object per line, as Fluent Bit parses it without a regular expression."""

    def format(self, record: logging.LogRecord) -> str:
        line = {"level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)


class Tracing(Protocol):
    """A span around a piece of work, and a flush before the process ends."""

    def span(self, name: str) -> AbstractContextManager[Any]: ...
    def close(self) -> None: ...


class NoTracing:
    """No OTEL_EXPORTER_OTLP_ENDPOINT: nothing is recorded."""

    def span(self, name: str) -> AbstractContextManager[Any]:
        return nullcontext()

    def close(self) -> None:
        pass


class OtlpTracing:
    """Exports spans over OTLP/HTTP; the SDK reads the endpoint and service name from OTEL_* variables."""

    def __init__(self) -> None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        self._exporter = OTLPSpanExporter(timeout=3)
        self._provider = TracerProvider()
        self._provider.add_span_processor(BatchSpanProcessor(self._exporter))
        self._tracer = self._provider.get_tracer("fraud-scorer")

    def span(self, name: str) -> AbstractContextManager[Any]:
        return self._tracer.start_as_current_span(name)

    def close(self) -> None:
        """Sends what is left. Without a collector each batch would be tried for seconds, beyond the drain."""
        giving_up = threading.Timer(FLUSH_SECONDS, self._exporter.shutdown)
        giving_up.start()
        self._provider.shutdown()
        giving_up.cancel()


def open_tracing(endpoint: str | None) -> Tracing:
    """The tracing that the environment asks for."""
    return OtlpTracing() if endpoint else NoTracing()
