"""cdk8s in JavaScript: a chart for each model in an environment, made of objects in code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bench import install
from bench.peers.base import MANIFESTS, Peer, write, write_data
from bench.templates import Marker

_MARK = re.compile(r"<<(\w+)>>")
_MAIN = """\
const fs = require('fs');
const path = require('path');
const [root, out] = process.argv.slice(2);
const { App, Chart, ApiObject } = require(process.env.CDK8S);
const YAML = require(process.env.CDK8S_YAML);
const load = (name) => YAML.parse(fs.readFileSync(path.join(root, name), 'utf8'));
const objects = (v) => [
OBJECTS];
const app = new App({ outdir: out });
const environments = ENVIRONMENTS.map((name) => [name, load(`environments/${name}.yaml`)]);
for (const file of fs.readdirSync(path.join(root, 'models')).sort()) {
  const model = load(`models/${file}`);
  for (const [name, place] of environments) {
    const chart = new Chart(app, `${model.same.name}-${name}`, { disableResourceNameHashes: true });
    const all = objects({ ...place, ...model.same, ...model[name] });
    all.forEach((one, i) => new ApiObject(chart, `o${i}`, one));
  }
}
app.synth();
"""


class Cdk8s(Peer):
    """Kubernetes manifests only: that is what it makes."""

    name = "cdk8s (JavaScript)"
    makes = "manifests.yaml only"

    def install(self) -> None:
        install.install_cdk8s()
        modules = install.NODE_MODULES
        self.variables = {"CDK8S": str(modules / "cdk8s"), "CDK8S_YAML": str(modules / "yaml")}

    def prepare(self) -> None:
        marker = Marker(self.contest.sentinel)
        (text,) = (text for path, text in self.contest.sentinel.items() if path.endswith(MANIFESTS))
        literals = "".join(
            f"  {_literal(document, marker)},\n" for document in yaml.load_all(text, Loader=yaml.CSafeLoader)
        )
        models: dict[str, dict[str, object]] = {}
        for model, environment, place, same, pair in self.contest.layers():
            write_data(self.folder / "environments" / f"{environment}.yaml", place)
            models.setdefault(model, {"same": same})[environment] = pair
        for model, layers in models.items():
            write_data(self.folder / "models" / f"{model}.yaml", layers)
        names = json.dumps([name for name in next(iter(models.values())) if name != "same"])
        write(self.folder / "main.js", _MAIN.replace("OBJECTS", literals).replace("ENVIRONMENTS", names))

    def command(self) -> list[str]:
        return ["node", str(self.folder / "main.js"), str(self.folder), str(self.out)]

    def rendered(self) -> Iterator[Path]:
        yield from self.out.glob("*.yaml")


def _literal(value: Any, marker: Marker) -> str:
    """A JavaScript literal in which sentinel values are read from ``v``."""
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{_text(key, marker)}: {_literal(item, marker)}" for key, item in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(_literal(item, marker) for item in value) + "]"
    if isinstance(value, str):
        return _text(value, marker)
    marked = json.dumps(value) if isinstance(value, bool) or value is None else marker.mark(str(value))
    return _MARK.sub(r"Number(v.\1)", marked)


def _text(value: str, marker: Marker) -> str:
    marked = marker.mark(value)
    if marked == value:
        return json.dumps(value)
    escaped = marked.replace("\\", "\\\\").replace("`", "\\`").replace("$", "\\$").replace("\n", "\\n")
    return "`" + _MARK.sub(r"${v.\1}", escaped) + "`"
