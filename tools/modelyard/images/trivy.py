"""trivy, run over the copy of one image: without network, credentials, ignores or a cache of its own."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelyard.images.database import Database
from modelyard.images.image import Image
from modelyard.images.report import parse, reduced
from modelyard.images.sbom import without_chance
from modelyard.scanners.api import MIB, Unusable, read_json
from modelyard.scanners.ask import Caller
from modelyard.scanners.find import Program, version_of
from modelyard.scanners.process import Limits
from modelyard.scanners.reports import read_bounded
from modelyard.scanners.trivy_config import SCANNER

TOOL = SCANNER.tool
# A layer of a gigabyte takes half a minute; hours mean that it hangs.
LIMITS = Limits(seconds=1800, memory=6144 * MIB)
_VERSION_LIMITS = Limits(seconds=60, memory=1024 * MIB)
_QUIET = ("--quiet", "--config=", "--timeout=24h")
ARGUMENTS = (
    "image",
    "--format=json",
    "--list-all-pkgs",
    "--scanners=vuln,secret,misconfig",
    "--image-config-scanners=misconfig,secret",
    "--pkg-types=os,library",
    "--severity=UNKNOWN,LOW,MEDIUM,HIGH,CRITICAL",
    "--exit-code=0",
    "--exit-on-eol=0",
    *_QUIET,
    # Nothing that stands anywhere may say what is looked at; what it would hide all the same is shown.
    "--ignorefile=",
    "--show-suppressed",
    # Nothing is fetched, and nothing is remembered: a layer's name is no proof of what it holds.
    "--skip-db-update",
    "--skip-java-db-update",
    "--skip-check-update",
    "--skip-version-check",
    "--disable-telemetry",
    "--offline-scan",
    "--cache-backend=memory",
)
# trivy leaves out whole folders by their names: a model's own tests, its README, all of /usr and of Python's
# packages. Nothing is left out; judge.py says what weighs less.
SECRETS = """\
disable-allow-rules:
  - anaconda-log
  - examples
  - golang
  - locale-dir
  - markdown
  - node.js
  - python
  - rubygems
  - tests
  - usr-dirs
  - vendor
  - wordpress
"""
_CONVERT = ("convert", "--format=cyclonedx", "--list-all-pkgs", "--ignorefile=", *_QUIET)


@dataclass(frozen=True)
class Answer:
    """What trivy says of an image: its report without what we do not need, and the CycloneDX document."""

    report: Any
    sbom: Any


def version(program: Program, folder: Path) -> str:
    """The version of the program. Raises Unusable where it is not one whose output is known."""
    if program.version:
        return program.version
    folder.mkdir()
    asking = Caller(program, folder, _VERSION_LIMITS, None)
    return version_of(TOOL, asking(*TOOL.version_arguments))


def ask(program: Program, image: Image, copy: Path, database: Database, folder: Path) -> Answer:
    """Looks at the copy of an image. ``folder`` is an empty one of ours. Raises Unusable."""
    (folder / "cache").mkdir()
    (folder / "calls").mkdir()
    # trivy looks for it there; what else it writes to that folder goes with it.
    os.symlink(database.folder.resolve(), folder / "cache" / "db")
    secrets = folder / "secrets.yaml"
    secrets.write_text(SECRETS)
    call = Caller(program, folder / "calls", LIMITS, None)
    cache, output = f"--cache-dir={folder / 'cache'}", folder / "report.json"
    try:
        call(*ARGUMENTS, f"--secret-config={secrets}", cache, f"--output={output}", f"--input={copy}")
    except Unusable as problem:
        raise _explained(problem) from problem
    try:
        report = reduced(read_json(read_bounded(output), "its report"), image)
        parse(report)
        given, written = folder / "packages.json", folder / "sbom.json"
        given.write_text(json.dumps(_packages_only(report, image)))
        call(*_CONVERT, cache, f"--output={written}", str(given))
        sbom = without_chance(read_json(read_bounded(written), "its bill of materials"), image)
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        # Of a shape that nobody thought of, and so nothing that anybody may rely on.
        raise Unusable("scanner-output", f"wrote what cannot be read ({error!r})") from error
    return Answer(report, sbom)


def _explained(problem: Unusable) -> Unusable:
    """What trivy's words mean where there is something that can be done."""
    if "Java DB" not in problem.seen:
        return problem
    seen = "cannot look into the image: it holds Java archives, and their index is not downloaded"
    hint = "leave the .jar files out of the image, or scan it by hand with trivy and its Java index"
    return Unusable("scanner-coverage", seen, hint)


def _packages_only(report: Any, image: Image) -> Any:
    """What the bill of materials is made of: what is in the image, whoever finds fault with it."""
    results = [
        {name: value for name, value in result.items() if name != "Vulnerabilities"}
        for result in report["Results"]
        if result["Class"] in ("os-pkgs", "lang-pkgs")
    ]
    return {**report, "ArtifactName": f"{image.name}@{image.digest}", "Results": results}
