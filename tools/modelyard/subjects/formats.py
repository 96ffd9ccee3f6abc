"""Which files can be read, by their names, and the trees of those that are YAML or JSON."""

from __future__ import annotations

import re
from typing import Literal

from modelyard.source.stream import Stream, read_stream

Format = Literal["yaml", "json", "dockerfile", "codeowners"]

dockerfile_name = re.compile(r"(?:.+\.)?(?:dockerfile|containerfile)", re.IGNORECASE)
dockerfile_start = re.compile(r"(?:dockerfile|containerfile)[.-](?P<rest>.+)", re.IGNORECASE)
# Files that are about a Dockerfile, or make one, and are none.
not_dockerfiles = (
    *(".dockerignore", ".md", ".rst", ".txt", ".html", ".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".erb"),
    *(".mustache", ".template", ".py", ".sh", ".js", ".ts", ".go", ".toml", ".lock", ".bak", ".orig", ".rej"),
    *(".yaml", ".yml", ".json", ".sha256"),
)


def format_of(path: str) -> Format | None:
    """How the file at ``path`` is read, by its name; None where it is nothing that can be read."""
    name = path.rpartition("/")[2]
    lower = name.lower()
    if lower.endswith((".yaml", ".yml")):
        return "yaml"
    if lower.endswith(".json"):
        return "json"
    if name == "CODEOWNERS":
        return "codeowners"
    if dockerfile_name.fullmatch(name):
        return "dockerfile"
    if dockerfile_start.fullmatch(name) and not lower.endswith(not_dockerfiles):
        return "dockerfile"
    if lower.endswith(".template"):
        return "yaml"  # of CloudFormation: YAML or JSON
    return None


def read_roots(path: str, data: bytes) -> Stream:
    """The trees of a YAML or JSON file, without ever raising on bad input."""
    if format_of(path) == "json" or (path.endswith(".template") and data.lstrip()[:1] == b"{"):
        from modelyard.source.json_tree import read_json

        return read_json(path, data)
    return read_stream(path, data)
