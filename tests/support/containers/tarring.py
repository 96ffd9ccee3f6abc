"""Tars that are the same whenever and by whomever they are made."""

from __future__ import annotations

import tarfile
from pathlib import Path


def folder_tar(root: Path, target: Path) -> None:
    """Everything below ``root``, sorted, owned by root, from the beginning of time."""

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        member.mtime = 0
        return member

    with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as archive:
        for path in sorted(root.rglob("*")):
            archive.add(path, path.relative_to(root).as_posix(), recursive=False, filter=plain)
