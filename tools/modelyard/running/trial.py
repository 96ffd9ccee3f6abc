"""The order of events of a run: start, healthy, sample, figures, stop; where is the host's business."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from modelyard.running import measure
from modelyard.running.answer import check
from modelyard.running.client import Client, TooSlow, Unanswered
from modelyard.running.errors import Broken, CannotRun
from modelyard.running.figures import Latency, duration
from modelyard.running.host import Host
from modelyard.running.load import Load, load
from modelyard.running.outcome import Checked, ImageFact, Outcome
from modelyard.running.plan import Part, Plan
from modelyard.running.sample import Sample
from modelyard.running.waiting import how_ended, log, until_ended, until_healthy, wait_for
from modelyard.running.wire import request

Tell = Callable[[str], None]
# Told when it is kept, and whether it stays by itself; where it does not, it is stopped when this comes back.
Kept = Callable[[Outcome, bool], None]


@dataclass(frozen=True)
class Trial:
    """What is asked of a run. ``samples`` by the names of parts. ``load_seconds`` 0: no load."""

    plan: Plan
    images: tuple[ImageFact, ...]
    how: str
    samples: Mapping[str, Sample] = field(default_factory=dict)
    requests: int = 200
    connections: int = 8
    load_seconds: float = 3.0
    keep: bool = False


def run(host: Host, trial: Trial, tell: Tell, kept: Kept) -> Outcome:
    """Raises Broken where the model is not what its manifest says; nothing is left, unless it is kept."""
    try:
        if trial.plan.kind == "Job":
            return _job(host, trial, tell)
        outcome = _service(host, trial, tell)
        if trial.keep:
            stays = host.keep()
            kept(outcome, stays)
            if stays:
                return outcome
        return _stopped(host, trial.plan, outcome)
    except BaseException:
        _close(host, tell)
        raise
    finally:
        host.close()


def _close(host: Host, tell: Tell) -> None:
    """After an error, which says more than what may go wrong on the way out."""
    try:
        host.close()
    except CannotRun as error:
        tell(f"{error}; {error.hint}")


def _service(host: Host, trial: Trial, tell: Tell) -> Outcome:
    plan, main = trial.plan, trial.plan.main
    assert main.serve is not None
    took = _start(host, plan, tell)
    tell(f"healthy after {duration(took)}")
    checked = tuple(_check(host, plan, part, trial.samples[part.name]) for part in _asked(trial))
    latency = under_load = None
    if main.name in trial.samples:
        latency, under_load = _measure(host, trial)
    peak = host.peak()
    address, port = host.address(main)
    return Outcome(
        model=plan.model,
        environment=plan.environment,
        kind=plan.kind,
        how=trial.how,
        images=trial.images,
        start_seconds=took,
        checked=checked,
        latency=latency,
        load=under_load,
        peak=peak,
        address=f"http://{address}:{port}",
        notes=(*plan.notes, *_failures(under_load)),
    )


def _failures(found: Load | None) -> list[str]:
    if found is None or not found.failed:
        return []
    return [f"{found.failed} requests failed while {found.connections} connections asked at once"]


def _asked(trial: Trial) -> list[Part]:
    return [part for part in trial.plan.parts if part.name in trial.samples]


def _start(host: Host, plan: Plan, tell: Tell) -> float:
    """Starts every part when what it waits for is there; the seconds until all are healthy."""
    began = time.monotonic()
    waited: set[tuple[str, str]] = set()
    parts = {part.name: part for part in plan.parts}
    for part in plan.parts:
        for name, how in part.waits.items():
            if (name, how) not in waited:
                wait_for(host, plan, parts[name], how)
                waited.add((name, how))
        tell(f"starting {part.name}")
        host.start(part)
    ending = {name for name, how in waited if how == "succeeded"}
    for part in plan.parts:
        if part.serve is not None and part.name not in ending and plan.kind != "Job":
            until_healthy(host, plan, part)
    return time.monotonic() - began


def _check(host: Host, plan: Plan, part: Part, sample: Sample) -> Checked:
    """Posts the sample once and looks at what comes back."""
    assert part.serve is not None
    client = _client(host, part)
    try:
        reply = client.ask(_post(host, part, sample))
    except Unanswered as error:
        raise _unanswered(host, plan, part, error) from error
    finally:
        client.close()
    check(reply, sample, part.name)
    return Checked(part.name, sample.path, reply.status, sample.schema_path)


def _measure(host: Host, trial: Trial) -> tuple[Latency, Load | None]:
    part = trial.plan.main
    client = _client(host, part)
    post = _post(host, part, trial.samples[part.name])
    try:
        latency = measure.one_by_one(client, post, trial.requests)
        if not trial.load_seconds:
            return latency, None
        asked = load(*host.address(part), post, trial.connections, trial.load_seconds)
    except Unanswered as error:
        raise _unanswered(host, trial.plan, part, error) from error
    finally:
        client.close()
    if asked.failed:
        end = until_ended(host, part, 1.0)
        if end is not None or not asked.answered:
            what = how_ended(part, end) if end is not None else "answers none"
            message = f"{part.name} {what} when {asked.connections} connections ask at once"
            raise Broken(message, "one request at a time was answered", log(host, trial.plan, part))
    return latency, asked


def _client(host: Host, part: Part) -> Client:
    assert part.serve is not None
    return Client(*host.address(part), part.serve.timeout.seconds)


def _post(host: Host, part: Part, sample: Sample) -> bytes:
    assert part.serve is not None
    address, port = host.address(part)
    return request("POST", part.serve.predict, f"{address}:{port}", sample.body, sample.content_type)


def _unanswered(host: Host, plan: Plan, part: Part, error: Unanswered) -> Broken:
    """Why there was no answer: the server has ended, or is too slow, or what the client saw."""
    end = until_ended(host, part, 1.0)
    if end is not None:
        return Broken(f"{part.name} {how_ended(part, end)} while it was asked", "", log(host, plan, part))
    hint = "serve.timeout of the manifest says how long it may take" if isinstance(error, TooSlow) else ""
    return Broken(f"{part.name} {error} to the sample", hint, log(host, plan, part))


def _stopped(host: Host, plan: Plan, outcome: Outcome) -> Outcome:
    """SIGTERM to all, the last one started first; what does not end in its time to drain is worth a note."""
    from dataclasses import replace

    notes, code = list(outcome.notes), None
    for part in reversed(plan.parts):
        end = host.ended(part) or host.stop(part)
        if part.name == plan.asked and end is not None:
            code = end.code
        if end is not None and end.code in (-9, 137):
            notes.append(f"{part.name} did not end within {part.drain} s after SIGTERM, and was killed")
    return replace(outcome, exit_code=code, notes=tuple(notes))


def _job(host: Host, trial: Trial, tell: Tell) -> Outcome:
    plan, main = trial.plan, trial.plan.main
    took = time.monotonic()
    _start(host, plan, tell)
    end = until_ended(host, main, plan.timeout)
    took = time.monotonic() - took
    if end is None:
        hint = "timeout of the manifest says how long a run may take"
        raise Broken(f"{main.name} has not ended after {plan.timeout} s", hint, log(host, plan, main))
    printed = log(host, plan, main)
    if end.code != 0:
        hint = "--args 'WORDS' gives it other arguments"
        raise Broken(f"{main.name} {how_ended(main, end)}", hint, printed)
    return Outcome(
        model=plan.model,
        environment=plan.environment,
        kind=plan.kind,
        how=trial.how,
        images=trial.images,
        start_seconds=took,
        exit_code=end.code,
        notes=plan.notes,
        printed=printed,
    )
