"""Images that nobody looks into when they come in."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.ecr._shared import at
from modelyard.subjects.facts import EcrRepository

_KEY = "ImageScanningConfiguration"
_REGISTRY = "AWS::ECR::RegistryScanningConfiguration"


def check(repository: EcrRepository, context: Context) -> Iterator[Problem]:
    """Quiet where the template configures scanning for the whole registry."""
    configuration = repository.properties.get(_KEY)
    scan = configuration.get("ScanOnPush") if isinstance(configuration, dict) else None
    # A function's value is not known before the stack is made.
    if scan is True or str(scan).lower() == "true" or isinstance(scan, dict) or _by_registry(repository):
        return
    yield Problem(
        at(repository, _KEY, "ScanOnPush"), f"{repository.name or 'the repository'} is not scanned on push"
    )


def _by_registry(repository: EcrRepository) -> bool:
    data = repository.document.data
    resources = data.get("Resources") if isinstance(data, dict) else None
    found = resources.values() if isinstance(resources, dict) else ()
    return any(isinstance(one, dict) and one.get("Type") == _REGISTRY for one in found)


RULE = Rule(
    id="no-scan-on-push",
    level=Level.MEDIUM,
    summary="A repository does not scan images when they are pushed.",
    why="What is known to be vulnerable runs until somebody looks.",
    fix="Set ImageScanningConfiguration.ScanOnPush to true; where the registry's own scanning configuration "
    "covers it (`scan: registry` in the environment), waive this with that configuration as the reason.",
    subject=EcrRepository,
    check=check,
    source="Amazon ECR User Guide: Scan images for software vulnerabilities",
)
