"""Handlers of Modelyard's model server: which team of customer support a ticket belongs to.

Naive Bayes over words, as integers: what training counted is in `model.json`. The server reads JSON, checks
the weights, and answers; only these functions are the model's own.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelyard_server import RequestError

MAX_TICKETS, MAX_CHARACTERS = 100, 10_000
WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Router:
    """`prior` and `unknown` are by team, `words` by word and team: logarithms in thousandths."""

    teams: list[str]
    prior: list[int]
    unknown: list[int]
    words: dict[str, list[int]]

    def route(self, text: str) -> dict[str, Any]:
        """The likeliest team, and how likely each is. A tie goes to the team that is named first."""
        scores = list(self.prior)
        for word in WORD.findall(text.lower()):
            for team, score in enumerate(self.words.get(word, self.unknown)):
                scores[team] += score
        highest = max(scores)
        odds = [math.exp((score - highest) / 1000) for score in scores]
        by_team = {team: round(one / sum(odds), 4) for team, one in zip(self.teams, odds, strict=True)}
        return {"team": self.teams[scores.index(highest)], "probabilities": by_team}


def model_fn(model_dir: str) -> Router:
    """The model, from numbers only: the file can run nothing. Its checksum was compared before."""
    document = json.loads((Path(model_dir) / "model.json").read_bytes())
    if document.pop("format", None) != "ticket-router/1":
        raise ValueError("model.json is not of the format ticket-router/1")
    return Router(**document)


def predict_fn(data: Any, model: Router) -> dict[str, Any]:
    """Answers `{"tickets": ["text", ...]}`; what is wrong with a request is told to its caller."""
    tickets = data.get("tickets") if isinstance(data, dict) else None
    if not isinstance(tickets, list) or not 1 <= len(tickets) <= MAX_TICKETS:
        raise RequestError(400, f"'tickets' must be a list of 1 to {MAX_TICKETS} texts")
    for index, ticket in enumerate(tickets):
        if not isinstance(ticket, str) or len(ticket) > MAX_CHARACTERS:
            raise RequestError(400, f"tickets[{index}] must be a text of at most {MAX_CHARACTERS} characters")
    return {"routes": [model.route(ticket) for ticket in tickets]}
