"""Task definitions of ECS, in the spelling of the API or of CloudFormation.

Names and meanings: Amazon ECS API reference, RegisterTaskDefinition; AWS CloudFormation,
AWS::ECS::TaskDefinition.
"""

from __future__ import annotations

from typing import Any

from modelyard.subjects.document import Path
from modelyard.subjects.ecs_container import Task, add_container
from modelyard.subjects.facts import Said, TaskDefinition, Workload
from modelyard.subjects.gathering import Gathering, branches, text_of
from modelyard.subjects.spelling import api, spell_path

host_modes = (("network", "networkMode"), ("pid", "pidMode"), ("ipc", "ipcMode"))


def gather(gathering: Gathering) -> None:
    """The task definition of a JSON or YAML document, or of what describe-task-definition gave."""
    data = gathering.document.data
    if isinstance(data, list):
        data = {"containerDefinitions": data}
        add_task(gathering, data, Spelled((), flat=True), "TaskDefinition/")
        return
    if not isinstance(data, dict):
        gathering.wrong((), "", "a task definition", "a mapping", data)
        return
    inner = data.get("taskDefinition")
    if isinstance(inner, dict):
        add_task(
            gathering, inner, Spelled(("taskDefinition",)), f"TaskDefinition/{text_of(inner.get('family'))}"
        )
    elif "ContainerDefinitions" in data:
        family = text_of(data.get("Family"))
        add_task(gathering, api(data), Spelled((), capital=True), f"TaskDefinition/{family}")
    else:
        add_task(gathering, data, Spelled(()), f"TaskDefinition/{text_of(data.get('family'))}")


class Spelled:
    """Where a task definition stands, and how its keys are spelled there."""

    __slots__ = ("base", "capital", "flat")

    def __init__(self, base: Path, *, capital: bool = False, flat: bool = False) -> None:
        self.base = base
        self.capital = capital
        self.flat = flat  # the document is the list of the containers itself

    def __call__(self, *steps: str | int) -> Path:
        """The path in the document of a path in the API's spelling."""
        if self.flat:
            return self.base + (steps[1:] if steps[:1] == ("containerDefinitions",) else steps)
        return self.base + (spell_path(steps) if self.capital else steps)


def at(task: TaskDefinition, *steps: str | int) -> Path:
    """The path in the document of ``definition[steps[0]][steps[1]]...``, which the API's names give."""
    document = task.document
    if isinstance(document.data, list):
        return Spelled(task.path, flat=True)(*steps)
    inside: Any = document.data
    for step in task.path:
        inside = inside[step]
    capital = document.kind == "cloudformation" or "ContainerDefinitions" in inside
    return Spelled(task.path, capital=capital)(*steps)


def add_task(gathering: Gathering, definition: dict[str, Any], at_path: Spelled, resource: str) -> None:
    """Adds a task definition given in the API's spelling, its workload and its containers."""
    inner = Gathering(gathering.document)  # its paths are in the API's spelling, and are spelled at the end
    compatibilities = [one.value for one in inner.texts(definition, "requiresCompatibilities", (), resource)]
    network = text_of(definition.get("networkMode"))
    namespaces = tuple(
        Said(name, at_path(*place))
        for name, key in host_modes
        for place, mode in branches(definition.get(key), (key,))
        if mode == "host"
    )
    volumes = host_volumes(inner, definition, resource)
    workload = Workload(
        document=gathering.document,
        path=at_path(),
        resource=resource,
        platform="ecs",
        kind="TaskDefinition",
        name=text_of(definition.get("family")),
        serves=True,
        host_namespaces=namespaces,
        host_paths=tuple(Said(source, at_path(*place)) for source, place in volumes.values()),
        fargate=bool(compatibilities) and all(one == "FARGATE" for one in compatibilities),
    )
    gathering.add(workload)
    gathering.add(
        TaskDefinition(
            document=gathering.document,
            path=at_path(),
            resource=resource,
            family=workload.name,
            task_role=role(definition, "taskRoleArn", at_path),
            execution_role=role(definition, "executionRoleArn", at_path),
            definition=definition,
        )
    )
    containers = inner.mappings(definition, "containerDefinitions", (), resource)
    gathering.found += respelled(inner, at_path)
    if definition.get("containerDefinitions") is None:
        gathering.malformed(at_path(), resource, "a task definition has to have containerDefinitions")
    task = Task(definition, at_path, workload, network, volumes, awaited(containers))
    for place, item in containers:
        add_container(gathering, item, place, task)


def respelled(inner: Gathering, at_path: Spelled) -> list[Any]:
    """What was found malformed under paths of the API, at the paths of the document."""
    from dataclasses import replace

    return [replace(fact, path=at_path(*fact.path)) for fact in inner.found]


def role(definition: dict[str, Any], key: str, at_path: Spelled) -> Said[Any] | None:
    value = definition.get(key)
    return None if value is None else Said(value, at_path(key))


def host_volumes(
    gathering: Gathering, definition: dict[str, Any], resource: str
) -> dict[str, tuple[str, Path]]:
    """The volumes that are paths of the host, by name, each with the place of its source."""
    found: dict[str, tuple[str, Path]] = {}
    for place, volume in gathering.mappings(definition, "volumes", (), resource):
        host = gathering.mapping(volume, "host", place, resource)
        source = host.get("sourcePath")
        if source is not None:
            found[text_of(volume.get("name"))] = (text_of(source), (*place, "host", "sourcePath"))
    return found


def awaited(containers: list[tuple[Path, dict[str, Any]]]) -> frozenset[str]:
    """The names of the containers that others wait for to end: those only prepare."""
    found: set[str] = set()
    for _, item in containers:
        waits = item.get("dependsOn")
        for one in waits if isinstance(waits, list) else ():
            if isinstance(one, dict) and one.get("condition") in ("SUCCESS", "COMPLETE"):
                found.add(text_of(one.get("containerName")))
    return frozenset(found)
