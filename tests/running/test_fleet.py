"""The table of all models, and that one of them never hides another."""

from __future__ import annotations

from modelyard.engines.api import EngineError
from modelyard.running.errors import Broken, NotHere
from modelyard.running.figures import Latency
from modelyard.running.fleet import Row, markdown, run_all
from modelyard.running.host import Peak
from modelyard.running.load import Load
from modelyard.running.outcome import ImageFact, Outcome

GOOD = Outcome(
    "iris", "local", "Service", "podman 4.3.1",
    (ImageFact("model", "localhost/iris:in-1", "sha256:1", 48 * 2**20, 12.34, True),), 0.84,
    latency=Latency(200, 0.0019, 0.0018, 0.0031), load=Load(8, 3.0, 2400, 0),
    peak=Peak(90 * 2**20, "control group"),
    notes=("left out: otel (no container waits for it)",),
)  # fmt: skip
JOB = Outcome("nightly", "local", "Job", "podman 4.3.1", (), 1.15, exit_code=0)


def test_every_model_has_its_turn() -> None:
    errors = {
        "a": Broken("is never healthy"),
        "b": EngineError("podman create ended with exit code 125"),
        "c": NotHere("needs 1 GPU of the type nvidia-l4"),
        "d": OSError(28, "No space left on device"),
    }

    def run(model: str) -> Outcome:
        if model in errors:
            raise errors[model]
        return GOOD

    told: list[str] = []
    rows = run_all(["a", "b", "c", "d", "e"], run, lambda row: told.append(row.model))
    assert told == ["a", "b", "c", "d", "e"]
    assert [row.failed for row in rows] == [True, True, False, True, False]


def test_the_table() -> None:
    rows = [
        Row("iris", GOOD),
        Row("llm", error=NotHere("model needs 1 GPU of the type nvidia-l4")),
        Row("n", JOB),
    ]
    assert (
        markdown(rows, "2 cores, podman 4.3.1")
        == """\
# What running every model measured

Made by `tools/run --all --report`: one run on one machine, and as good as that machine was idle.
Here: 2 cores, podman 4.3.1. docs/run.md says what each column is.

| model   |    image |  build |  healthy after |     p50 |     p99 | requests/s | peak memory |
| ------- | -------: | -----: | -------------: | ------: | ------: | ---------: | ----------: |
| iris    | 48.0 MiB | 12.3 s |         0.84 s | 1.80 ms | 3.10 ms |        800 |    90.0 MiB |
| nightly |        - |      - | done in 1.15 s |       - |       - |          - |           - |

Not in the table:

- llm: model needs 1 GPU of the type nvidia-l4

Other than in production:

- iris: left out: otel (no container waits for it)
"""
    )


def test_nothing_ran() -> None:
    text = markdown([Row("llm", error=NotHere("needs a GPU"))], "2 cores, nothing ran")
    assert "- llm: needs a GPU" in text
