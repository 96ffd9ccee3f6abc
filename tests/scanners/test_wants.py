"""Which files a scanner is given, by what is in them and, where nothing could be read, by where they are."""

from __future__ import annotations

import pytest

from modelyard.scanners.registry import scanners
from modelyard.subjects.document import Kind
from tests.scanners.repositories import given

LINTERS = {"hadolint", "zizmor", "actionlint"}


@pytest.mark.parametrize(
    ("path", "kinds", "wanted"),
    [
        ("any/name", ("dockerfile",), {"hadolint"}),
        ("Dockerfiles/iris/Dockerfile", (), {"hadolint"}),
        ("Dockerfiles/iris/vision/Dockerfile", (), {"hadolint"}),
        ("Dockerfiles/iris/Dockerfile.dockerignore", (), set()),
        ("tests/cases/Dockerfile", (), set()),
        (".github/workflows/a.yml", (), {"zizmor", "actionlint"}),
        (".github/workflows/a.yaml", ("workflow",), {"zizmor", "actionlint"}),
        ("other/.github/workflows/a.yml", (), set()),
        ("other/.github/workflows/a.yml", ("workflow",), {"zizmor", "actionlint"}),
        (".github/actions/a/action.yml", (), {"zizmor"}),
        (".github/actions/a/action.yml", ("workflow",), {"zizmor"}),
        ("action.yaml", ("workflow",), {"zizmor"}),
        (".github/dependabot.yml", ("other",), {"zizmor"}),
        (".github/CODEOWNERS", ("codeowners",), set()),
        ("models/iris/model.yaml", ("model",), set()),
    ],
)
def test_linters(path: str, kinds: tuple[Kind, ...], wanted: set[str]) -> None:
    one = given(path, "", *kinds)
    assert {name for name, scanner in scanners().items() if scanner.wants(one)} & LINTERS == wanted


@pytest.mark.parametrize("path", ["a", "b/c.png", ".gitleaksignore", "d.yaml"])
def test_gitleaks_wants_everything(path: str) -> None:
    assert scanners()["gitleaks"].wants(given(path, b"\0"))
