"""The clean copy: a private folder with the inputs of one scanner, and nothing that could speak to it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from modelyard.scanners.api import Input, Unusable, same_content

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def copy_inputs(
    placed: Mapping[str, Input], tree: Path, content: Callable[[int, Input], bytes] = same_content
) -> None:
    """Writes the content of each input to its name below ``tree``, an empty folder of ours.

    Raises Unusable for a name that leads out of it, or that the file system does not take: an input that
    cannot be given to a scanner is one that it does not scan.
    """
    folders = {tree}
    for index, (name, one) in enumerate(placed.items()):
        steps = name.split("/")
        if "\0" in name or any(step in ("", ".", "..") for step in steps):
            raise Unusable("scanner-coverage", f"cannot be given {one.path!r}: no path inside a repository")
        path = tree.joinpath(*steps)
        try:
            if path.parent not in folders:
                path.parent.mkdir(parents=True, exist_ok=True)
                folders.add(path.parent)
            with open(os.open(path, _NEW, 0o600), "wb") as file:
                file.write(content(index, one))
        except OSError as error:
            seen = f"cannot be given {one.path!r}: its copy cannot be written ({error.strerror})"
            raise Unusable("scanner-coverage", seen) from error
