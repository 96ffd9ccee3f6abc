"""The network that reads the digits of shelf labels, on a GPU unless told otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SIDE, WHITE, MAX_IMAGES = 8, 16, 256


class Rejected(ValueError):
    """The request is not one that this model can answer; the message is for the caller."""


class Unusable(Exception):
    """The model cannot run here: its file or the device that was asked for is missing."""


class Reader:
    """An ONNX Runtime session. `run` is safe to call from several threads."""

    def __init__(self, path: Path, device: str) -> None:
        """`device` is `cuda` or `cpu`; raises Unusable rather than falling back to a slower one unasked."""
        # Imported here so that a request's parsing can be used and tested without two gigabytes of CUDA.
        import numpy
        import onnxruntime

        if device not in ("cuda", "cpu"):
            raise Unusable(f"DEVICE must be cuda or cpu, not {device!r}")
        if not path.is_file():
            raise Unusable(f"{path} does not exist")
        provider = {"cuda": "CUDAExecutionProvider", "cpu": "CPUExecutionProvider"}[device]
        if provider not in onnxruntime.get_available_providers():
            raise Unusable("this onnxruntime has no CUDA: install onnxruntime-gpu, or set DEVICE=cpu")
        if device == "cuda":
            onnxruntime.preload_dlls()  # CUDA and cuDNN come from PyPI, not from the base image
        self._numpy = numpy
        self.device = device
        self._session = onnxruntime.InferenceSession(path, providers=[provider])
        # ONNX Runtime only logs a provider that fails to start, and then runs on the processor.
        if provider not in self._session.get_providers():
            raise Unusable("no usable GPU: reserve one and check the driver, or set DEVICE=cpu")

    def run(self, images: list[list[list[float]]]) -> list[dict[str, Any]]:
        """A digit and its probability for each 8x8 image."""
        batch = self._numpy.array(images, dtype=self._numpy.float32)[:, None, :, :]
        (probabilities,) = self._session.run(["probabilities"], {"images": batch})
        return [
            {"digit": int(row.argmax()), "confidence": round(float(row.max()), 4)} for row in probabilities
        ]


def parse(document: object) -> list[list[list[float]]]:
    """Read `{"images": [...]}`: each is 8 rows of 8 grey levels from 0 to 16. Raises Rejected."""
    images = document.get("images") if isinstance(document, dict) else None
    if not isinstance(images, list) or not 1 <= len(images) <= MAX_IMAGES:
        raise Rejected(f"'images' must be a list of 1 to {MAX_IMAGES}")
    for index, image in enumerate(images):
        if not (_is_list(image, SIDE) and all(_is_list(row, SIDE) for row in image)):
            raise Rejected(f"images[{index}] must have {SIDE} rows of {SIDE} grey levels")
        if not all(_is_grey(value) for row in image for value in row):
            raise Rejected(f"images[{index}] must have grey levels from 0 to {WHITE}")
    return images


def _is_list(value: object, length: int) -> bool:
    return isinstance(value, list) and len(value) == length


def _is_grey(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value <= WHITE
