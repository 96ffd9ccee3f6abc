"""What rules about containers share: the document around a container, users, and what Windows lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelyard.subjects.document import Document, Path
from modelyard.subjects.facts import Container, Subject

# Where a file says how a container is run. A Dockerfile and SageMaker's API say only what runs.
_RUNNERS = frozenset({"kubernetes", "ecs", "compose"})
_NONE: Mapping[str, Any] = {}
# What has user 0 under another name: BSD's second root, and what Windows has instead.
_ROOTS = frozenset({"root", "toor", "containeradministrator", "administrator", "nt authority\\system"})


def value_at(document: Document, path: Path) -> Any:
    """The value of a path, or None where the document has none."""
    value = document.data
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def mapping_at(document: Document, path: Path) -> Mapping[str, Any]:
    """The mapping of a path; an empty one where there is none."""
    value = value_at(document, path)
    return value if isinstance(value, dict) else _NONE


def written(container: Container) -> Mapping[str, Any]:
    """The container as its document has it."""
    return mapping_at(container.document, container.path)


def around(container: Container) -> Mapping[str, Any]:
    """What holds the list of containers: the pod's spec, or the task definition."""
    return mapping_at(container.document, container.path[:-2])


def of(mapping: Mapping[str, Any], key: str) -> Any:
    """The value of a key of ECS, as the API (``pidMode``) or CloudFormation (``PidMode``) spells it."""
    return mapping[key] if key in mapping else mapping.get(key[0].upper() + key[1:])


def inner(mapping: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The mapping of a key, in either spelling; an empty one where there is none."""
    value = of(mapping, key)
    return value if isinstance(value, dict) else _NONE


def is_run(container: Container) -> bool:
    """Whether silence of the file means something: it says how this container is run.

    An image somewhere in an object of somebody else's kind is not a whole container: its operator adds
    what the object does not say.
    """
    if container.platform == "kubernetes":
        return container.path != container.workload.path
    return container.platform in _RUNNERS


def is_windows(container: Container) -> bool:
    """Whether it runs on Windows, which knows no user ids, capabilities or read-only root."""
    if container.platform == "kubernetes":
        return bool(inner(around(container), "os").get("name") == "windows")
    if container.platform == "ecs":
        family = of(inner(around(container), "runtimePlatform"), "operatingSystemFamily")
        return isinstance(family, str) and family.startswith("WINDOWS")
    return False


def is_root(user: str) -> bool:
    """Whether a user as written is root: ``0``, ``00``, ``+0``, ``0x0``, ``root``, each with any group.

    A user of nothing but a group (``:1000``) is the image's own and of nobody's choosing: Docker takes 0.
    """
    name = user.strip().partition(":")[0].strip()
    if not name:
        return user.strip().startswith(":")
    return name.lower() in _ROOTS or number(name) == 0


def root_in_name_only(container: Container) -> bool:
    """Whether a container that only prepares others has none of what makes root dangerous.

    Without a capability, and with a root file system that cannot be written, all that is left to user 0 are
    files of user 0. Platforms whose shared folders belong to root leave no other way to fill them before
    the model starts (docs/decisions/0009), so there is nothing that anybody could mend.
    """
    return (
        container.role == "init"
        and not container.capabilities_added
        and any(capability(said.value) == "ALL" for said in container.capabilities_dropped)
        and container.read_only_root is not None
        and container.read_only_root.value is True
        and not (container.privileged is not None and container.privileged.value)
        and not container.mounts
        and not container.workload.host_namespaces
        and not container.workload.host_paths
    )


def is_unknown(user: str) -> bool:
    """Whether a user as written is empty, or filled in by somebody else."""
    return not user.strip() or "$" in user or "{{" in user


def number(text: str) -> int | None:
    """The number that a user, group or limit is, as C and Go read it; None where it is none."""
    digits = text.strip().lower()
    try:
        return int(digits, 16) if digits.lstrip("+-").startswith("0x") else int(digits, 10)
    except ValueError:
        return None


def name_of(subject: Subject) -> str:
    """How a message names a container."""
    return f"container {subject.name}" if isinstance(subject, Container) and subject.name else "the image"


def capability(written_name: str) -> str:
    """``SYS_ADMIN`` for it, for ``CAP_SYS_ADMIN`` and for either in lower case."""
    return written_name.strip().upper().removeprefix("CAP_")


def no_amount(value: Any) -> bool:
    """Whether a limit as written is none: absent, or nothing at all, which Docker takes for no limit."""
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, (int, float)):
        return value <= 0
    return isinstance(value, str) and not value.strip("0. bkmgtpeiBKMGTPEI")
