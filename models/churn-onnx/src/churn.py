"""The churn model: an ONNX file run by ONNX Runtime on the processor."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort

MAX_CUSTOMERS = 1000
CONTRACTS = ("monthly", "yearly", "two-year")
LIMITS = {"tenure_months": 1200, "monthly_charge": 100_000, "support_calls": 1000}  # PHP, calls in 90 days
CHURNS = 0.5


class Rejected(ValueError):
    """The request is not one that this model can answer; the message is for the caller."""


class ChurnModel:
    """Scaling and regression are both inside the ONNX graph: this code only lines up the columns."""

    def __init__(self, folder: Path) -> None:
        options = ort.SessionOptions()
        # ONNX Runtime counts the host's cores; on Fargate the task owns only its share of them.
        options.intra_op_num_threads = int(os.environ.get("THREADS", "1"))
        self.session = ort.InferenceSession(
            folder / "churn.onnx", options, providers=["CPUExecutionProvider"]
        )

    def predict(self, document: object) -> list[dict[str, Any]]:
        """One prediction for each of `{"customers": [...]}`; raises Rejected."""
        customers = document.get("customers") if isinstance(document, dict) else None
        if not isinstance(customers, list) or not 1 <= len(customers) <= MAX_CUSTOMERS:
            raise Rejected(f"'customers' must be a list of 1 to {MAX_CUSTOMERS}")
        rows = [features(index, customer) for index, customer in enumerate(customers)]
        (answer,) = self.session.run(["churn"], {"customers": np.array(rows, dtype=np.float32)})
        probabilities = [round(float(value), 4) for value in answer[:, 0]]
        return [{"churn_probability": p, "will_churn": p >= CHURNS} for p in probabilities]


def features(index: int, customer: object) -> list[float]:
    """The model's columns: three numbers, autopay, and one column per contract but the first."""
    if not isinstance(customer, dict):
        raise Rejected(f"customers[{index}] must be an object")
    row = [_number(index, customer, name, most) for name, most in LIMITS.items()]
    if not isinstance(customer.get("autopay"), bool):
        raise Rejected(f"customers[{index}].autopay must be true or false")
    if customer.get("contract") not in CONTRACTS:
        raise Rejected(f"customers[{index}].contract must be one of {', '.join(CONTRACTS)}")
    return [
        *row,
        float(customer["autopay"]),
        *(float(customer["contract"] == name) for name in CONTRACTS[1:]),
    ]


def _number(index: int, customer: dict[str, Any], name: str, most: float) -> float:
    value: Any = customer.get(name)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and 0 <= value <= most:  # also false for infinity
        return float(value)
    raise Rejected(f"customers[{index}].{name} must be a number from 0 to {most}")
