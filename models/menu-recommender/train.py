# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""Train one menu model per store on generated orders: `python train.py --out DIR`.

Writes `<store>/model.json` for four stores of a restaurant chain in Manila and prints each SHA-256. Only the
standard library is used, and integer counts decide the scores, so the bytes are the same everywhere.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
from itertools import combinations
from pathlib import Path

ORDERS = 600
HOUSE = (
    "adobo",
    "sinigang",
    "lumpia",
    "garlic-rice",
    "halo-halo",
    "calamansi-juice",
    "pancit",
    "lechon-kawali",
)
STORES = {  # what each adds to the house menu
    "binondo": ("hopia", "siopao", "beef-mami"),
    "intramuros": ("kare-kare", "leche-flan", "barako-coffee"),
    "makati": ("sisig", "salad-bowl", "iced-latte"),
    "quiapo": ("tokneneng", "fish-balls", "sago-gulaman"),
}


def orders(menu: tuple[str, ...], rng: random.Random) -> list[set[str]]:
    """Orders of up to four dishes; neighbours on the menu are ordered together more often."""
    made = []
    for _ in range(ORDERS):
        first = int(rng.random() ** 2 * len(menu))
        order = {menu[first]}
        for _ in range(int(rng.random() * 4)):
            near = (first + 1 + int(rng.random() * 3)) % len(menu)
            order.add(menu[near if rng.random() < 0.7 else int(rng.random() * len(menu))])
        made.append(order)
    return made


def train(store: str) -> dict[str, object]:
    """Popularity is the share of orders; affinity is the cosine similarity of two dishes' orders."""
    menu = tuple(sorted(HOUSE + STORES[store]))
    rng = random.Random(f"menu-recommender/{store}")  # noqa: S311 - data, not keys
    history = orders(menu, rng)
    sold = {dish: sum(dish in order for order in history) for dish in menu}
    affinity: dict[str, dict[str, float]] = {dish: {} for dish in menu}
    for one, other in combinations(menu, 2):
        together = sum(one in order and other in order for order in history)
        if together:
            score = round(together / math.sqrt(sold[one] * sold[other]), 4)
            affinity[one][other] = affinity[other][one] = score
    popularity = {dish: round(count / ORDERS, 4) for dish, count in sold.items()}
    return {"format": "menu/1", "store": store, "popularity": popularity, "affinity": affinity}


def main() -> None:
    """Write the artifacts and print the lines that belong in `weights.sha256`."""
    parser = argparse.ArgumentParser(description="Train the menu models.")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder to write <store>/model.json to"
    )
    out: Path = parser.parse_args().out
    for store in STORES:
        data = (json.dumps(train(store), indent=1, sort_keys=True) + "\n").encode()
        path = out / store / "model.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        print(f"{hashlib.sha256(data).hexdigest()}  {store}/model.json")


if __name__ == "__main__":
    main()
