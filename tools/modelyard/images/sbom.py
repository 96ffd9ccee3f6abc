"""The bill of materials: CycloneDX as trivy writes it, less what chance and the clock put into it.

The same image and the same trivy give the same bytes, so that two of them can be compared.
https://cyclonedx.org/docs/1.6/json/
"""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path
from typing import Any

from modelyard.errors import UsageError
from modelyard.images.image import Image
from modelyard.oci.reference import DIGEST
from modelyard.scanners.api import Malformed, get
from modelyard.write.apply import apply
from modelyard.write.change import Action, Change, Plan
from modelyard.write.errors import Obstacle
from modelyard.write.tree import Tree

_CHANCE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_VERSION = re.compile(r"1\.[4-9]")


def without_chance(document: Any, image: Image) -> dict[str, Any]:
    """The document of an image, checked, with names derived from the image in place of random ones.

    Raises Malformed for what is no CycloneDX document about this image.
    """
    _check(document, image)
    seed = uuid.uuid5(uuid.NAMESPACE_URL, f"{image.name}@{image.digest}")
    document["metadata"].pop("timestamp", None)
    document.pop("vulnerabilities", None)  # an empty list: trivy was told of none
    document["serialNumber"] = f"urn:uuid:{seed}"
    named = [document["metadata"]["component"], *document["components"]]
    names = {
        one["bom-ref"]: str(uuid.uuid5(seed, _identity(one)))
        for one in named
        if _CHANCE.fullmatch(one["bom-ref"])
    }
    if len(set(names.values())) != len(names):
        raise Malformed("gave a bill of materials with two components that cannot be told apart")
    renamed = _renamed(document, names)
    renamed["components"].sort(key=lambda one: one["bom-ref"])
    renamed["dependencies"].sort(key=lambda one: one["ref"])
    for one in renamed["dependencies"]:
        one.get("dependsOn", []).sort()
    assert isinstance(renamed, dict)
    return renamed


def _check(document: Any, image: Image) -> None:
    """The parts that every reader of such a document stands on."""
    right = get(document, str, "bomFormat") == "CycloneDX"
    if not right or not _VERSION.fullmatch(get(document, str, "specVersion")):
        raise Malformed("gave a bill of materials of an unknown format")
    about = get(document, dict, "metadata", "component")
    if get(about, str, "name") != f"{image.name}@{image.digest}" or image.image_id not in json.dumps(about):
        raise Malformed("gave a bill of materials of another image")
    known = {get(about, str, "bom-ref")}
    for one in get(document, list, "components"):
        get(one, str, "name")
        get(one, str, "type")
        known.add(get(one, str, "bom-ref"))
    for one in get(document, list, "dependencies"):
        named = {get(one, str, "ref"), *(get(one, list, "dependsOn") if "dependsOn" in one else ())}
        if not named <= known:
            raise Malformed("gave a bill of materials that names components which it does not have")


def _identity(component: Any) -> str:
    return json.dumps({name: value for name, value in component.items() if name != "bom-ref"}, sort_keys=True)


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _renamed(inner, names) for name, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(one, names) for one in value]
    return names.get(value, value) if isinstance(value, str) else value


def file_name(image: Image) -> str:
    """What the document of an image is called: ``host_path@digest.cdx.json``."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", image.name).lstrip(".") or "image"
    digest = image.digest.removeprefix("sha256:") if DIGEST.fullmatch(image.digest) else ""
    return f"{plain}@{digest[:12]}.cdx.json"


def write(folder: Path, image: Image, document: Any) -> None:
    """Writes the document into a folder, whole or not at all. Raises UsageError and WriteError."""
    name = file_name(image)
    content = (json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with Tree(folder) as tree:
            apply(tree, Plan((_change(tree, name, content),), ()))
    except OSError as error:
        raise UsageError(f"--sbom {folder}: {error.strerror}") from error


def _change(tree: Tree, name: str, content: bytes) -> Change:
    try:
        before = tree.read(name)
    except FileNotFoundError:
        return Change(name, Action.CREATE, None, content)
    except Obstacle as obstacle:
        raise UsageError(f"--sbom: {obstacle}: move it away") from obstacle
    return Change(name, Action.SAME if before == content else Action.UPDATE, before, content)
