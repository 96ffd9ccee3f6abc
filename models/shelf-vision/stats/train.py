# /// script
# requires-python = ">=3.11"
# dependencies = ["scikit-learn==1.9.1"]
# ///
"""Fit the demand forecast on generated sales: `python train.py --out DIR`.

Writes `demand.json` and prints its SHA-256. The data come from the standard library's generator; the convex
problem is solved by Newton's method far beyond the four decimals that are kept, so the bytes are the same on
every processor.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import PoissonRegressor

sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))  # the terms have one home
from forecast import TERMS, terms

SEED, HOURS, DECIMALS = 20261001, 3000, 4


def poisson(mean: float, rng: random.Random) -> int:
    """A count with the given mean, by inversion: the standard library draws no Poisson numbers."""
    count, limit, product = 0, math.exp(-mean), rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


def train() -> dict[str, object]:
    """Generate hours of sales of shelves and fit them."""
    rng = random.Random(SEED)  # noqa: S311 - data, not keys
    rows, sales = [], []
    for _ in range(HOURS):
        hour, weekday, promotion = int(rng.random() * 24), int(rng.random() * 7), rng.random() < 0.2
        price = float(int(20 + rng.random() * 480))
        row = terms(hour, weekday, promotion, price)
        rate = math.exp(3.0 + 0.6 * row[0] + 0.3 * row[1] - 0.5 * row[2] - 0.4 * row[3] - 0.35 * row[4])
        rows.append(row)
        sales.append(poisson(rate, rng))
    model = PoissonRegressor(alpha=1e-4, solver="newton-cholesky", tol=1e-10, max_iter=100)
    model.fit(np.array(rows), np.array(sales))
    coefficients = {
        name: round(float(value), DECIMALS) for name, value in zip(TERMS, model.coef_, strict=True)
    }
    return {
        "format": "demand/1",
        "intercept": round(float(model.intercept_), DECIMALS),
        "coefficients": coefficients,
    }


def main() -> None:
    """Write the artifact and print the line that belongs in `weights.sha256`."""
    parser = argparse.ArgumentParser(description="Fit the demand forecast.")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder to write demand.json to"
    )
    out: Path = parser.parse_args().out
    data = (json.dumps(train(), indent=2, sort_keys=True) + "\n").encode()
    out.mkdir(parents=True, exist_ok=True)
    (out / "demand.json").write_bytes(data)
    print(f"{hashlib.sha256(data).hexdigest()}  demand.json")


if __name__ == "__main__":
    main()
