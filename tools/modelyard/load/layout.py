"""Where things are kept in a Modelyard repository; every path is relative to its root, with ``/``."""

from __future__ import annotations

MODELS = "models"
ENVIRONMENTS = "environments"
DOCKERFILES = "Dockerfiles"
CATALOGUE = "Dockerfiles/base-images.yaml"
CACHE = ".cache/modelyard"
GATE = "policy/gate.yaml"
WAIVERS = "policy/waivers.yaml"
# Modelyard's own model server, for the models whose runtime it is.
SERVER = "server"
SERVER_PACKAGE = "modelyard_server"
# What the data files of model servers are called in findings: they are part of the package.
RUNTIMES = "tools/modelyard/runtimes"


def manifest(model: str) -> str:
    """The manifest of a model."""
    return f"{MODELS}/{model}/model.yaml"


def environment(name: str) -> str:
    """The file that describes an environment."""
    return f"{ENVIRONMENTS}/{name}/environment.yaml"


def override(env: str, model: str) -> str:
    """What the platform team lays over a model's manifest in an environment."""
    return f"{ENVIRONMENTS}/{env}/overrides/{model}.yaml"


def release(env: str, model: str) -> str:
    """What an environment runs of a model."""
    return f"{ENVIRONMENTS}/{env}/releases/{model}.yaml"


def rendered(env: str, model: str) -> str:
    """The folder of everything that is rendered for a model in an environment."""
    return f"{ENVIRONMENTS}/{env}/rendered/{model}"


def dockerfiles(model: str) -> str:
    """The folder of a model's Dockerfiles."""
    return f"{DOCKERFILES}/{model}"
