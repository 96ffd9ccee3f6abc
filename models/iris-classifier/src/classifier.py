"""A scikit-learn logistic regression, rebuilt from the numbers in `model.json`."""

from __future__ import annotations

import json
from typing import Any, NoReturn

import numpy as np
from sklearn.linear_model import LogisticRegression
from weights import Unusable

MAX_ROWS = 1000


class Rejected(ValueError):
    """The request is not one that this model can answer; the message is for the caller."""


class Classifier:
    """Predicts the species of iris flowers from four lengths in centimetres."""

    def __init__(self, features: list[str], estimator: LogisticRegression) -> None:
        self.features = features
        self.estimator = estimator

    @classmethod
    def from_json(cls, data: bytes) -> Classifier:
        """Read what `train.py` wrote. Numbers only: unlike a pickle, the file can run nothing."""
        try:
            document = json.loads(data)
            estimator = LogisticRegression()
            estimator.classes_ = np.array(document["classes"])
            estimator.coef_ = np.array(document["coef"], dtype=np.float64)
            estimator.intercept_ = np.array(document["intercept"], dtype=np.float64)
            features = [str(name) for name in document["features"]]
        except (KeyError, TypeError, ValueError) as error:
            raise Unusable(f"not an iris model: {error!r}") from error
        if estimator.coef_.shape != (len(estimator.classes_), len(features)):
            raise Unusable(f"coefficients have the shape {estimator.coef_.shape}")
        estimator.n_features_in_ = len(features)
        return cls(features, estimator)

    def predict(self, body: bytes) -> list[dict[str, Any]]:
        """One prediction for each row of `{"instances": [[cm, cm, cm, cm], ...]}`."""
        probabilities = self.estimator.predict_proba(np.array(self._rows(body), dtype=np.float64))
        classes = [str(name) for name in self.estimator.classes_]
        answers = []
        for row in probabilities:
            by_class = {name: round(float(p), 6) for name, p in zip(classes, row, strict=True)}
            answers.append({"label": classes[int(np.argmax(row))], "probabilities": by_class})
        return answers

    def _rows(self, body: bytes) -> list[list[float]]:
        document = parse_json(body)
        rows = document.get("instances") if isinstance(document, dict) else None
        if not isinstance(rows, list) or not 1 <= len(rows) <= MAX_ROWS:
            raise Rejected(f"'instances' must be a list of 1 to {MAX_ROWS} rows")
        for index, row in enumerate(rows):
            if not isinstance(row, list) or len(row) != len(self.features):
                raise Rejected(f"instances[{index}] must have {len(self.features)} numbers: {self.features}")
            if not all(is_finite(value) for value in row):
                raise Rejected(f"instances[{index}] must have finite numbers only")
        return rows


def parse_json(body: bytes) -> object:
    """Strict JSON: no NaN or Infinity, and no nesting deep enough to exhaust the stack."""
    try:
        return json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Rejected("the body is not valid JSON") from error


def is_finite(value: object) -> bool:
    """True for a number a model can use: not a bool, not 1e999, not an integer too large for a float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e300  # false for infinity, which JSON spells 1e999


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
