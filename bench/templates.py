"""Templates for the floor and the peers, made from what Modelyard itself writes.

Modelyard renders one sentinel model in one sentinel environment, in which every value that varies is a
word that stands nowhere else. Putting an expression in the place of each such word gives templates whose
rendering has, for any model of the workload, the bytes that Modelyard writes. ``bench.verify`` proves it
for every model and file, so that all contestants do the same work by construction.

Hashes that Modelyard computes (image tags, names of config maps, the seal) are the exception: contestants
get the former as data and leave zeros for the latter. Both is in their favour.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path

from bench.workload import Environment, Model

_SEAL = re.compile(r"modelyard:sha256:[0-9a-f]{64}")
_NO_SEAL = "modelyard:sha256:" + "0" * 64
# The hashes that stand in names: of a build's inputs, of a config map, of a secret's key.
_HASH = re.compile(r"(?<=:in-)[0-9a-f]{16}\b|(?<=-)(?:[0-9a-f]{10}|[0-9a-f]{8})\b(?!-)")

SENTINEL_MODEL = Model(
    name="sentinel-model",
    owner="sentinel-owner",
    description="A sentinel for the description.",
    cost_center="cc-sentinel",
    version="2999-12-31",
    sha256="fedc" * 16,
    features="features-sentinel.example.com",
    batch_size=867531,
    max_queue=867532,
    cache_ttl=867533,
    bucket="acme-features-sentinel",
    cpu=16,
    memory=72,
    max_replicas=987,
)
SENTINEL_ENVIRONMENT = Environment(
    name="sentinel-env",
    account="700700700700",
    region="ap-southeast-3",
    region_code="apse3",
    vpc="vpc-0fedcba9876543210",
    cidr="10.222.0.0/16",
    namespace="sentinel-namespace",
    log_level="sentinel-level",
    log_days=180,
    min_replicas=543,
)


@dataclasses.dataclass(frozen=True)
class Template:
    """One kind of file. ``path`` and ``text`` hold ``<<name>>`` where the value of that name belongs;
    ``shared`` says that there is one for all environments."""

    path: str
    text: str
    shared: bool


def values(model: Model, place: Environment) -> dict[str, str]:
    """Everything that can stand in a rendered file, by name."""
    return {
        "name": model.name,
        "owner": model.owner,
        "description": model.description,
        "cost_center": model.cost_center,
        "version": model.version,
        "sha256": model.sha256,
        "features": model.features,
        "batch_size": str(model.batch_size),
        "max_queue": str(model.max_queue),
        "cache_ttl": str(model.cache_ttl),
        "bucket": model.bucket,
        "cpu": str(model.cpu),
        "cpu_units": str(model.cpu * 1024),
        "memory": f"{model.memory}Gi",
        "memory_mib": str(model.memory * 1024),
        "max_replicas": str(model.max_replicas),
        "env": place.name,
        "account": place.account,
        "region": place.region,
        "region_code": place.region_code,
        "vpc": place.vpc,
        "namespace": place.namespace,
        "log_level": place.log_level,
        "log_days": str(place.log_days),
        "min_replicas": str(place.min_replicas),
    }


def hashes(files: Mapping[str, str]) -> dict[str, str]:
    """The hashes in one model's files of one environment, by the name of the value: hash0, hash1, ..."""
    found: dict[str, None] = {}
    for path in sorted(files):
        found.update(dict.fromkeys(_HASH.findall(_unsealed(files[path]))))
    return {f"hash{number}": digits for number, digits in enumerate(found)}


class Marker:
    """Puts ``<<name>>`` in the place of every sentinel value."""

    def __init__(self, files: Mapping[str, str]) -> None:
        """``files`` are the sentinel's, by path."""
        self._names = {word: name for name, word in values(SENTINEL_MODEL, SENTINEL_ENVIRONMENT).items()}
        self._names |= {word: name for name, word in hashes(files).items()}
        longest_first = sorted(self._names, key=len, reverse=True)
        self._pattern = re.compile("|".join(_pattern(word) for word in longest_first))

    def mark(self, text: str) -> str:
        """Raises ValueError where the text could be taken for marks or for a template's language."""
        for odd in ("<<", ">>", "{{", "{%", "{#"):
            if odd in text:
                raise ValueError(f"{odd} in a rendered file: the benchmark's templates cannot hold it")
        return self._pattern.sub(lambda match: f"<<{self._names[match[0]]}>>", text)


def derive(files: Mapping[str, str]) -> list[Template]:
    """The templates, from the sentinel's rendered files by path."""
    mark = Marker(files).mark
    return [
        Template(mark(path), mark(_unsealed(text)), shared=not path.startswith("environments/"))
        for path, text in sorted(files.items())
    ]


def spelled(text: str, before: str, after: str) -> str:
    """The marks in a template's language, such as ``{{ .Values.name }}``."""
    return text.replace("<<", before).replace(">>", after)


def _pattern(word: str) -> str:
    """A number counts only where it stands alone; a word is unlike any other text."""
    return rf"(?<![\w./]){word}(?![\w./])" if word.isdigit() else re.escape(word)


def _unsealed(text: str) -> str:
    return _SEAL.sub(_NO_SEAL, text)


def read_rendered(root: Path, model: str, environment: str) -> dict[str, str]:
    """What was rendered of one model for one environment, and of its image, by path."""
    found = {}
    for folder in (f"Dockerfiles/{model}", f"environments/{environment}/rendered/{model}"):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file():
                found[path.relative_to(root).as_posix()] = path.read_text(encoding="utf-8")
    return found


def same_but_seals(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but the digits of their seals."""
    return _unsealed(one) == _unsealed(other)
