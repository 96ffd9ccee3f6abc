"""What one process of the gate needs, loaded once: rules, policy, catalogue, environments, renderer."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from modelyard.gate.context import context_of
from modelyard.gate.evaluate import Evaluation
from modelyard.gate.file_unit import look_at_files
from modelyard.gate.look import of_findings
from modelyard.gate.model_unit import Renderer, look_at_model
from modelyard.gate.owners import owners_of
from modelyard.gate.policy import is_repository, load_policy
from modelyard.gate.redact import redacted
from modelyard.gate.result import Looked
from modelyard.gate.units import SHARED, Unit
from modelyard.load.shared import load_shared
from modelyard.rules.registry import discover as discover_rules
from modelyard.targets.registry import discover as discover_targets
from modelyard.write.tree import Tree

if TYPE_CHECKING:
    from modelyard.gate.own import Request


def looking(
    request: Request, units: Mapping[str, Unit]
) -> Callable[[], AbstractContextManager[Callable[[str], Looked]]]:
    """Opens the work for ``pipeline.workers.each``; what is loaded here is shared by forked processes."""
    targets = discover_targets()
    shared = load_shared(request.repository, targets.plugins)
    broken = shared.findings if is_repository(request.repository) else ()
    policy = load_policy(request.repository)
    owners = owners_of(request.repository)
    context = context_of(shared, policy, request.now, request.all_files, owners, request.pod_security)
    evaluation = Evaluation(discover_rules(), context)
    renderer = Renderer(request.repository, shared, targets, request.environments)
    gc.freeze()

    @contextmanager
    def work() -> Iterator[Callable[[str], Looked]]:
        with Tree(request.selection.root) as tree:

            def look(name: str) -> Looked:
                looked = look_at(units[name])
                return replace(looked, detections=redacted(looked.detections))

            def look_at(unit: Unit) -> Looked:
                if unit.name == SHARED:
                    return Looked(tuple(of_findings(broken)), ())
                if unit.model:
                    return look_at_model(unit, tree, renderer, evaluation)
                return look_at_files(unit, tree, request.selection, policy, evaluation)

            yield look

    return work
