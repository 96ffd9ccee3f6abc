"""What realistic files are made of."""

from __future__ import annotations

import random
import uuid

HEX = "0123456789abcdef"
WORDS = [
    "iris",
    "fraud",
    "ranker",
    "embed",
    "shelf",
    "menu",
    "search",
    "score",
    "vision",
    "speech",
    "order",
    "cart",
    "price",
    "risk",
    "topic",
]
TEAMS = ["platform", "payments", "growth", "research", "security", "mobile"]


def hexadecimal(count: int, rng: random.Random) -> str:
    return "".join(rng.choice(HEX) for _ in range(count))


def identifier(rng: random.Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128)))


def name_of(rng: random.Random) -> str:
    return f"{rng.choice(WORDS)}-{rng.choice(WORDS)}-{rng.randint(1, 40)}"
