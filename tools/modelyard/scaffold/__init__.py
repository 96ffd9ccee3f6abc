"""Starters: what `tools/new` and `modelyard init` write, as files of this package.

``@NAME@``, ``@OWNER@`` and ``@BASE@`` in them are replaced; nothing else is. Every starter is rendered
by a test as it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

KINDS = {
    "service": "a service with an image of its own (the default)",
    "job": "a scheduled job",
    "multi-model": "one server in front of several models",
    "multi-container": "several containers side by side, each with resources of its own",
    "vendor": "somebody else's image, by digest",
}


# What else a starter needs: a file of another one, or of all, by the path that it gets.
_SHARED = {
    "service": {"src/serving.py": "shared/serving.py"},
    "multi-model": {"src/serving.py": "shared/serving.py"},
    "multi-container": {
        "ranking/serving.py": "shared/serving.py",
        "scoring/serving.py": "shared/serving.py",
        "scoring/inference.py": "files/service/src/inference.py",
    },
}
_HERE = os.path.dirname(__file__)


def starter(kind: str, values: Mapping[str, str]) -> dict[str, bytes]:
    """The files of a starter by their path below the model's, or the repository's, folder."""
    sources = dict(_own(f"files/{kind}")) | _SHARED.get(kind, {})
    files = {}
    for path, source in sorted(sources.items()):
        with open(os.path.join(_HERE, source), encoding="utf-8", newline="") as file:
            text = file.read()
        for key, value in values.items():
            text = text.replace(f"@{key}@", value)
        files[path] = text.encode()
    return files


def _own(top: str) -> Iterator[tuple[str, str]]:
    for folder, folders, names in os.walk(os.path.join(_HERE, top)):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            inner = os.path.relpath(os.path.join(folder, name), os.path.join(_HERE, top)).replace(os.sep, "/")
            # Dotfiles are kept as dot-NAME, so that no tool takes them for this repository's own.
            yield inner.replace("dot-", "."), f"{top}/{inner}"
