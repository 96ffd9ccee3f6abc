"""Where each container's output goes: straight to CloudWatch Logs, or through the firelens sidecar."""

from __future__ import annotations

from typing import Any

from modelyard.resolve.workload import ResolvedSidecar, Workload
from modelyard.targets.ecs.names import log_group, settings

# A full buffer drops lines; without "non-blocking" it would stop the model instead.
BUFFER = "25m"


def router(workload: Workload) -> ResolvedSidecar | None:
    """The firelens sidecar, where there is one."""
    return next((sidecar for sidecar in workload.sidecars if sidecar.preset == "firelens"), None)


def log_configuration(workload: Workload, name: str) -> dict[str, Any]:
    """The ``logConfiguration`` of the container of this name."""
    routed = router(workload)
    if routed is None or name == routed.name:
        return cloudwatch(workload)
    output = settings(workload).firelens_output or {
        "Name": "cloudwatch_logs",
        "auto_create_group": "false",
        "log_group_name": log_group(workload),
        "log_stream_prefix": f"{name}/",
        "region": workload.place.region,
    }
    return {"logDriver": "awsfirelens", "options": dict(sorted(output.items()))}


def cloudwatch(workload: Workload) -> dict[str, Any]:
    """Straight to the log group, each container and task in a stream of its own."""
    return {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": log_group(workload),
            "awslogs-region": workload.place.region,
            "awslogs-stream-prefix": workload.model,
            "max-buffer-size": BUFFER,
            "mode": "non-blocking",
        },
    }


def routes_to_group(workload: Workload) -> bool:
    """Whether the firelens sidecar itself writes to the log group, with the task's role."""
    return router(workload) is not None and not settings(workload).firelens_output
