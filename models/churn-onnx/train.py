# /// script
# requires-python = ">=3.11"
# dependencies = ["onnx==1.23.2", "scikit-learn==1.9.1"]
# ///
"""Train the churn model on generated customers and export it: `python train.py --out DIR`.

Writes `churn.onnx` and prints its SHA-256. The graph is built by hand, with explicit ONNX versions, instead
of by a converter whose output changes between releases; the convex problem is solved by Newton's method far
beyond the four decimals that are kept. The bytes therefore do not depend on the processor.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import random
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from sklearn.linear_model import LogisticRegression

Array = NDArray[np.float64]
SEED, CUSTOMERS, DECIMALS, OPSET, IR_VERSION = 20261001, 4000, 4, 17, 8
# Round constants rather than the sample's moments: they are part of the graph, and of the model's contract.
OFFSET = np.array([24, 1500, 2, 0, 0, 0], dtype=np.float32)
SCALE = np.array([18, 800, 2, 1, 1, 1], dtype=np.float32)


def customers() -> tuple[Array, list[int]]:
    """Rows in the order of `src/churn.py`, and whether each customer left."""
    rng = random.Random(SEED)  # noqa: S311 - data, not keys
    rows, left = [], []
    for _ in range(CUSTOMERS):
        tenure, charge = int(rng.random() ** 2 * 72), int(400 + rng.random() * 2600)
        calls, autopay, contract = int(rng.random() ** 3 * 10), int(rng.random() < 0.5), int(rng.random() * 3)
        logit = 0.2 - tenure / 24 + charge / 2000 + calls * 0.35 - 0.7 * autopay - (0, 0.9, 1.8)[contract]
        rows.append([tenure, charge, calls, autopay, int(contract == 1), int(contract == 2)])
        left.append(int(rng.random() < 1 / (1 + math.exp(-logit))))
    return np.array(rows, dtype=np.float64), left


def train() -> bytes:
    """The ONNX file's bytes: (x - offset) / scale, a linear layer and a sigmoid."""
    rows, left = customers()
    model = LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-10, max_iter=100)
    model.fit((rows - OFFSET) / SCALE, left)
    constants = {
        "offset": OFFSET,
        "scale": SCALE,
        "weights": np.round(model.coef_.T, DECIMALS).astype(np.float32),
        "bias": np.round(model.intercept_, DECIMALS).astype(np.float32),
    }
    nodes = [
        helper.make_node("Sub", ["customers", "offset"], ["centred"]),
        helper.make_node("Div", ["centred", "scale"], ["scaled"]),
        helper.make_node("Gemm", ["scaled", "weights", "bias"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["churn"]),
    ]
    graph = helper.make_graph(
        nodes,
        "churn",
        [helper.make_tensor_value_info("customers", TensorProto.FLOAT, ["n", len(OFFSET)])],
        [helper.make_tensor_value_info("churn", TensorProto.FLOAT, ["n", 1])],
        [numpy_helper.from_array(np.ascontiguousarray(array), name) for name, array in constants.items()],
    )
    document = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="churn-onnx",
    )
    onnx.checker.check_model(document, full_check=True)
    return bytes(document.SerializeToString(deterministic=True))


def main() -> None:
    """Write the artifact and print the line that belongs in `weights.sha256`."""
    parser = argparse.ArgumentParser(description="Train and export the churn model.")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder to write churn.onnx to"
    )
    out: Path = parser.parse_args().out
    data = train()
    out.mkdir(parents=True, exist_ok=True)
    (out / "churn.onnx").write_bytes(data)
    print(f"{hashlib.sha256(data).hexdigest()}  churn.onnx")


if __name__ == "__main__":
    main()
