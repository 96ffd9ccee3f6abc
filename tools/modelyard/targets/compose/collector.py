"""The otel preset on a laptop: the same collector, which prints what it is told and sends nothing to AWS."""

from __future__ import annotations

import json
from typing import Any

_VARIABLE = "MODELYARD_COLLECTOR"
COMMAND = [f"--config=env:{_VARIABLE}"]
# The image has no shell; this program of its own asks the health check extension.
HEALTH_COMMAND = ("/healthcheck",)


def environment() -> dict[str, str]:
    """The variable that holds the configuration: JSON, which is YAML too."""
    pipeline = {"receivers": ["otlp"], "exporters": ["debug"]}
    protocols = {"grpc": {"endpoint": "127.0.0.1:4317"}, "http": {"endpoint": "127.0.0.1:4318"}}
    config: dict[str, Any] = {
        "extensions": {"health_check": {"endpoint": "127.0.0.1:13133"}},
        "receivers": {"otlp": {"protocols": protocols}},
        "exporters": {"debug": {}},
        "service": {"extensions": ["health_check"], "pipelines": {"traces": pipeline, "metrics": pipeline}},
    }
    return {_VARIABLE: json.dumps(config, indent=2) + "\n"}
