"""The whole fleet as one file for `docker buildx bake`, made when it is asked for and never committed.

It holds what `tools/build` tells an engine of each image. What is of a machine (pip's settings, certificates,
the tags' registry) comes in through variables. Format: docs.docker.com/build/bake/reference. Values of the
JSON are templates of HCL: ``${`` and ``%{`` would be evaluated.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from modelyard.build.plan import Image
from modelyard.engines.api import LAYER_DATE, BuildNetwork
from modelyard.engines.docker import PUSHED

_VARIABLES = {
    "PIP_CONF": "/dev/null",
    "CA_BUNDLE": "/dev/null",
}


def target_name(repository: str) -> str:
    """A name that bake takes; models and containers have no underscore, so none is another's."""
    return repository.replace("/", "_")


def bake_file(images: Sequence[Image], *, push: bool = False, network: BuildNetwork = "") -> str:
    """The bake file of these images, to be used in the root of the repository.

    With ``push`` it sends them to their registry, dated as ``engines.docker`` dates them; that takes a
    builder apart from the daemon. Without, where they go is up to the caller of bake. ``network`` is heeded
    by bake 0.17 and newer, which want ``--allow network.host`` for it.
    """
    more: dict[str, Any] = {"output": [PUSHED]} if push else {}
    if network:
        more["network"] = network
    targets = {target_name(image.repository): {**_target(image), **more} for image in images}
    document = {
        "variable": {name: {"default": value} for name, value in sorted(_VARIABLES.items())},
        "group": {"default": {"targets": sorted(targets)}},
        "target": dict(sorted(targets.items())),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _target(image: Image) -> dict[str, Any]:
    contexts = {name: literal(path) for name, path in image.contexts.items()}
    up = "../" * (image.context.count("/") + 1)
    return {
        "context": literal(image.context),
        **({"contexts": contexts} if contexts else {}),
        "dockerfile": literal(up + image.dockerfile),
        "platforms": list(image.platforms),
        "tags": [literal(tag) for tag in image.tags],
        "labels": {name: literal(value) for name, value in image.labels.items()},
        "args": {"SOURCE_DATE_EPOCH": str(LAYER_DATE)},
        "secret": ["id=pipconf,src=${PIP_CONF}", "id=cabundle,src=${CA_BUNDLE}"],
        "attest": ["type=provenance,disabled=true"],
    }


def literal(text: str) -> str:
    """Text that HCL takes as it is."""
    return text.replace("${", "$${").replace("%{", "%%{")
