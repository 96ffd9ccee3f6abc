# /// script
# requires-python = ">=3.11"
# dependencies = ["onnx==1.23.2", "scikit-learn==1.9.1"]
# ///
"""Train the label reader on the digits that scikit-learn ships: `python train.py --out DIR`.

Writes `digits.onnx` and prints its SHA-256. The network is a convolution with fixed edge filters, a pooling
and a trained linear layer. Pixels and filters are integers, so the features are exact; the layer is a convex
problem solved by Newton's method and rounded to three decimals; the ONNX versions are written explicitly.
The bytes therefore depend neither on the processor nor on the release of onnx.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

Array = NDArray[np.float32]
DECIMALS, OPSET, IR_VERSION = 3, 17, 8
FILTERS: Array = np.array(
    [
        [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
        [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
        [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
        [[0, 1, 2], [-1, 0, 1], [-2, -1, 0]],
        [[-2, -1, 0], [-1, 0, 1], [0, 1, 2]],
    ],
    dtype=np.float32,
)


def features(images: Array) -> Array:
    """What the network computes before its last layer: (n, 8, 8) to (n, 80), in NumPy."""
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    edges: Array = np.maximum(np.einsum("nhwij,fij->nfhw", windows, FILTERS), 0)
    pooled: Array = edges.reshape(len(images), len(FILTERS), 4, 2, 4, 2).mean(axis=(3, 5))
    return pooled.reshape(len(images), -1)


def train() -> tuple[Array, Array]:
    """Weights (80, 10) and biases (10); raises ValueError if the fit is worse than it has always been."""
    digits = load_digits()
    seen = features(digits.images.astype(np.float32)).astype(np.float64)
    model = LogisticRegression(C=0.01, solver="newton-cholesky", tol=1e-10, max_iter=100)
    model.fit(seen, digits.target)
    accuracy = model.score(seen, digits.target)
    if accuracy < 0.97:
        raise ValueError(f"accuracy fell to {accuracy:.3f}")
    # softmax ignores a common shift of the biases: centring picks one of the equal solutions
    bias = model.intercept_ - model.intercept_.mean()
    return np.round(model.coef_.T, DECIMALS).astype(np.float32), np.round(bias, DECIMALS).astype(np.float32)


def network(weights: Array, bias: Array) -> bytes:
    """The ONNX file's bytes."""
    constants = {"filters": FILTERS[:, None], "weights": weights, "bias": bias}
    nodes = [
        helper.make_node("Conv", ["images", "filters"], ["edges"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["edges"], ["positive"]),
        helper.make_node("AveragePool", ["positive"], ["pooled"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["pooled"], ["features"]),
        helper.make_node("Gemm", ["features", "weights", "bias"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "digits",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["n", 1, 8, 8])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", 10])],
        [numpy_helper.from_array(np.ascontiguousarray(array), name) for name, array in constants.items()],
    )
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="shelf-vision",
    )
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString(deterministic=True))


def main() -> None:
    """Write the artifact and print the line that belongs in `weights.sha256`."""
    parser = argparse.ArgumentParser(description="Train the label reader.")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder to write digits.onnx to"
    )
    out: Path = parser.parse_args().out
    data = network(*train())
    out.mkdir(parents=True, exist_ok=True)
    (out / "digits.onnx").write_bytes(data)
    print(f"{hashlib.sha256(data).hexdigest()}  digits.onnx")


if __name__ == "__main__":
    main()
