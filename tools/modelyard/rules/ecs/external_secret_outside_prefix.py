"""A Kubernetes Secret that is copied from somebody else's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.ecs._secrets import SecretName, parse, wrong_name
from modelyard.subjects.document import Path
from modelyard.subjects.facts import Whole

_SPECS: Mapping[str, Path] = {
    "ExternalSecret": ("spec",),
    "ClusterExternalSecret": ("spec", "externalSecretSpec"),
}
# Where an entry of `data` or `dataFrom` names what it copies.
_NAMES = (("remoteRef", "key"), ("extract", "key"), ("find", "path"))


def check(whole: Whole, context: Context) -> Iterator[Problem]:
    """Of the External Secrets Operator's objects: each key that begins otherwise."""
    data = whole.document.data
    if whole.document.kind != "kubernetes" or not isinstance(data, Mapping):
        return
    path = _SPECS.get(str(data.get("kind")))
    if path is None:
        return
    spec: Any = data
    for key in path:
        spec = spec.get(key) if isinstance(spec, Mapping) else None
    for where, source in _sources(spec, path):
        name = parse(source) or SecretName("", source.lstrip("/"))
        wrong = wrong_name(name, whole.document.place, context)
        if wrong:
            yield Problem(where, f"copies {source}: {wrong}", evidence=source)


def _sources(spec: Any, path: Path) -> Iterator[tuple[Path, str]]:
    for section in ("data", "dataFrom"):
        entries = spec.get(section) if isinstance(spec, Mapping) else None
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            for outer, inner in _NAMES:
                named = entry.get(outer) if isinstance(entry, Mapping) else None
                source = named.get(inner) if isinstance(named, Mapping) else None
                if isinstance(source, str):
                    yield (*path, section, index, outer, inner), source


RULE = Rule(
    id="external-secret-outside-prefix",
    level=Level.HIGH,
    summary="An ExternalSecret copies a secret whose name is outside its environment's prefix.",
    why="The operator reads with rights of its own, so that nothing but the name keeps environments apart.",
    fix="Name the secret in the manifest without a prefix; the environment's secretPrefix is put before it.",
    subject=Whole,
    check=check,
    source="environment.yaml: secretPrefix; External Secrets Operator: ExternalSecret",
)
