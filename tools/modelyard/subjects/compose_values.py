"""What a service of compose can say in several ways: environment, ports and volumes."""

from __future__ import annotations

import re
from typing import Any

from modelyard.subjects.document import Path
from modelyard.subjects.facts import EnvVar, Mount, Said
from modelyard.subjects.gathering import Gathering, text_of, truth
from modelyard.subjects.images import interpolate

loopback = ("127.", "::1", "localhost")
port_form = re.compile(
    r"(?:(?P<ip>\[[^\]]*\]|[^:\[\]]*):)?(?P<host>[0-9]*(?:-[0-9]+)?):(?P<inner>[0-9-]+)(?:/[a-z]+)?"
)


def environment(
    gathering: Gathering, service: dict[str, Any], path: Path, resource: str
) -> tuple[EnvVar, ...]:
    """Adds and gives the literal variables; a name without a value takes that of the shell, and is none."""
    value = service.get("environment")
    place = (*path, "environment")
    entries: list[tuple[str, Any, Path]] = []
    if isinstance(value, dict):
        entries = [(name, one, (*place, name)) for name, one in value.items() if one is not None]
    elif value is not None:
        for where, one in gathering.items(value, place, resource, "environment"):
            name, equals, rest = text_of(one).partition("=")
            if isinstance(one, (dict, list)):
                gathering.wrong(where, resource, "an item of environment", "a string", one)
            elif equals:
                entries.append((name, rest, where))
    found = [
        EnvVar(
            document=gathering.document,
            path=where,
            resource=resource,
            name=name,
            value=text_of(one),
            platform="compose",
        )
        for name, one, where in entries
    ]
    gathering.found += found
    return tuple(found)


def host_ports(
    gathering: Gathering, service: dict[str, Any], path: Path, resource: str
) -> tuple[Said[int], ...]:
    """The ports of the host that are published to others than the host itself; of a range, the first."""
    value = service.get("ports")
    if value is None:
        return ()
    found: list[Said[int]] = []
    for place, one in gathering.items(value, (*path, "ports"), resource, "ports"):
        if isinstance(one, dict):
            address, port = text_of(one.get("host_ip")), text_of(one.get("published"))
            place = (*place, "published")
        elif isinstance(one, (str, int)) and not isinstance(one, bool):
            written = interpolate(text_of(one))
            match = port_form.fullmatch(written) if written is not None else None
            if match is None:
                continue  # one port, which the host chooses; or a variable without default
            address, port = (match["ip"] or "").strip("[]"), match["host"]
        else:
            gathering.wrong(place, resource, "an item of ports", "a string", one)
            continue
        first = (interpolate(port) or "").partition("-")[0]
        if first.isascii() and first.isdigit() and len(first) < 6 and not address.startswith(loopback):
            found.append(Said(int(first), place))
    return tuple(found)


def volumes(
    gathering: Gathering, data: dict[str, Any], service: dict[str, Any], path: Path, resource: str
) -> tuple[Mount, ...]:
    """What of the host it mounts, and named volumes that are a folder of the host."""
    value = service.get("volumes")
    if value is None:
        return ()
    bound = bound_volumes(data)
    found: list[Mount] = []
    for place, one in gathering.items(value, (*path, "volumes"), resource, "volumes"):
        if isinstance(one, dict):
            source, read_only = text_of(one.get("source")), truth(one.get("read_only")) is True
            where = (*place, "source")
            kind = one.get("type")
        elif isinstance(one, str):
            source, read_only = short_volume(one)
            where, kind = place, None
        else:
            gathering.wrong(place, resource, "an item of volumes", "a string or a mapping", one)
            continue
        if kind not in (None, "bind", "npipe") or not is_path(source):
            if source not in bound:
                continue
            source = bound[source]
        found.append(
            Mount(
                document=gathering.document, path=where, resource=resource, source=source, read_only=read_only
            )
        )
    return tuple(found)


def short_volume(text: str) -> tuple[str, bool]:
    """Source and whether it is read only, of ``source:target:options``; no source in ``target`` alone."""
    # A colon inside ${NAME:-default} is no separator.
    parts = re.split(r":(?![^{}]*\})", text)
    if len(parts) < 2:
        return "", False
    if len(parts[0]) == 1 and parts[0].isalpha() and parts[1][:1] in ("\\", "/"):
        parts = [f"{parts[0]}:{parts[1]}", *parts[2:]]  # C:\folder
    options = parts[2].split(",") if len(parts) > 2 else []
    filled = interpolate(parts[0])
    return (parts[0] if filled is None else filled), "ro" in options


def is_path(source: str) -> bool:
    """Whether a source is a path of the host and not the name of a volume."""
    return source.startswith((".", "/", "~", "\\\\", "$")) or source[1:3] in (":\\", ":/")


def bound_volumes(data: dict[str, Any]) -> dict[str, str]:
    """The named volumes of the project that are a folder of the host, with the folder."""
    declared = data.get("volumes")
    found: dict[str, str] = {}
    for name, volume in declared.items() if isinstance(declared, dict) else ():
        options = volume.get("driver_opts") if isinstance(volume, dict) else None
        if isinstance(options, dict) and is_path(text_of(options.get("device"))):
            found[name] = text_of(options["device"])
    return found
