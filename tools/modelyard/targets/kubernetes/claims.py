"""What a workload has of the cluster, and no other may have."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.resolve.workload import Workload
from modelyard.targets.api import Claim
from modelyard.targets.kubernetes.context import context_of


def claims(workload: Workload) -> Iterator[Claim]:
    """The name of its objects, and the host and path of its ingress."""
    context = context_of(workload)
    place = workload.place
    cluster = f"the cluster {context.platform.cluster} of {place.account}/{place.region}"
    yield Claim(f"{context.namespace}/{context.name} in {cluster}", ("name",))
    ingress = context.settings.ingress
    if ingress is not None:
        yield Claim(f"{ingress.host}{ingress.path} in {cluster}", ("targets", "kubernetes", "ingress"))
