# /// script
# requires-python = ">=3.11"
# ///
"""Train the ticket router on the tickets below, which are made up: `python train.py --out DIR`.

Counts words and rounds logarithms to thousandths, so the bytes do not depend on the processor.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import re
from collections import Counter
from pathlib import Path

WORD = re.compile(r"[a-z0-9]+")
TICKETS = {
    "billing": [
        "I was charged twice for my order, please refund one payment",
        "The invoice has the wrong amount and the wrong address",
        "My card was declined but the money is gone",
        "When will I get the refund for the cancelled order",
        "The discount code was not taken off the price",
    ],
    "delivery": [
        "My order has not arrived and the driver does not answer",
        "The parcel was left at the wrong address",
        "Half of the order is missing from the bag",
        "The food arrived cold and an hour late",
        "Where is my order, the tracking has stopped",
    ],
    "account": [
        "I cannot log in, the password reset email never comes",
        "Please delete my account and all my data",
        "How do I change the email address of my account",
        "The app logs me out every time I open it",
        "Somebody else is using my account, my password was changed",
    ],
}


def train() -> dict[str, object]:
    """Counts words by team, each seen once more than it was, as Laplace would."""
    teams = sorted(TICKETS)
    counts = {team: Counter(WORD.findall(" ".join(TICKETS[team]).lower())) for team in teams}
    vocabulary = sorted(set().union(*counts.values()))
    totals = {team: counts[team].total() + len(vocabulary) + 1 for team in teams}
    tickets = sum(map(len, TICKETS.values()))
    return {
        "format": "ticket-router/1",
        "teams": teams,
        "prior": [thousandths(len(TICKETS[team]) / tickets) for team in teams],
        "unknown": [thousandths(1 / totals[team]) for team in teams],
        "words": {
            word: [thousandths((counts[team][word] + 1) / totals[team]) for team in teams]
            for word in vocabulary
        },
    }


def thousandths(probability: float) -> int:
    """Its natural logarithm, in thousandths."""
    return round(math.log(probability) * 1000)


def main() -> None:
    """Write the artifact and print the line that belongs in `weights.sha256`."""
    parser = argparse.ArgumentParser(description="Train the ticket router.")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder to write model.json to"
    )
    out: Path = parser.parse_args().out
    data = (json.dumps(train(), indent=1, sort_keys=True) + "\n").encode()
    out.mkdir(parents=True, exist_ok=True)
    (out / "model.json").write_bytes(data)
    print(f"{hashlib.sha256(data).hexdigest()}  model.json")


if __name__ == "__main__":
    main()
