"""Whether trivy could judge what is in the image at all: what it does not know, it passes over in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.detections import Detection, Level
from modelyard.images.database import Database
from modelyard.images.image import Image, shown
from modelyard.images.place import of_image
from modelyard.images.report import Report

# The systems that trivy has advisories for, and what their part of the database is called: the release has
# to be in it where it names single releases, and anything of the system's elsewhere.
# https://github.com/aquasecurity/trivy-db/tree/main/pkg/vulnsrc
_RELEASES = {
    "debian": (r"(\d+)(?:\.\d+)*", "debian {}"),
    "ubuntu": (r"(\d+\.\d+)(?:-ESM)?", "ubuntu {}"),
    "alpine": (r"(\d+\.\d+)(?:[._].*)?", "alpine {}"),
}
_FAMILIES = {
    "alma": "alma",
    "amazon": "amazon linux",
    "azurelinux": "azure linux",
    "cbl-mariner": "cbl-mariner",
    "centos": "red hat",
    "chainguard": "chainguard",
    "oracle": "oracle linux",
    "photon": "photon os",
    "redhat": "red hat",
    "rocky": "rocky",
    "wolfi": "wolfi",
}
# Types of packages of languages, and whose advisories are asked.
_ECOSYSTEMS = {
    "bundler": "rubygems",
    "cargo": "cargo",
    "composer": "composer",
    "composer-vendor": "composer",
    "dotnet-core": "nuget",
    "gemspec": "rubygems",
    "gobinary": "go",
    "gomod": "go",
    "jar": "maven",
    "node-pkg": "npm",
    "npm": "npm",
    "nuget": "nuget",
    "pip": "pip",
    "pipenv": "pip",
    "pnpm": "npm",
    "poetry": "pip",
    "python-pkg": "pip",
    "rustbinary": "cargo",
    "uv": "pip",
    "yarn": "npm",
}
_STANDALONE = frozenset({"gobinary", "rustbinary"})  # programs that need no system around them
# The digests of tar archives with nothing in them, as the common builders write them.
_EMPTY = frozenset(
    {
        "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",  # 1,024 bytes of zero
        "sha256:84ff92691f909a05b224e1c56abb4864f01b4f8e3c854e4bb4c7baf1d3f6d652",  # 10,240 bytes
    }
)
_HINT = "build on an approved base (Dockerfiles/base-images.yaml), and leave its package database in place"


def not_understood(image: Image, report: Report, database: Database) -> Iterator[Detection]:
    """What of the image was not held against any advisory."""
    for seen in (_system(image, report, database), *_libraries(report, database)):
        if seen:
            yield of_image(image, "image-not-understood", Level.CRITICAL, seen, _HINT, mark=seen)
    for kind, count in sorted(report.library_packages.items()):
        if kind not in _ECOSYSTEMS:
            message = (
                f"trivy knows of no vulnerabilities in {shown(kind)} packages, and the image has {count}"
            )
            hint = "install them from where advisories exist (PyPI), or have it waived for this image"
            yield of_image(image, "packages-not-judged", Level.HIGH, message, hint, resource=kind)


def _system(image: Image, report: Report, database: Database) -> str:
    """Why what belongs to the operating system was not judged; empty if it was, or there is none."""
    if not report.family:
        kinds = set(report.library_packages)
        if all(one in _EMPTY for one in image.diff_ids) or (kinds and kinds <= _STANDALONE):
            return ""
        return "trivy cannot tell the image's operating system, so nobody knows what its packages are"
    if not report.system_packages:
        return f"trivy finds {shown(report.family)}, but not one package of it: its package database is gone"
    bucket = _bucket(report)
    if not bucket:
        return f"trivy's advisories for {shown(report.family)} {shown(report.release)} are not known here"
    if not any(name.casefold().startswith(bucket) for name in database.buckets):
        return f"the vulnerability database knows nothing of {bucket}"
    return ""


def _bucket(report: Report) -> str:
    """What the part of the database begins with that is about the image's system."""
    if report.family in _RELEASES:
        pattern, name = _RELEASES[report.family]
        found = re.fullmatch(pattern, report.release)
        return name.format(found[1]) if found else ""
    return _FAMILIES.get(report.family, "")


def _libraries(report: Report, database: Database) -> Iterator[str]:
    wanted = {_ECOSYSTEMS[kind] for kind in report.library_packages if kind in _ECOSYSTEMS}
    for name in sorted(wanted):
        if not any(bucket.startswith(f"{name}::") for bucket in database.buckets):
            yield f"the vulnerability database knows nothing of {name} packages"
