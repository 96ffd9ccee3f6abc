"""What a manifest and an environment may say of Docker Compose."""

from __future__ import annotations

from dataclasses import dataclass

from modelyard.resolve.workload import Workload
from modelyard.spec.field import Spec, field
from modelyard.spec.names import UnprivilegedPort

TARGET = "compose"


@dataclass(frozen=True, kw_only=True)
class ComposeSettings(Spec):
    """What is particular to this model on a laptop, under ``targets.compose``."""

    port: UnprivilegedPort | None = field(
        "The port of the laptop that reaches the model, unless PORT is set; the serving port by default.",
        default=None,
        examples=(9000,),
    )


@dataclass(frozen=True, kw_only=True)
class ComposePlatform(Spec):
    """What laptops have, under ``platforms.compose``."""

    gpus: bool = field(
        "Whether Docker can hand out NVIDIA GPUs. Where it cannot, models start without.",
        default=True,
    )


def settings(workload: Workload) -> ComposeSettings:
    """The manifest's settings, which it need not give."""
    found = workload.settings.get(TARGET, ComposeSettings())
    assert isinstance(found, ComposeSettings)
    return found


def platform(workload: Workload) -> ComposePlatform:
    """The environment's."""
    found = workload.platform(TARGET)
    assert isinstance(found, ComposePlatform)
    return found
