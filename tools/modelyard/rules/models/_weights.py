"""The weights that a manifest names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from modelyard.subjects.document import Path
from modelyard.subjects.facts import ModelManifest

# Files that a loader takes for a model; archives are what SageMaker takes.
FILE = re.compile(
    r"\.(?:safetensors|onnx|pt|pth|ckpt|pkl|pickle|joblib|gguf|ggml|h5|keras|pb|tflite|mar|model|ubj|bst|cbm|"
    r"npz|engine|plan|tar|tar\.gz|tgz|tar\.zst)$",
    re.IGNORECASE,
)
# Formats whose loading runs what the file says: pickle, and archives of it.
_PICKLE = re.compile(
    r"\.(?:pkl|pickle|joblib|jbl|pt|pth|ckpt|dill|cloudpickle|mar)(?:\.(?:gz|bz2|xz|zst))?$", re.IGNORECASE
)
_TORCH_BIN = re.compile(r"(?:^|/)(?:pytorch_model|adapter_model|training_args)[\w.-]*\.bin$", re.IGNORECASE)


class Weights(NamedTuple):
    """One entry of ``artifacts`` or ``models``, as plain data; ``partial`` where it is an override's."""

    section: str
    name: str
    entry: Mapping[str, Any]
    path: Path

    partial: bool

    def text(self, key: str) -> str:
        """A field as text; empty where it is not there."""
        value = self.entry.get(key)
        return value if isinstance(value, str) else ""


def weights(manifest: ModelManifest) -> Iterator[Weights]:
    """Each of them, in the manifest's order."""
    for section in ("artifacts", "models"):
        entries = manifest.manifest.get(section)
        # An override names the fields that it replaces, and no others.
        partial = manifest.document.data.get("kind") == "Override"
        for name, entry in entries.items() if isinstance(entries, Mapping) else ():
            if isinstance(entry, Mapping):
                yield Weights(section, str(name), entry, (*manifest.path, section, name), partial)


def is_pickle(source: str) -> bool:
    """Whether a file of this name is loaded by unpickling."""
    name = source.partition("?")[0]
    return bool(_PICKLE.search(name) or _TORCH_BIN.search(name))
