"""GitHub: workflows, composite actions, and who owns which files."""

from __future__ import annotations

from typing import Any

from modelyard.subjects.document import Path
from modelyard.subjects.facts import Owners, Workflow
from modelyard.subjects.gathering import Gathering
from modelyard.subjects.images import image_use


def gather(gathering: Gathering) -> None:
    """The workflow or action, and the images that its jobs run in."""
    data = gathering.document.data
    if not isinstance(data, dict):
        gathering.wrong((), "", "a workflow", "a mapping", data)
        return
    jobs = gathering.mapping(data, "jobs", (), "")
    gathering.add(Workflow(document=gathering.document, path=(), resource="", on=data.get("on"), jobs=jobs))
    for name, job in jobs.items():
        resource = f"job/{name}"
        if not isinstance(job, dict):
            gathering.wrong(("jobs", name), resource, "a job", "a mapping", job)
            continue
        add_image(gathering, job.get("container"), ("jobs", name, "container"), resource)
        services = gathering.mapping(job, "services", ("jobs", name), resource)
        for key, service in services.items():
            add_image(gathering, service, ("jobs", name, "services", key), f"{resource} service/{key}")
        add_steps(gathering, job, ("jobs", name), resource)
    runs = data.get("runs")
    if isinstance(runs, dict):
        add_steps(gathering, runs, ("runs",), "runs")


def add_image(gathering: Gathering, value: Any, path: Path, resource: str) -> None:
    """The image of a container of a job: its text, or a mapping with ``image``."""
    if isinstance(value, dict):
        value, path = value.get("image"), (*path, "image")
    if isinstance(value, str) and value:
        reference = None if "${{" in value else value
        image_use(gathering, value, path, resource, "docker", reference)
    elif value is not None and value != "":
        gathering.wrong(path, resource, "a container", "a string or a mapping", value)


def add_steps(gathering: Gathering, holder: dict[str, Any], path: Path, resource: str) -> None:
    """The images of steps that use ``docker://image``."""
    for place, step in gathering.mappings(holder, "steps", path, resource):
        uses = step.get("uses")
        if isinstance(uses, str) and uses.startswith("docker://"):
            reference = uses.removeprefix("docker://")
            image_use(gathering, uses, (*place, "uses"), f"{resource} step/{place[-1]}", "docker", reference)


def gather_owners(gathering: Gathering) -> None:
    """The rules of a CODEOWNERS file. GitHub documentation, "About code owners"."""
    rules: list[tuple[str, tuple[str, ...], int]] = []
    for number, line in enumerate(str(gathering.document.data).split("\n"), 1):
        words = split_owners(line)
        if words:
            rules.append((words[0], tuple(words[1:]), number))
    gathering.add(Owners(document=gathering.document, path=(), resource="", rules=tuple(rules)))


def split_owners(line: str) -> list[str]:
    r"""The words of a line up to a comment; a backslash keeps a blank or ``#`` in a pattern."""
    words: list[str] = []
    word = ""
    escaped = False
    for character in line:
        if escaped:
            word += character if character in " #" else "\\" + character
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "#" and not word:
            break
        elif character.isspace():
            if word:
                words.append(word)
            word = ""
        else:
            word += character
    if escaped:
        word += "\\"
    return [*words, word] if word else words
