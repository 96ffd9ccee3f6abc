"""Probes, and how a container ends.

https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/. No probe names a
host: since 1.34 the baseline Pod Security Standard forbids it.
"""

from __future__ import annotations

from modelyard.artifact import Plain
from modelyard.resolve.workload import ResolvedSidecar
from modelyard.spec.container import Serve
from modelyard.targets.kubernetes import telemetry
from modelyard.targets.kubernetes.context import Context

_PERIOD = 5
# How long kube-proxy, or a load balancer, may go on sending requests to a pod that is told to end.
_UNTIL_FORGOTTEN, _UNTIL_DEREGISTERED = 5, 15
_MARGIN = 5


def literal(word: str) -> str:
    """A word of a command as it is meant: Kubernetes expands ``$(NAME)`` in it and reads ``$$`` as ``$``."""
    return word.replace("$", "$$") if "$(" in word or "$$" in word else word


def model_probes(serve: Serve, port: str) -> dict[str, Plain]:
    """Startup waits for the model to load, readiness asks whether it answers, liveness only for its port.

    A server that is busy with long predictions answers no ping in time. It should get no more requests
    then, but killing it would lose those that it works on.
    """
    ping = {"path": serve.ping, "port": port}
    return {
        "startupProbe": {
            "httpGet": ping,
            "periodSeconds": _PERIOD,
            "timeoutSeconds": 2,
            "failureThreshold": max(1, -(-serve.startup.seconds // _PERIOD)),
        },
        "readinessProbe": {
            "httpGet": dict(ping),
            "periodSeconds": 10,
            "timeoutSeconds": 2,
            "failureThreshold": 3,
        },
        "livenessProbe": {
            "tcpSocket": {"port": port},
            "periodSeconds": 20,
            "timeoutSeconds": 2,
            "failureThreshold": 3,
        },
    }


def sidecar_check(sidecar: ResolvedSidecar) -> dict[str, Plain]:
    """How a sidecar's health is asked for; empty where nothing is known that could be asked."""
    if sidecar.spec.health_command:
        return {"exec": {"command": [literal(word) for word in sidecar.spec.health_command]}}
    if telemetry.configured_here(sidecar):
        return {"httpGet": {"path": "/", "port": telemetry.HEALTH_PORT}}
    if sidecar.spec.port is not None:
        return {"tcpSocket": {"port": sidecar.spec.port}}
    return {}


def sidecar_probes(context: Context, sidecar: ResolvedSidecar) -> dict[str, Plain]:
    """A startup probe where somebody waits for the sidecar to be healthy; a container that ends has none."""
    check = sidecar_check(sidecar)
    if not check or context.order.runs_once(sidecar):
        return {}
    probes: dict[str, Plain] = {}
    if "healthy" in context.order.awaited.get(sidecar.name, ()):
        probes["startupProbe"] = {
            **check,
            "periodSeconds": _PERIOD,
            "timeoutSeconds": 5,
            "failureThreshold": 24,
        }
    probes["livenessProbe"] = {**check, "periodSeconds": 20, "timeoutSeconds": 5, "failureThreshold": 3}
    return probes


def pre_stop(context: Context) -> Plain:
    """Goes on serving until nobody sends requests any more; the sleep is the kubelet's, not a command's."""
    return {"preStop": {"sleep": {"seconds": _forgotten(context)}}}


def _forgotten(context: Context) -> int:
    return _UNTIL_FORGOTTEN if context.settings.ingress is None else _UNTIL_DEREGISTERED


def grace_seconds(context: Context) -> int:
    """Time from the first notice to the kill: the sleep above, the longest drain, and a margin."""
    drains = [part.serve.drain.seconds for part in context.workload.containers if part.serve is not None]
    return _forgotten(context) + max(drains, default=30) + _MARGIN
