"""What a model's rendering depends on, as one digest, without parsing anything.

Only the standard library is imported here: a run in which nothing changed ends before YAML, Jinja2
or any specification is loaded.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

from modelyard.load import layout
from modelyard.write.scan import digest_tree
from modelyard.write.tree import OPEN_FILE, Tree

_SUFFIXES = (".py", ".j2", ".json", ".yaml")


def tool_digest() -> bytes:
    """Modelyard's own code and templates, and the versions of what it stands on."""
    package = os.path.dirname(os.path.dirname(__file__))
    total = blake2b(repr(sys.version_info[:3]).encode(), digest_size=32)
    for folder, folders, files in os.walk(package):
        folders.sort()
        for name in sorted(files):
            if name.endswith(_SUFFIXES):
                with open(os.path.join(folder, name), "rb") as file:
                    _feed(total, name.encode(), file.read())
    for path in sys.path:
        if path.endswith("site-packages"):
            for name in sorted(os.listdir(path)):
                if name.endswith(".dist-info"):
                    total.update(name.encode() + b"\0")
    return total.digest()


class Fingerprints:
    """Digests of inputs and outputs of models. ``shared`` is that of what all models depend on."""

    def __init__(self, root: Path, environments: list[str]) -> None:
        self.root = root
        shared = blake2b(tool_digest(), digest_size=32)
        for path in (layout.CATALOGUE, *(layout.environment(name) for name in environments)):
            _feed(shared, path.encode(), self._content(path))
        with Tree(root) as tree:
            shared.update(digest_tree(tree, [f"{layout.SERVER}/{layout.SERVER_PACKAGE}"], modes=True))
        self.shared = shared.digest()
        self._laid_over = {
            f"{layout.ENVIRONMENTS}/{name}/{kind}": self._names(f"{layout.ENVIRONMENTS}/{name}/{kind}")
            for name in environments
            for kind in ("overrides", "releases")
        }

    def inputs(self, tree: Tree, model: str) -> str:
        """Everything that decides what is rendered for the model."""
        total = blake2b(self.shared, digest_size=32)
        total.update(digest_tree(tree, [f"{layout.MODELS}/{model}"], modes=True))
        file = f"{model}.yaml"
        for folder, names in self._laid_over.items():
            if file in names:
                path = f"{folder}/{file}"
                _feed(total, path.encode(), self._content(path))
        return total.hexdigest()

    def outputs(self, tree: Tree, folders: Iterable[str]) -> str:
        """Everything that is there of what was rendered."""
        return digest_tree(tree, folders).hex()

    def _names(self, folder: str) -> frozenset[str]:
        try:
            return frozenset(os.listdir(self.root / folder))
        except (FileNotFoundError, NotADirectoryError):
            return frozenset()

    def _content(self, path: str) -> bytes:
        try:
            # As the files themselves are read: through no link, and waiting for nobody.
            descriptor = os.open(self.root / path, OPEN_FILE)
            with open(descriptor, "rb") as file:
                return file.read(2**22)
        except OSError as error:
            return f"\0{error.errno}".encode()


def _feed(total: blake2b, name: bytes, content: bytes) -> None:
    total.update(b"%d %d\0" % (len(name), len(content)))
    total.update(name)
    total.update(content)
