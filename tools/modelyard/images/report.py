"""trivy's report on an image, read strictly: it must be about this image, and all of it is understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from modelyard.detections import Level
from modelyard.images.image import Image, shown
from modelyard.scanners.api import Malformed, get

_SCHEMA = 2
_CLASSES = ("os-pkgs", "lang-pkgs", "secret", "config")
_SEVERITIES = {
    "CRITICAL": Level.CRITICAL,
    "HIGH": Level.HIGH,
    "MEDIUM": Level.MEDIUM,
    "LOW": Level.LOW,
    # Nobody has judged it yet, which is no reason to think it harmless.
    "UNKNOWN": Level.MEDIUM,
}
# What is kept of each part. Above all not: the configuration of the image and lines of files, for the secrets
# in them, and what is written about vulnerabilities at length.
_KEPT = {
    "Vulnerabilities": (
        "VulnerabilityID",
        "PkgName",
        "PkgPath",
        "InstalledVersion",
        "FixedVersion",
        "Status",
        "Severity",
        "Title",
        "PrimaryURL",
    ),
    "Secrets": ("RuleID", "Category", "Severity", "Title", "StartLine", "EndLine", "Offset", "Layer"),
    "Misconfigurations": (
        "ID",
        "Title",
        "Description",
        "Message",
        "Resolution",
        "Severity",
        "Status",
        "PrimaryURL",
    ),
}


@dataclass(frozen=True)
class Vulnerability:
    """One of one package. ``path`` is where the package is, if it is a file's; ``fixed`` may be empty."""

    id: str
    package: str
    installed: str
    fixed: str
    type: str
    is_system: bool
    path: str
    level: Level
    severity: str
    title: str
    url: str


@dataclass(frozen=True)
class Secret:
    """A credential in a file or in the configuration; what it is stays in the image."""

    rule: str
    title: str
    target: str
    line: int
    mark: str


@dataclass(frozen=True)
class Misconfiguration:
    """Something that trivy dislikes in how the image is configured or was built."""

    id: str
    title: str
    why: str
    message: str
    fix: str
    url: str


@dataclass(frozen=True)
class Report:
    """``packages`` are the numbers of packages by type (``debian``, ``python-pkg``) of those found at all."""

    family: str
    release: str
    past_support: bool
    system_packages: int
    library_packages: dict[str, int]
    vulnerabilities: tuple[Vulnerability, ...]
    secrets: tuple[Secret, ...]
    misconfigurations: tuple[Misconfiguration, ...]


def reduced(report: Any, image: Image) -> dict[str, Any]:
    """What is needed of a report, which must be about the very image. Raises Malformed.

    It holds no secret, can be kept, and ``parse`` reads it.
    """
    if get(report, int, "SchemaVersion") != _SCHEMA:
        raise Malformed(f"gave a report of format {report['SchemaVersion']}")
    about = get(report, dict, "Metadata")
    layers = [get(one, str, "Digest") for one in _listed(about, "Layers")]
    seen = (get(about, str, "ImageID"), tuple(_listed(about, "DiffIDs")), tuple(layers))
    if get(report, str, "ArtifactType") != "container_image" or seen != _identity(image):
        raise Malformed(f"gave a report on another image, {shown(about['ImageID'])}")
    return {
        "SchemaVersion": _SCHEMA,
        "ArtifactName": image.digest,
        "ArtifactType": "container_image",
        "Metadata": {name: about[name] for name in ("OS", "ImageID", "DiffIDs") if name in about},
        "Results": [_reduced(one) for one in _listed(report, "Results")],
    }


def _identity(image: Image) -> tuple[object, ...]:
    # trivy names an empty layer's content, too: there is one entry for each layer.
    return image.image_id, image.diff_ids, tuple(one.digest for one in image.layers)


