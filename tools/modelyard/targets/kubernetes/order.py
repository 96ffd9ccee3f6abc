"""The start order of containers, in the terms that Kubernetes has for it.

A pod starts its init containers one after the other, then all the others at once. So a sidecar that
something waits for becomes an init container: one that keeps running (``restartPolicy: Always``,
"native sidecar", stable since Kubernetes 1.33) or, where its end is waited for, a plain one. See
https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from modelyard.resolve.workload import ResolvedSidecar, Workload


@dataclass(frozen=True)
class Order:
    """``first`` in the order in which they start; ``beside`` start with the model's containers.

    ``awaited`` says of a sidecar for what others wait: started, healthy, succeeded.
    """

    first: tuple[ResolvedSidecar, ...]
    beside: tuple[ResolvedSidecar, ...]
    awaited: Mapping[str, frozenset[str]]

    def runs_once(self, sidecar: ResolvedSidecar) -> bool:
        """Whether its end is waited for."""
        return "succeeded" in self.awaited.get(sidecar.name, ())


NOTHING = Order((), (), {})


def order_of(workload: Workload) -> Order:
    """Tolerates cycles and unknown names, which are findings of their own."""
    if not workload.sidecars:
        return NOTHING
    awaited = _awaited(workload)
    # A container that outlives the work would keep a job from ever ending.
    first = [part for part in workload.sidecars if part.name in awaited or workload.job is not None]
    beside = tuple(part for part in workload.sidecars if part not in first)
    return Order(tuple(_sorted(first)), beside, awaited)


def _awaited(workload: Workload) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    edges = [part.depends_on for part in workload.containers]
    edges += [part.spec.depends_on for part in workload.sidecars]
    for depends_on in edges:
        for name, condition in depends_on.items():
            found.setdefault(name, set()).add(condition)
    return {name: frozenset(conditions) for name, conditions in found.items()}


def _sorted(sidecars: list[ResolvedSidecar]) -> list[ResolvedSidecar]:
    """Each after all that it waits for, and otherwise in the order of the manifest."""
    by_name = {part.name: part for part in sidecars}
    done: dict[str, ResolvedSidecar] = {}
    visited: set[str] = set()

    def visit(part: ResolvedSidecar) -> None:
        if part.name in visited:
            return
        visited.add(part.name)
        for name in part.spec.depends_on:
            if name in by_name:
                visit(by_name[name])
        done[part.name] = part

    for part in sidecars:
        visit(part)
    return list(done.values())
