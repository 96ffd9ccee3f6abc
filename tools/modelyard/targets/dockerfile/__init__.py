"""The Dockerfile of an image that is built from a model's folder, and the ignore file beside it.

The image has two stages: the first installs the locked requirements into a virtual environment, the
second holds that, the source and nothing that could build. It runs as a numeric user who owns nothing
but the folders that weights and volumes come to, and is the same on any day and machine.
"""

from modelyard.targets.api import ImageTarget
from modelyard.targets.dockerfile.problems import problems
from modelyard.targets.dockerfile.render import render

TARGET = ImageTarget(
    name="dockerfile",
    summary="A Dockerfile for each image that is built from the model's own folder.",
    render=render,
    problems=problems,
)

__all__ = ["TARGET"]
