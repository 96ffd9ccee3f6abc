"""What rules about images share: reading a reference, and finding it in the catalogue."""

from __future__ import annotations

import datetime
import re
from typing import Any

from modelyard.rules.api import Base, Context
from modelyard.subjects.facts import ImageUse

# The two algorithms that OCI registers. A shorter digest is none.
_DIGEST = re.compile(r"@(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$", re.ASCII)
# Shell and compose variables, Helm and Jinja: filled in by somebody who was not reviewed here.
_PLACEHOLDER = re.compile(r"\$|\{\{")
_ECR = re.compile(r"(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?", re.ASCII)
# Clocks of registries and of this machine differ by so much.
_SKEW = datetime.timedelta(minutes=5)


def known(use: ImageUse) -> str:
    """The reference as it will be pulled; empty where something in it is filled in elsewhere."""
    reference = use.reference
    return "" if reference is None or _PLACEHOLDER.search(reference) else reference


def digest_of(reference: str) -> str:
    """``sha256:...`` of a reference, or empty."""
    found = _DIGEST.search(reference)
    return found[1] if found else ""


def repository_of(reference: str) -> str:
    """``host/path``, with what Docker leaves out filled in: ``python:3`` is ``docker.io/library/python``."""
    name = reference.partition("@")[0]
    head, _, tail = name.rpartition("/")
    name = f"{head}/{tail.partition(':')[0]}" if head else tail.partition(":")[0]
    host, slash, path = name.partition("/")
    if not slash:
        return f"docker.io/library/{name}"
    if host in ("docker.io", "index.docker.io", "registry-1.docker.io"):
        return f"docker.io/{path}" if "/" in path else f"docker.io/library/{path}"
    return name if "." in host or ":" in host or host == "localhost" else f"docker.io/{name}"


def tag_of(reference: str) -> str:
    """The tag of a reference, or empty."""
    return reference.partition("@")[0].rpartition("/")[2].partition(":")[2]


def base_of(use: ImageUse, context: Context) -> Base | None:
    """The entry of the catalogue that this image is, by its digest."""
    reference = use.reference
    return context.bases.get(digest_of(reference)) if reference else None


def own_registry(use: ImageUse, reference: str, context: Context) -> bool:
    """Whether an image comes from the registry of the file's environment, or of any where it is in none."""
    found = _ECR.fullmatch(reference.partition("/")[0])
    if found is None:
        return False
    here = context.environment(use.document.place)
    places = (here,) if here is not None else tuple(context.environments.values())
    return any(found[1] in one.accounts and found[2] in one.regions for one in places)


def today(context: Context) -> datetime.date:
    """The day in UTC on which a date of the catalogue is judged, with some minutes for other clocks."""
    return (context.now + _SKEW).date()


def shown(base: Base) -> str:
    """How reports name an entry of the catalogue."""
    return f"{base.key} ({base.repository}:{base.tag})"


def day(said: Any) -> datetime.date | None:
    """The day that a value of the catalogue names, or None."""
    try:
        return datetime.date.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
