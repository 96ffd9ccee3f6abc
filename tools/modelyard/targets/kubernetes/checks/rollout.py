"""Time and numbers: what the Deployment, the autoscaler and the CronJob can count."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.findings import Finding, Severity
from modelyard.targets.kubernetes.context import Context

_SETTINGS = ("targets", "kubernetes")
_MAX_STARTUP = 1800
# https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
_MAX_WINDOW = 3600


def check_rollout(context: Context) -> Iterator[Finding]:
    """Rollout, startup and cooldowns of a service."""
    workload, settings = context.workload, context.settings
    if workload.service is None:
        return
    if settings.max_surge == 0 and settings.max_unavailable == 0:
        message = "a rollout that may neither add a replica nor take one away cannot begin"
        yield workload.finding(
            "impossible-rollout", (*_SETTINGS, "maxSurge"), message, "set maxSurge or maxUnavailable to 1"
        )
    for container in workload.containers:
        if container.serve is not None and container.serve.startup.seconds > _MAX_STARTUP:
            message = f"a rollout would wait {container.serve.startup} to find out that the model is broken"
            hint = "have the weights fetched by the init container, or stay below 30m"
            path = (*container.path, "serve", "startup")
            yield workload.finding("long-startup", path, message, hint, Severity.WARNING)
    scaling = workload.service.scaling
    if scaling.min == scaling.max:
        return
    for field, cooldown in (
        ("scaleOutCooldown", scaling.scale_out_cooldown),
        ("scaleInCooldown", scaling.scale_in_cooldown),
    ):
        if cooldown.seconds > _MAX_WINDOW:
            message = f"the autoscaler looks back for an hour at most, not for {cooldown}"
            yield workload.finding("long-cooldown", ("scaling", field), message, "set 1h or less")
