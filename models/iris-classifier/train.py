# /// script
# requires-python = ">=3.11"
# dependencies = ["scikit-learn==1.9.1"]
# ///
"""Train the iris classifier on the data that scikit-learn ships: `python train.py --out DIR`.

Writes `model.json` and prints its SHA-256. The problem is convex, solved by Newton's method far beyond the
four decimals that are kept, so the bytes do not depend on the BLAS or the processor.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

DECIMALS = 4


def train() -> dict[str, object]:
    """Fit on all 150 flowers; raises ValueError if the fit is worse than it has always been."""
    iris = load_iris()
    model = LogisticRegression(C=1.0, solver="newton-cg", tol=1e-10, max_iter=500)
    model.fit(iris.data, iris.target)
    accuracy = model.score(iris.data, iris.target)
    if accuracy < 0.95:
        raise ValueError(f"accuracy fell to {accuracy:.3f}")
    return {
        "format": "iris-classifier/1",
        "features": [name.removesuffix(" (cm)").replace(" ", "_") for name in iris.feature_names],
        "classes": [str(name) for name in iris.target_names],
        "coef": [[round(float(value), DECIMALS) for value in row] for row in model.coef_],
        # softmax ignores a common shift: centring picks one of the equal solutions
        "intercept": [round(float(value), DECIMALS) for value in model.intercept_ - model.intercept_.mean()],
    }


def main() -> None:
    """Write the artifact and print the line that belongs in `weights.sha256`."""
    parser = argparse.ArgumentParser(description="Train the iris classifier.")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder to write model.json to"
    )
    out: Path = parser.parse_args().out
    data = (json.dumps(train(), indent=2, sort_keys=True) + "\n").encode()
    out.mkdir(parents=True, exist_ok=True)
    (out / "model.json").write_bytes(data)
    print(f"{hashlib.sha256(data).hexdigest()}  model.json")


if __name__ == "__main__":
    main()