def _reduced(result: Any) -> dict[str, Any]:
    if "ExperimentalModifiedFindings" in get(result, dict):
        raise Malformed("left something out of its report")
    kept = {name: result[name] for name in ("Target", "Class", "Type", "Packages") if name in result}
    for part, names in _KEPT.items():
        if part in result:
            kept[part] = [
                {name: one[name] for name in names if name in get(one, dict)} for one in _listed(result, part)
            ]
    return kept


def parse(report: Any) -> Report:
    """A report that ``reduced`` made. Raises Malformed."""
    about = get(report, dict, "Metadata")
    system = get(about, dict, "OS") if about.get("OS") is not None else {}
    results = _listed(report, "Results")
    for result in results:
        if get(result, str, "Class") not in _CLASSES:
            raise Malformed(f"gave a result of an unknown class, {shown(result['Class'])}")
    libraries: dict[str, int] = {}
    for result in _of_class(results, "lang-pkgs"):
        kind = get(result, str, "Type")
        libraries[kind] = libraries.get(kind, 0) + len(_listed(result, "Packages"))
    return Report(
        family=_text(system, "Family"),
        release=_text(system, "Name"),
        past_support=system.get("EOSL") is True,
        system_packages=sum(len(_listed(one, "Packages")) for one in _of_class(results, "os-pkgs")),
        library_packages=libraries,
        vulnerabilities=tuple(_vulnerabilities(results)),
        secrets=tuple(_secrets(results, get(report, str, "ArtifactName"))),
        misconfigurations=tuple(_misconfigurations(results)),
    )


def _of_class(results: Iterable[Any], name: str) -> Iterator[Any]:
    return (one for one in results if one["Class"] == name)


def _vulnerabilities(results: Iterable[Any]) -> Iterator[Vulnerability]:
    for result in results:
        for one in _listed(result, "Vulnerabilities"):
            severity = get(one, str, "Severity")
            yield Vulnerability(
                id=get(one, str, "VulnerabilityID"),
                package=get(one, str, "PkgName"),
                installed=get(one, str, "InstalledVersion"),
                fixed=_text(one, "FixedVersion"),
                type=get(result, str, "Type"),
                is_system=result["Class"] == "os-pkgs",
                path=_text(one, "PkgPath"),
                level=_level(severity),
                severity=severity.lower(),
                title=_text(one, "Title"),
                url=_text(one, "PrimaryURL"),
            )


def _secrets(results: Iterable[Any], artifact: str) -> Iterator[Secret]:
    for result in results:
        # What is not in a file of a layer is in the configuration, which trivy calls by the image's name.
        for one in _listed(result, "Secrets"):
            layer = _text(one.get("Layer") or {}, "DiffID")
            line = get(one, int, "StartLine")
            rule, target = get(one, str, "RuleID"), get(result, str, "Target")
            if not layer:
                target = ""
            _level(get(one, str, "Severity"))
            mark = f"{layer} {line} {one.get('Offset', '')}"
            yield Secret(rule, get(one, str, "Title"), target.lstrip("/"), line, mark)


def _misconfigurations(results: Iterable[Any]) -> Iterator[Misconfiguration]:
    for result in results:
        for one in _listed(result, "Misconfigurations"):
            if get(one, str, "Status") != "FAIL":
                raise Malformed(f"gave a result of status {shown(one['Status'])}")
            yield Misconfiguration(
                id=get(one, str, "ID"),
                title=get(one, str, "Title"),
                why=_text(one, "Description"),
                message=_text(one, "Message"),
                fix=_text(one, "Resolution"),
                url=_text(one, "PrimaryURL"),
            )


def _level(severity: str) -> Level:
    try:
        return _SEVERITIES[severity]
    except KeyError:
        raise Malformed(f"gave a result of severity {shown(severity)}") from None


def _listed(value: Any, name: str) -> list[Any]:
    """A list that may be missing or null, as Go writes empty ones."""
    found = get(value, dict).get(name)
    return [] if found is None else get(found, list)


def _text(value: Any, name: str) -> str:
    """A text that may be missing."""
    return get(value, str, name) if name in get(value, dict) else ""
