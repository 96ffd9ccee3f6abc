"""Repositories for tests: folders laid over each other, and the real pipeline run over the result."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from modelyard.findings import Finding
from modelyard.pipeline.render import Request, run
from modelyard.pipeline.result import RunResult

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
COMMON = TESTS / "golden" / "common"


def case_folders(root: Path) -> list[Path]:
    """The folders below ``root`` that have an ``input``: each is a case."""
    return sorted(path.parent for path in root.rglob("input") if path.is_dir())


def lay(target: Path, *layers: Path) -> Path:
    """Copies each layer over the ones before it; gives the folder back."""
    for layer in layers:
        shutil.copytree(layer, target, dirs_exist_ok=True, symlinks=True)
    return target


def render(root: Path, *models: str, **options: object) -> RunResult:
    """A run of the pipeline, as `tools/render` makes it."""
    request = Request(root=root, models=models or None, **options)  # type: ignore[arg-type]
    return run(request, lambda done, total: None, lambda message: None)


def tree(root: Path) -> Iterator[tuple[str, bytes]]:
    """Every rendered file below a repository, by its path."""
    for folder in ("environments", "Dockerfiles"):
        for path in sorted((root / folder).rglob("*")):
            relative = path.relative_to(root).as_posix()
            if path.is_file() and ("/rendered/" in relative or path.name.startswith("Dockerfile")):
                yield relative, path.read_bytes()


def said(findings: list[Finding]) -> list[str]:
    """Findings as `path:line:column rule`, sorted: what expect.txt of a case holds."""
    places = ((item.location, item.rule) for item in findings)
    return sorted({f"{where.path}:{where.line}:{where.column} {rule}" for where, rule in places})
