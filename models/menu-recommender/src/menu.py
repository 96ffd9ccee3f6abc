"""One store's menu model: which dishes go with what is already in the basket."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_BASKET, MAX_ANSWERS = 50, 20


class Rejected(ValueError):
    """The request is not one that this model can answer; the message is for the caller."""


class Unusable(Exception):
    """The file is missing or is not a menu model."""


@dataclass(frozen=True)
class Menu:
    """How well two dishes sell together (`affinity[a][b]` in 0..1) and how well each sells alone."""

    store: str
    popularity: dict[str, float]
    affinity: dict[str, dict[str, float]]

    @classmethod
    def load(cls, path: Path) -> Menu:
        """Read what `train.py` wrote; raises Unusable."""
        try:
            document = json.loads(path.read_bytes())
            affinity = {str(dish): _numbers(others) for dish, others in document["affinity"].items()}
            menu = cls(str(document["store"]), _numbers(document["popularity"]), affinity)
        except OSError as error:
            raise Unusable(f"{path}: {error.strerror}") from error
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Unusable(f"{path} is not a menu model: {error!r}") from error
        unknown = {other for others in menu.affinity.values() for other in others} - menu.popularity.keys()
        if unknown:
            raise Unusable(f"{path} has affinities with dishes that are not on the menu: {sorted(unknown)}")
        return menu

    def recommend(self, request: object) -> dict[str, Any]:
        """Answer `{"basket": [dish, ...], "count": n}`; an empty basket gets the best sellers.

        Dishes that this store does not sell are reported, not refused: menus change before the apps do.
        """
        basket, count = _parse(request)
        known = [dish for dish in basket if dish in self.popularity]
        scores = {dish: self._score(dish, known) for dish in self.popularity if dish not in basket}
        best = sorted(scores, key=lambda dish: (-scores[dish], dish))[:count]
        return {
            "store": self.store,
            "recommendations": [{"dish": dish, "score": round(scores[dish], 4)} for dish in best],
            "unknown": sorted(set(basket) - set(known)),
        }

    def _score(self, dish: str, basket: list[str]) -> float:
        if not basket:
            return self.popularity[dish]
        return sum(self.affinity.get(chosen, {}).get(dish, 0.0) for chosen in basket) / len(basket)


def _parse(request: object) -> tuple[list[str], int]:
    if not isinstance(request, dict):
        raise Rejected("the body must be an object")
    basket, count = request.get("basket"), request.get("count", 3)
    if (
        not isinstance(basket, list)
        or len(basket) > MAX_BASKET
        or not all(isinstance(d, str) for d in basket)
    ):
        raise Rejected(f"'basket' must be a list of at most {MAX_BASKET} dishes")
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MAX_ANSWERS:
        raise Rejected(f"'count' must be 1 to {MAX_ANSWERS}")
    return basket, count


def _numbers(value: dict[str, Any]) -> dict[str, float]:
    numbers = {str(key): float(number) for key, number in value.items()}
    if not all(math.isfinite(number) for number in numbers.values()):
        raise ValueError("a number is not finite")
    return numbers
