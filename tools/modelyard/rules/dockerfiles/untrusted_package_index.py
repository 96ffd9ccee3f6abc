"""Packages from an index that anyone on the way can speak for, or from whichever of two indexes answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.dockerfiles._shared import assignments, shell
from modelyard.subjects.facts import Instruction

_LOCAL = r"(?!localhost\b|127\.0\.0\.1\b|\[::1\])"
_UNTRUSTED = re.compile(
    r"--trusted-host\b"
    rf"|(?:--(?:extra-)?index-url|--index|--default-index|--registry|-i|--find-links)[\s=]+[\"']?http://{_LOCAL}"
    r"|\b(?:npm|yarn|pnpm)\s+(?:config\s+)?set\s+registry\s+[\"']?http://"
    r"|\bpip3?\s+config\s+set\s+\S*(?:trusted-host|index-url\s+[\"']?http://)"
)
_TWO = re.compile(
    r"--extra-index-url\b|--index-strategy[\s=]+unsafe|\bpip3?\s+config\s+set\s+\S*extra-index-url"
)
_VARIABLES = frozenset({"PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST", "UV_EXTRA_INDEX_URL", "UV_INSECURE_HOST"})
_INDEXES = frozenset({"PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "NPM_CONFIG_REGISTRY", "GOPROXY"})


def check(instruction: Instruction, context: Context) -> Iterator[Problem]:
    """A second index does no harm where hashes are required: no other index has a package of that hash."""
    script = shell(instruction)
    if script:
        found = _UNTRUSTED.search(script)
        if found is None and "--require-hashes" not in script:
            found = _TWO.search(script)
        if found is not None:
            said = found[0].split("=")[0].split()[0]
            yield Problem(
                instruction.path, f"{said}: who answers first says what is installed", evidence=said
            )
        return
    for name, value in assignments(instruction):
        plain = name.upper() in _INDEXES and value.lower().startswith("http://")
        if plain or (name.upper() in _VARIABLES and value):
            yield Problem(
                instruction.path, f"{name}: who answers first says what is installed", evidence=name
            )


RULE = Rule(
    id="untrusted-package-index",
    level=Level.HIGH,
    summary="Packages come from an index that is not authenticated, or from either of two.",
    why=(
        "Anyone who takes a private package's name on the public index gets code into the image "
        "(dependency confusion)."
    ),
    fix="Use one index over https that proxies the others, or --require-hashes.",
    subject=Instruction,
    check=check,
    source="https://pip.pypa.io/en/stable/cli/pip_install/#cmdoption-extra-index-url",
)
