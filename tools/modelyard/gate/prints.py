"""One digest of everything that a part's result hangs on: an unchanged part is not looked at again."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

from modelyard.gate.files import target_of
from modelyard.gate.units import SHARED, Unit
from modelyard.load import layout
from modelyard.pipeline.fingerprint import Fingerprints
from modelyard.pipeline.owned import owned_folders
from modelyard.source.file import NotAFile, read_bytes
from modelyard.write.errors import Kind, Obstacle
from modelyard.write.tree import Tree

# What rules may ask of, beside the file in hand; see rules.api.Context.
_ASKED = (layout.GATE, "CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS")
_NAMED = "/model.yaml"
_TOOL = "tools/scan"


class Prints:
    """Digests of parts. Rules count in days, so the day is part of what is shared, and the hour is not."""

    def __init__(
        self, root: Path, environments: list[str], now: datetime.datetime, files: Iterable[str], scope: str
    ) -> None:
        self._models = Fingerprints(root, environments)
        self._environments = environments
        shared = blake2b(self._models.shared, digest_size=32)
        shared.update(f"{now.date().isoformat()}\0{scope}\0".encode())
        for path in _ASKED:
            shared.update(_content(root, path))
        self._files = tuple(files)
        # Rules ask which models there are, and whether the repository runs the gate.
        models = sorted(
            {path for path in self._files if path.startswith(f"{layout.MODELS}/") and path.endswith(_NAMED)}
        )
        shared.update("\0".join((*models, str(_TOOL in self._files))).encode("utf-8", "surrogateescape"))
        self._shared = shared.digest()
        self._names = "\0".join(self._files).encode("utf-8", "surrogateescape")

    def of(self, tree: Tree, unit: Unit) -> str:
        """The digest of one part."""
        total = blake2b(self._shared, digest_size=32)
        if unit.name == SHARED:  # whose overrides and releases there are hangs on the names of all files
            total.update(self._names)
        total.update("\0".join((unit.model, *unit.files)).encode("utf-8", "surrogateescape"))
        if unit.model:
            owned = owned_folders(unit.model, self._environments, None, None)
            total.update(self._models.inputs(tree, unit.model).encode())
            total.update(self._models.outputs(tree, owned).encode())
        else:
            for path in unit.files:
                total.update(self._digest(tree, path))
                if path.endswith("CODEOWNERS"):  # whether every file has an owner hangs on all of them
                    total.update(self._names)
        return total.hexdigest()

    def _digest(self, tree: Tree, path: str) -> bytes:
        try:
            return blake2b(tree.read(path), digest_size=32).digest()
        except Obstacle as obstacle:
            said = f"{obstacle}"
            if obstacle.kind is Kind.SYMLINK:  # what is said of a link hangs on where it leads
                leads_to = os.readlink(os.path.join(tree.root, obstacle.path))
                said += f"\0{leads_to}\0{target_of(tree.root, obstacle.path, self._files)}"
            return said.encode("utf-8", "surrogateescape")
        except FileNotFoundError:
            return b"missing"


def _content(root: Path, path: str) -> bytes:
    try:
        content = read_bytes(root, path, 2**22)
        return b"%d\0" % len(content) + content
    except (OSError, NotAFile) as error:
        return f"{type(error).__name__}{os.sep}".encode()
