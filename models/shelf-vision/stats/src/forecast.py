"""The statistics: how fast a shelf sells, from a Poisson regression, and when it will be empty."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

MAX_SHELVES, MAX_ITEMS = 1000, 10_000
TERMS = ("promotion", "weekend", "sin_hour", "cos_hour", "log_price")


class Rejected(ValueError):
    """The request is not one that this model can answer; the message is for the caller."""


class Unusable(Exception):
    """The model file is missing or is not what this code reads."""


class Forecast:
    """Expected sales are exp(intercept + coefficients x terms), in items per hour."""

    def __init__(self, path: Path) -> None:
        try:
            document = json.loads(path.read_bytes())
            self.intercept = float(document["intercept"])
            self.coefficients = np.array([document["coefficients"][name] for name in TERMS], dtype=np.float64)
        except OSError as error:
            raise Unusable(f"{path}: {error.strerror}") from error
        except (KeyError, TypeError, ValueError) as error:
            raise Unusable(f"{path} is not a demand model: {error!r}") from error

    def predict(self, document: object) -> list[dict[str, Any]]:
        """One forecast for each of `{"shelves": [{sku, items, hour, weekday, promotion, price}]}`."""
        shelves = document.get("shelves") if isinstance(document, dict) else None
        if not isinstance(shelves, list) or not 1 <= len(shelves) <= MAX_SHELVES:
            raise Rejected(f"'shelves' must be a list of 1 to {MAX_SHELVES}")
        parsed = [_shelf(index, shelf) for index, shelf in enumerate(shelves)]
        rates = np.exp(
            self.intercept + np.array([terms(**shelf["when"]) for shelf in parsed]) @ self.coefficients
        )
        return [
            {
                "sku": shelf["sku"],
                "sales_per_hour": round(float(rate), 3),
                "hours_to_empty": round(shelf["items"] / float(rate), 2),
            }
            for shelf, rate in zip(parsed, rates, strict=True)
        ]


def terms(hour: int, weekday: int, promotion: bool, price: float) -> list[float]:
    """The regression's terms, in the order of TERMS; weekday 0 is Monday, the price is in PHP."""
    angle = 2 * math.pi * hour / 24
    return [float(promotion), float(weekday >= 5), math.sin(angle), math.cos(angle), math.log(price)]


def _shelf(index: int, shelf: object) -> dict[str, Any]:
    if not isinstance(shelf, dict) or not isinstance(shelf.get("sku"), str):
        raise Rejected(f"shelves[{index}] must be an object with a 'sku'")
    if not isinstance(shelf.get("promotion"), bool):
        raise Rejected(f"shelves[{index}].promotion must be true or false")
    when = {
        "hour": _whole(index, shelf, "hour", 23),
        "weekday": _whole(index, shelf, "weekday", 6),
        "promotion": shelf["promotion"],
        "price": _price(index, shelf),
    }
    return {"sku": shelf["sku"], "items": _whole(index, shelf, "items", MAX_ITEMS), "when": when}


def _whole(index: int, shelf: dict[str, Any], name: str, most: int) -> int:
    value = shelf.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise Rejected(f"shelves[{index}].{name} must be an integer from 0 to {most}")
    return value


def _price(index: int, shelf: dict[str, Any]) -> float:
    value = shelf.get("price")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= 1e6:
        raise Rejected(f"shelves[{index}].price must be a number from 1 to 1e6")
    return float(value)
