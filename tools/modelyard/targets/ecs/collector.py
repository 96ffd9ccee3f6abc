"""The otel sidecar: what its collector receives and scrapes, and where that goes.

The configuration is handed over in a variable, which every distribution of the collector reads
(``--config=env:NAME``), so that the image stays the one that its maker published.
"""

from __future__ import annotations

from typing import Any

from modelyard.resolve.workload import ResolvedSidecar, Workload
from modelyard.targets.ecs.names import log_group

VARIABLE = "MODELYARD_COLLECTOR"
COMMAND = [f"--config=env:{VARIABLE}"]
# OTLP over gRPC and HTTP, as OpenTelemetry's SDKs expect them.
PORTS = (4317, 4318)


def collector(workload: Workload) -> ResolvedSidecar | None:
    """The otel sidecar, where there is one."""
    return next((sidecar for sidecar in workload.sidecars if sidecar.preset == "otel"), None)


def configured_here(sidecar: ResolvedSidecar) -> bool:
    """Whether the preset's configuration applies: arguments of the manifest's own replace it."""
    return sidecar.preset == "otel" and not sidecar.spec.command and not sidecar.spec.args


def configuration(workload: Workload) -> str:
    """The collector's configuration as JSON, which is YAML too."""
    import json

    region, scraped = workload.place.region, _scrape_jobs(workload)
    receivers: dict[str, Any] = {
        "otlp": {
            "protocols": {
                "grpc": {"endpoint": f"127.0.0.1:{PORTS[0]}"},
                "http": {"endpoint": f"127.0.0.1:{PORTS[1]}"},
            }
        }
    }
    if scraped:
        receivers["prometheus"] = {"config": {"scrape_configs": scraped}}
    emf = {"region": region, "namespace": workload.full_name, "log_group_name": log_group(workload)}
    config = {
        "receivers": receivers,
        "processors": {"batch": {}, "resourcedetection": {"detectors": ["env", "ecs"]}},
        "exporters": {"awsxray": {"region": region}, "awsemf": {**emf, "log_stream_name": "metrics"}},
        "service": {
            "pipelines": {
                "traces": _pipeline(["otlp"], "awsxray"),
                "metrics": _pipeline(list(receivers), "awsemf"),
            }
        },
    }
    return json.dumps(config, separators=(",", ":"))


def _pipeline(receivers: list[str], exporter: str) -> dict[str, Any]:
    return {"receivers": receivers, "processors": ["resourcedetection", "batch"], "exporters": [exporter]}


def _scrape_jobs(workload: Workload) -> list[dict[str, Any]]:
    return [
        {
            "job_name": part.name,
            "scrape_interval": "60s",
            "metrics_path": part.serve.metrics.path,
            "static_configs": [{"targets": [f"127.0.0.1:{part.serve.metrics.port}"]}],
        }
        for part in workload.containers
        if part.serve is not None and part.serve.metrics is not None
    ]
