"""Load balancing, scaling and deployments of a service."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.findings import Finding
from modelyard.resolve.workload import Path, Workload
from modelyard.spec.manifest import Service
from modelyard.targets.ecs.balancer import CONDITION_VALUES, Routed, conditions, route
from modelyard.targets.ecs.names import platform, settings

_ROUTE: Path = ("targets", "ecs", "loadBalancer")


def check(workload: Workload) -> Iterator[Finding]:
    """Everything about how requests come in."""
    yield from _possible(workload)
    if workload.service is not None:
        yield from _requests(workload, workload.service)
        yield from _deployment(workload, workload.service)
    routed = route(workload)
    if routed is not None:
        yield from _conditions(workload, routed)
        yield from _reach(workload, routed)
        yield from _timeout(workload, routed)


def _possible(workload: Workload) -> Iterator[Finding]:
    if settings(workload).load_balancer is None:
        return
    if workload.job is not None:
        message = "a job answers no requests"
        yield workload.finding("route-to-job", _ROUTE, message, "remove loadBalancer")
    elif platform(workload).load_balancer is None:
        hint = "ask the platform team for platforms.ecs.loadBalancer, or override loadBalancer with null here"
        yield workload.finding("no-load-balancer", _ROUTE, "the environment has no load balancer", hint)


def _requests(workload: Workload, manifest: Service) -> Iterator[Finding]:
    if manifest.scaling.requests is not None and route(workload) is None:
        message = "requests are counted by a load balancer, and it is behind none"
        hint = "add targets.ecs.loadBalancer: {priority: 100}, or scale on cpu"
        yield workload.finding("requests-without-load-balancer", ("scaling", "requests"), message, hint)


def _deployment(workload: Workload, manifest: Service) -> Iterator[Finding]:
    said, replicas = settings(workload).deployment, max(manifest.scaling.min, 1)
    most, least = replicas * said.max_percent // 100, -(-replicas * said.min_healthy_percent // 100)
    if most <= least:
        message = f"of {replicas} replicas, {least} must run and {most} may: none can be replaced"
        needed = -(-(least + 1) * 100 // replicas)
        hint = f"say maxPercent: {min(needed, 200)}, or lower minHealthyPercent"
        yield workload.finding("deployment-without-room", ("targets", "ecs", "deployment"), message, hint)


def _conditions(workload: Workload, routed: Routed) -> Iterator[Finding]:
    found = conditions(workload, routed)
    if not any("SourceIpConfig" not in item for item in found):
        hint = f"say path: /{workload.model}/*, or ask the platform team for loadBalancer.domain"
        yield workload.finding("route-takes-everything", _ROUTE, "the rule would take every request", hint)
    values = sum(len(config["Values"]) for item in found for key, config in item.items() if key != "Field")
    if values > CONDITION_VALUES:
        message = f"host, path and clients are {values} values, and a listener rule has {CONDITION_VALUES}"
        rest = len(found) - 1
        hint = f"name at most {CONDITION_VALUES - rest} ranges, wider ones if need be"
        yield workload.finding("too-many-clients", ("network", "allowFrom"), message, hint)


def _reach(workload: Workload, routed: Routed) -> Iterator[Finding]:
    if routed.balancer.scheme == "internet-facing" and not any(
        peer.cidr for peer in workload.network.allow_from
    ):
        message = "everybody on the internet could ask it, and the manifest does not say so"
        hint = 'name who may: network: {allowFrom: [{cidr: "0.0.0.0/0"}]}'
        yield workload.finding("public-by-accident", _ROUTE, message, hint)
    if routed.rule.path is not None:
        from fnmatch import fnmatchcase

        if not fnmatchcase(routed.serve.predict, routed.rule.path):
            message = f"requests to {routed.serve.predict} do not match {routed.rule.path}"
            hint = "the load balancer does not rewrite paths: let serve.predict begin as the route does"
            yield workload.finding("route-misses-predict", (*_ROUTE, "path"), message, hint)


def _timeout(workload: Workload, routed: Routed) -> Iterator[Finding]:
    if routed.serve.timeout > routed.balancer.idle_timeout:
        message = (
            f"the load balancer gives up after {routed.balancer.idle_timeout}, before {routed.serve.timeout}"
        )
        hint = (
            f"say timeout: {routed.balancer.idle_timeout}, or ask the platform team for a longer idle timeout"
        )
        yield workload.finding(
            "timeout-over-idle", (*workload.primary.path, "serve", "timeout"), message, hint
        )
