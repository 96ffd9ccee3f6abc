"""The XGBoost model: from card transactions to a probability of fraud and a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
import xgboost as xgb

MAX_TRANSACTIONS = 500
CATEGORIES = ("cash", "electronics", "grocery", "travel")
# The order is the model's: train.py names its columns with this tuple.
FEATURES = ("amount", "hour", "distance_km", "card_age_days", "online", "category", "count_24h", "spent_24h")
REVIEW, DECLINE = 0.5, 0.9


class Rejected(ValueError):
    """The request is not one that can be scored; the message is for the caller."""


@dataclass(frozen=True)
class Activity:
    """What a card did in the last 24 hours: number of transactions, and their sum."""

    count: float = 0.0
    spent: float = 0.0


@dataclass(frozen=True)
class Transaction:
    """A transaction as the caller sends it: `values` are the first six features, in order."""

    id: str
    card: str
    values: tuple[float, ...]

    @classmethod
    def parse(cls, index: int, item: object) -> Transaction:
        """Raises Rejected naming the index and the field, never echoing the card's data."""
        if not isinstance(item, dict):
            raise Rejected(f"transactions[{index}] must be an object")
        values = tuple(_feature(index, item, name) for name in FEATURES[:6])
        return cls(_text(index, item, "id"), _text(index, item, "card"), values)


class Scorer:
    """Scores with one thread per request; a Booster's prediction is safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self.booster = xgb.Booster({"nthread": 1})
        self.booster.load_model(path)
        if tuple(self.booster.feature_names or ()) != FEATURES:
            raise ValueError(f"{path} was trained on other features: {self.booster.feature_names}")

    def score(
        self, transactions: Sequence[Transaction], activity: Mapping[str, Activity]
    ) -> list[dict[str, Any]]:
        """One score in 0..1 and a decision for each transaction, in order."""
        seen = [activity.get(item.card, Activity()) for item in transactions]
        rows = [[*t.values, a.count, a.spent] for t, a in zip(transactions, seen, strict=True)]
        matrix = xgb.DMatrix(np.array(rows, dtype=np.float32), feature_names=list(FEATURES), nthread=1)
        scores = [round(float(value), 6) for value in self.booster.predict(matrix)]
        return [
            {"id": item.id, "score": score, "decision": decide(score)}
            for item, score in zip(transactions, scores, strict=True)
        ]


def decide(score: float) -> str:
    """The bank's thresholds; a person looks at what is reviewed."""
    return "decline" if score >= DECLINE else "review" if score >= REVIEW else "approve"


def parse(document: object) -> list[Transaction]:
    """Read `{"transactions": [...]}`; raises Rejected."""
    items = document.get("transactions") if isinstance(document, dict) else None
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_TRANSACTIONS:
        raise Rejected(f"'transactions' must be a list of 1 to {MAX_TRANSACTIONS} objects")
    return [Transaction.parse(index, item) for index, item in enumerate(items)]


def _feature(index: int, item: dict[str, Any], name: str) -> float:
    value = item.get(name)
    if name == "category" and value in CATEGORIES:
        return float(CATEGORIES.index(value))
    if name == "online" and isinstance(value, bool):
        return float(value)
    if name not in ("category", "online") and _is_number(value):
        return float(value)
    expected = {"category": f"one of {CATEGORIES}", "online": "true or false"}
    wanted = expected.get(name, "a number from 0 to 1e9")
    raise Rejected(f"transactions[{index}].{name} must be {wanted}")


def _is_number(value: object) -> TypeGuard[float]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value < 1e9


def _text(index: int, item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= 64:
        raise Rejected(f"transactions[{index}].{name} must be a string of 1 to 64 characters")
    return value
