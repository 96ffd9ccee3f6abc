# /// script
# requires-python = ">=3.11"
# dependencies = ["xgboost-cpu==3.2.0"]
# ///
"""Train the fraud scorer on generated transactions: `python train.py --out DIR`.

Writes `model.json` (XGBoost's own JSON, which holds numbers and no code) and prints its SHA-256. The data
come from the standard library's generator, training uses one thread, and the trees are rounded, so the last
bit of a sum does not reach the bytes. The XGBoost version is pinned because its JSON layout changes with it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
import xgboost as xgb

sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))  # the features' order has one home
from scoring import FEATURES

SEED, ROWS, TREES, DIGITS = 20261001, 4000, 24, 5


def transaction(rng: random.Random) -> list[float]:
    """One row in the order of FEATURES; amounts in PHP, distances in km from the card's home."""
    amount = round(-math.log(1.0 - rng.random()) * 2500, 0)
    distance = round(-math.log(1.0 - rng.random()) * 40, 0)
    hour, age = int(rng.random() * 24), int(rng.random() * 2000)
    online, category = int(rng.random() < 0.4), int(rng.random() * 4)
    count = int(rng.random() ** 3 * 20)
    spent = round(count * rng.random() * 3000, 0)
    return [amount, hour, distance, age, online, category, count, spent]


def risk(row: list[float]) -> float:
    """The probability of fraud in the generated world."""
    amount, hour, distance, age, online, category, count, spent = row
    logit = -4.2 + amount / 3000 + distance / 60 + online * 0.6 + count * 0.18 + spent / 20000
    logit += 1.2 * (hour < 5) + 1.0 * (age < 60) + (0.8, 0.5, -1.0, 0.2)[int(category)]
    return 1 / (1 + math.exp(-logit))


def rounded(value: Any) -> Any:
    """The tree document with every float at DIGITS significant digits."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return {key: rounded(item) for key, item in value.items()} if isinstance(value, dict) else value


def train() -> bytes:
    """The model file's bytes."""
    rng = random.Random(SEED)  # noqa: S311 - data, not keys
    rows = [transaction(rng) for _ in range(ROWS)]
    labels = [float(rng.random() < risk(row)) for row in rows]
    data = xgb.DMatrix(
        np.array(rows, dtype=np.float32), label=labels, feature_names=list(FEATURES), nthread=1
    )
    settings = {
        "objective": "binary:logistic", "base_score": 0.5, "tree_method": "exact", "max_depth": 3, "eta": 0.4,
        "min_child_weight": 5, "seed": SEED, "nthread": 1,
    }  # fmt: skip
    booster = xgb.train(settings, data, num_boost_round=TREES)
    return json.dumps(rounded(json.loads(booster.save_raw("json"))), sort_keys=True).encode() + b"\n"


def main() -> None:
    """Write the artifact and print the line that belongs in `weights.sha256`."""
    parser = argparse.ArgumentParser(description="Train the fraud scorer.")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder to write model.json to"
    )
    out: Path = parser.parse_args().out
    data = train()
    out.mkdir(parents=True, exist_ok=True)
    (out / "model.json").write_bytes(data)
    print(f"{hashlib.sha256(data).hexdigest()}  model.json")


if __name__ == "__main__":
    main()
