"""What a workload has of the cluster's way in, and no other may have."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.resolve.workload import Workload
from modelyard.targets.api import Claim
from modelyard.targets.kubernetes.context import context_of


def claims(workload: Workload) -> Iterator[Claim]:
    """The host and path of its ingress."""
    context = context_of(workload)
    ingress = context.settings.ingress
    if ingress is not None:
        thing = f"{ingress.host}{ingress.path} in the cluster {context.platform.cluster}"
        yield Claim(f"{thing} of {workload.place.label}", ("targets", "kubernetes", "ingress"))
