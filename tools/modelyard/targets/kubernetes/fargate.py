"""Fargate on EKS: the sizes that pods are rounded up to.

https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html: 256 MB are added for
the kubelet and its helpers, then the next size is taken. ECS has a larger one, of 32 vCPU, which that
page does not list.
"""

from __future__ import annotations

from dataclasses import dataclass

from modelyard.targets.kubernetes.resources import PodSize
from modelyard.values import Cpu, Memory

RESERVED = 256 * 2**20
MAX_DISK = Memory(175 * 2**30)
_GIB = 2**30
_SIZES: tuple[tuple[int, tuple[int, ...]], ...] = (
    (250, (_GIB // 2, _GIB, 2 * _GIB)),
    (500, tuple(size * _GIB for size in range(1, 5))),
    (1000, tuple(size * _GIB for size in range(2, 9))),
    (2000, tuple(size * _GIB for size in range(4, 17))),
    (4000, tuple(size * _GIB for size in range(8, 31))),
    (8000, tuple(size * _GIB for size in range(16, 61, 4))),
    (16000, tuple(size * _GIB for size in range(32, 121, 8))),
)
LARGEST_CPU, LARGEST_MEMORY = Cpu(_SIZES[-1][0]), Memory(_SIZES[-1][1][-1])


@dataclass(frozen=True)
class FargateSize:
    """What is provisioned, and paid for."""

    cpu: Cpu
    memory: Memory


def provisioned(pod: PodSize) -> FargateSize | None:
    """The smallest size that holds the pod and what Fargate adds to it; None where there is none."""
    needed = pod.memory.bytes + RESERVED
    for cpu, memories in _SIZES:
        if cpu >= pod.cpu.millicores and memories[-1] >= needed:
            return FargateSize(Cpu(cpu), Memory(next(size for size in memories if size >= needed)))
    return None
