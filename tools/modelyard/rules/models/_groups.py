"""Settings of a model server, wherever they are written: variables and words of a command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from modelyard.subjects.document import Document, Path
from modelyard.subjects.facts import Container, Said


@dataclass(frozen=True, slots=True)
class Group:
    """What one server is told: variables by name, words in order, and the arguments that they are from."""

    variables: Mapping[str, Said[str]] = field(default_factory=dict)
    words: tuple[Said[str], ...] = ()
    lines: tuple[Said[str], ...] = ()

    def variable(self, *names: str) -> Said[str] | None:
        """The first of these variables that it has and that is not empty."""
        found = (self.variables.get(name) for name in names)
        return next((said for said in found if said is not None and said.value.strip()), None)

    def flag(self, *flags: str) -> Said[str] | None:
        """What follows one of these flags, as a word of its own or after ``=``."""
        for index, word in enumerate(self.words):
            name, equals, value = word.value.partition("=")
            if name not in flags:
                continue
            if equals:
                return Said(value, word.path)
            if index + 1 < len(self.words):
                return self.words[index + 1]
        return None


def text_of(container: Container) -> str:
    """All that a container's definition says to its server, as one text: to look for a word in, quickly."""
    variables = "\n".join([f"{one.name}={one.value}" for one in container.env])
    return "\n".join([variables, *[word.value for word in container.command]])


def of_container(container: Container) -> Group:
    """What a container's own definition says."""
    return Group(
        {one.name: Said(one.value, one.path) for one in container.env},
        _split(container.command),
        container.command,
    )


def of_document(document: Document) -> Iterator[Group]:
    """Of files whose settings no container holds: our manifests, ConfigMaps, KServe's InferenceServices."""
    data = document.data
    if not isinstance(data, Mapping):
        return
    if document.kind == "model":
        path: Path = ("manifest",) if isinstance(data.get("manifest"), Mapping) else ()
        yield from _of_manifest(data["manifest"] if path else data, path)
    elif document.kind == "kubernetes" and data.get("kind") == "ConfigMap":
        yield Group(_variables(data.get("data"), ("data",)))
    elif document.kind == "kubernetes" and data.get("kind") == "InferenceService":
        model = data
        path = ("spec", "predictor", "model")
        for key in path:
            found = model.get(key)
            if not isinstance(found, Mapping):
                return
            model = found
        yield _of_mapping(model, path)


def _of_manifest(manifest: Mapping[str, Any], path: Path) -> Iterator[Group]:
    yield _of_mapping(manifest, path)
    for section in ("containers", "sidecars"):
        parts = manifest.get(section)
        for name, part in parts.items() if isinstance(parts, Mapping) else ():
            if isinstance(part, Mapping):
                yield _of_mapping(part, (*path, section, name))


def _of_mapping(mapping: Mapping[str, Any], path: Path) -> Group:
    words = _words(mapping.get("command"), (*path, "command")) + _words(mapping.get("args"), (*path, "args"))
    image = mapping.get("image")
    build = image.get("build") if isinstance(image, Mapping) else None
    if isinstance(build, Mapping) and not words:
        words = _words(build.get("command"), (*path, "image", "build", "command"))
    variables = _variables(mapping.get("env"), (*path, "env"))
    uri = mapping.get("storageUri")
    if isinstance(uri, str):
        variables["STORAGE_URI"] = Said(uri, (*path, "storageUri"))
    return Group(variables, _split(words), words)


def _variables(found: Any, path: Path) -> dict[str, Said[str]]:
    """Of a mapping, or of a list of name and value as Kubernetes has it."""
    if isinstance(found, Mapping):
        return {str(name): Said(str(value), (*path, name)) for name, value in found.items()}
    return {
        str(item["name"]): Said(str(item["value"]), (*path, index, "value"))
        for index, item in enumerate(found if isinstance(found, list) else ())
        if isinstance(item, Mapping) and "name" in item and "value" in item
    }


def _words(found: Any, path: Path) -> tuple[Said[str], ...]:
    if isinstance(found, str):
        return (Said(found, path),)
    items = found if isinstance(found, list) else ()
    return tuple(Said(str(item), (*path, index)) for index, item in enumerate(items))


def _split(words: tuple[Said[str], ...]) -> tuple[Said[str], ...]:
    """A shell's line is taken apart, as in `[sh, -c, "vllm serve ..."]`; every word keeps its place."""
    if not any(" " in word.value for word in words):
        return words
    return tuple(Said(part, word.path) for word in words for part in _parts(word.value))


def _parts(text: str) -> list[str]:
    return [part.strip("\"'") for part in text.split()] if " -" in text or "\n" in text else [text]
