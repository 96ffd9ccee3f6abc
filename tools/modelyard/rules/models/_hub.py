"""Models of a hub that a server fetches by name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.rules.api import Problem
from modelyard.rules.models._groups import Group
from modelyard.subjects.facts import Said

_COMMIT = re.compile(r"[0-9a-f]{40}")
# owner/name, as huggingface.co has it: no path, no URL, no bucket, no image with a registry's port.
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_FILE = re.compile(r"\.(?:json|ya?ml|py|txt|gguf|bin|pt|pth|onnx|safetensors|gz|zip|toml|cfg)$")
_FOLDERS = re.compile(r"(?:app|artifacts|checkpoints|data|mnt|model|models|opt|output|src|tmp|weights)/")
_MODEL_FLAGS = ("--model", "--model-id", "--model_id", "--model-path", "--model_path", "--tokenizer")
_REVISION_FLAGS = ("--revision", "--model-revision")
# vLLM and SageMaker's LMI, TGI and TEI, the SageMaker toolkit, KServe, Infinity, SGLang.
_MODEL_VARIABLES = (
    "HF_MODEL_ID",
    "MODEL_ID",
    "HF_MODEL",
    "VLLM_MODEL",
    "SM_VLLM_MODEL",
    "OPTION_MODEL_ID",
    "option.model_id",
    "INFINITY_MODEL_ID",
    "SERVING_MODEL_ID",
    "STORAGE_URI",
    "MODEL_NAME",
    "HF_MODEL_NAME",
    "HF_REPO_ID",
    "HUGGINGFACE_MODEL_ID",
    "EMBEDDING_MODEL",
)
_REVISION_VARIABLES = (
    "REVISION",
    "HF_REVISION",
    "HF_MODEL_REVISION",
    "MODEL_REVISION",
    "OPTION_REVISION",
    "option.revision",
    "SM_VLLM_REVISION",
    "INFINITY_REVISION",
)
# Hugging Face's own: nothing is fetched then, so a name means what is in the local cache.
_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
_CALL = re.compile(
    r"from_pretrained\(\s*[\"']([^\"']+)[\"']|snapshot_download\(\s*(?:repo_id\s*=\s*)?[\"']([^\"']+)[\"']"
)


# Without one of these words a container names no model; nearly none has one.
MARKS = re.compile(
    r"MODEL(?!YARD)|STORAGE_URI|HF_REPO|--model|--tokenizer|vllm|option\.model|from_pretrained|snapshot_download"
)


def unpinned(group: Group) -> Iterator[Problem]:
    """One problem for each model that is named without the full hash of a commit."""
    offline = group.variable(*_OFFLINE)
    if offline is not None and offline.value.strip().lower() in ("1", "true", "yes", "on"):
        return
    revision = group.flag(*_REVISION_FLAGS) or group.variable(*_REVISION_VARIABLES)
    pinned = revision is not None and _COMMIT.fullmatch(revision.value.strip()) is not None
    for said in _named(group):
        name, inline = _hub_name(said.value)
        if name and not (pinned or _COMMIT.fullmatch(inline)):
            at = inline or (revision.value if revision is not None else "")
            moving = f"at {at}, which moves" if at else "without a revision"
            yield Problem(said.path, f"{name} is fetched {moving}", evidence=name)
    for word in group.lines:
        for match in _CALL.finditer(word.value):
            name = match.group(1) or match.group(2)
            if _NAME.fullmatch(name) and not _COMMIT.search(word.value):
                yield Problem(word.path, f"{name} is fetched without a revision", evidence=name)


def _named(group: Group) -> Iterator[Said[str]]:
    for found in (
        *(group.flag(flag) for flag in _MODEL_FLAGS),
        _served(group),
        *(group.variable(name) for name in _MODEL_VARIABLES),
    ):
        if found is not None:
            yield found


def _served(group: Group) -> Said[str] | None:
    """What `vllm serve MODEL` names."""
    for first, second, third in zip(group.words, group.words[1:], group.words[2:], strict=False):
        if first.value.rpartition("/")[2] == "vllm" and second.value == "serve":
            return third
    return None


def _hub_name(value: str) -> tuple[str, str]:
    """The model's name on the hub and the revision that the value itself gives; nothing if it is no name.

    KServe writes ``hf://owner/name:revision``; with ``@`` some servers do the same.
    """
    text = value.strip()
    by_scheme = text.startswith("hf://")
    if by_scheme:
        text = text.removeprefix("hf://")
    elif text.startswith("https://huggingface.co/"):
        text = "/".join(text.removeprefix("https://huggingface.co/").split("/")[:2])
    name, _, revision = text.replace("@", ":").partition(":")
    is_path = not by_scheme and (_FILE.search(name) or _FOLDERS.match(name))
    if is_path or not _NAME.fullmatch(name):
        return "", ""
    return name, revision
