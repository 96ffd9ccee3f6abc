"""Record what an environment runs of a model: image digests, and the manifest as it was released.

Writes environments/ENV/releases/MODEL.yaml, which is the only thing that changes what an environment
that tracks releases runs. Run tools/render afterwards and commit both."""

from __future__ import annotations

import argparse
import re

from modelyard.cli import common
from modelyard.errors import UsageError

EXAMPLES = """examples:
  tools/release iris --env dev --image sha256:4f53...            what the build pushed
  tools/release shelf --env dev --image vision=sha256:4f53... --image stats=sha256:9b74...
  tools/release iris --env staging --from dev                    what dev runs, and its commit's manifest
  tools/release iris --env prod --from staging                   exactly what staging runs
"""
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `tools/release`."""
    parser.add_argument("model", metavar="MODEL", help="a model by name or folder")
    parser.add_argument(
        "--env", required=True, metavar="ENV", help="the environment whose release is written"
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--image",
        action="append",
        metavar="[NAME=]DIGEST",
        help="the digest of an image that was built; may be repeated",
    )
    source.add_argument("--from", dest="origin", metavar="ENV", help="take what this environment runs")
    parser.add_argument("--commit", metavar="HASH", help="the commit that was built (default: HEAD)")
    common.add_root(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when it is written, 1 when the model has findings that forbid it."""
    from modelyard.pipeline.release import write_release

    root = common.find_root(arguments.root)
    (model,) = common.known_models(root, [arguments.model])
    common.known_environments(root, [arguments.env, *([arguments.origin] if arguments.origin else [])])
    images = _images(arguments.image or [])
    path, findings = write_release(root, model, arguments.env, images, arguments.origin, arguments.commit)
    if findings:
        common.print_findings(root, findings, "text")
        return 1
    print(path)
    print(f"next: {common.command(root, 'render')} {model} --env {arguments.env}")
    return 0


def _images(texts: list[str]) -> dict[str, str]:
    images: dict[str, str] = {}
    for text in texts:
        name, digest = _image(text)
        if images.setdefault(name, digest) != digest:
            raise UsageError(f"--image {text}: {name} has another digest already: {images[name]}")
    return images


def _image(text: str) -> tuple[str, str]:
    name, equals, digest = text.partition("=")
    if not equals:
        name, digest = "model", text
    if not _DIGEST.fullmatch(digest):
        raise UsageError(f"--image {text}: write sha256: and 64 hexadecimal digits, as the registry says it")
    return name, digest
