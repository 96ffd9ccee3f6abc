"""A deployment that fails for ever."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.ecs._shared import body, is_true, pick, spelled, value_at
from modelyard.subjects.facts import EcsService

_CONFIGURATION = "deploymentConfiguration"
_BREAKER = "deploymentCircuitBreaker"


def check(service: EcsService, context: Context) -> Iterator[Problem]:
    """Only rolling deployments: CodeDeploy and other controllers have ways of their own."""
    properties = value_at(service.document, body(service))
    if not isinstance(properties, dict):
        return
    controller = pick(pick(properties, "deploymentController")[1], "type")[1]
    daemon = pick(properties, "schedulingStrategy")[1] == "DAEMON"
    breaker = pick(pick(properties, _CONFIGURATION)[1], _BREAKER)[1]
    if controller not in (None, "ECS") or daemon:
        return
    if not (is_true(pick(breaker, "enable")[1]) and is_true(pick(breaker, "rollback")[1])):
        path = spelled(service.document, body(service), _CONFIGURATION, _BREAKER)
        yield Problem(path, "no deployment circuit breaker that rolls back")


RULE = Rule(
    id="no-deployment-circuit-breaker",
    level=Level.LOW,
    summary="A service does not roll back a deployment whose tasks never become healthy.",
    why="ECS starts the broken revision again and again, for hours, and the stack hangs.",
    fix="Set DeploymentConfiguration.DeploymentCircuitBreaker with Enable and Rollback true.",
    subject=EcsService,
    check=check,
    source="Amazon ECS Developer Guide: How the deployment circuit breaker detects failures",
)
