"""A compose file that runs a model on a laptop: ``docker compose -f .../compose.yaml up --build``.

Then ``curl 127.0.0.1:8080/ping``. The containers get what they get elsewhere: user, read-only root file
system, limits, variables, one address, start order. ``docker compose run`` is how a job runs.

What a laptop has no use for is left out on purpose, and so every feature is honoured: schedules, retries,
time limits, copies and scaling (one replica runs, once), network rules (only this machine reaches it),
log routing through FireLens (``docker compose logs`` has them), and roles. In place of a role, a model
that declares permissions gets the developer's own credentials from the shell. Secrets come from the shell
too, by the name of their variable. Weights come from a folder (see ``storage``), and the checksums of those
that are mounted are not checked here. A container whose health nothing can tell counts as healthy once it
has started.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.artifact import Artifact, Plain, YamlStream
from modelyard.findings import Finding
from modelyard.resolve.workload import Feature, Workload
from modelyard.targets.api import Derived, Selection, Target
from modelyard.targets.compose.interpolation import escaped
from modelyard.targets.compose.services import services
from modelyard.targets.compose.settings import TARGET as NAME
from modelyard.targets.compose.settings import ComposePlatform, ComposeSettings, settings
from modelyard.targets.compose.storage import local_files, volumes

_LEFT_OUT = (
    Feature.FIRELENS,
    Feature.NETWORK,
    Feature.PARALLELISM,
    Feature.RETRIES,
    Feature.SCALING,
    Feature.SCHEDULE,
    Feature.TIMEOUT,
)


def render(workload: Workload) -> Iterator[Artifact]:
    """One compose file."""
    document: dict[str, Plain] = {"name": workload.model, "services": services(workload)}
    named = volumes(workload)
    if named:
        document["volumes"] = named
    yield Artifact(workload.output(NAME, "compose.yaml"), YamlStream((escaped(document),)), workload.source)


def check(workload: Workload) -> Iterator[Finding]:
    """A port of the laptop that two containers would take."""
    port = settings(workload).port
    for container in workload.containers[1:]:
        if port is not None and container.serve is not None and container.serve.port == port:
            message = f"port {port} of the laptop is taken by {container.name}"
            path = ("targets", NAME, "port")
            yield workload.finding("host-port-clash", path, message, f"choose another, such as {port + 1000}")


def explain(workload: Workload) -> Iterator[Derived]:
    """Where weights must lie, and what is not there on a laptop."""
    files = local_files(workload)
    for delivery in workload.deliveries:
        place = f"models/{workload.model}/{files[delivery.path]}"
        yield Derived(f"volumes.{delivery.path}", place, f"{delivery.name}, mounted instead of fetched")
    for item in workload.baked:
        place = f"models/{workload.model}/{files[item.path]}"
        yield Derived(f"image.{item.path}", place, f"{item.name}, copied into the image by its build")
    for feature in _LEFT_OUT:
        if feature in workload.features:
            yield Derived("left out", feature.value, "a laptop runs one replica, once, for one developer")


TARGET = Target(
    name=NAME,
    summary="A compose file that runs the model on a laptop.",
    settings=ComposeSettings,
    platform=ComposePlatform,
    selection=Selection.IMPLIED,
    honours=frozenset(Feature),
    render=render,
    check=check,
    explain=explain,
)

__all__ = ["TARGET"]
