"""Whether an answer is what its JSON Schema says, and where it is not."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from modelyard.findings.visible import visible
from modelyard.running.errors import Broken, CannotRun
from modelyard.running.sample import Sample
from modelyard.running.wire import Reply

_SHOWN = 5  # violations in one message
_LONGEST = 200  # characters of one of them, or of a body


def check(reply: Reply, sample: Sample, server: str) -> None:
    """Raises Broken where status or body are not what the sample must give; ``server`` is who answered."""
    if not 200 <= reply.status < 300:
        hint = f"the request was {sample.path}, as {sample.content_type}"
        raise Broken(f"{server} answers the sample with status {reply.status}", hint, _begin(reply.body))
    if sample.schema is None:
        return
    try:
        document = json.loads(reply.body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        message = f"{server} answers the sample with something that is not JSON: {error}"
        raise Broken(message, f"{sample.schema_path} says what it must be", _begin(reply.body)) from error
    found = violations(document, sample.schema, sample.schema_path)
    if found:
        more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
        message = f"{server} answers the sample against its schema"
        hint = f"{sample.schema_path} says what it must be"
        raise Broken(message, hint, "\n".join([*found[:_SHOWN], *more]))


def violations(document: Any, schema: Any, path: str) -> list[str]:
    """What the schema refuses, each as ``$.json.path: what is wrong``, in the order of the paths.

    Raises CannotRun for a schema that is none, or that lives elsewhere: nothing is fetched.
    """
    from jsonschema.exceptions import SchemaError
    from jsonschema.validators import Draft202012Validator, validator_for
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    kind = validator_for(schema, default=Draft202012Validator)
    try:
        kind.check_schema(schema)
        errors = list(kind(schema, registry=Registry()).iter_errors(document))
    except SchemaError as error:
        hint = f"at {error.json_path} of the schema"
        raise CannotRun(f"{path} is no JSON Schema: {_short(error.message)}", hint) from error
    except Unresolvable as error:
        message = f"{path} refers to a schema that is not in it: {_short(str(error))}"
        raise CannotRun(message, "write it under $defs") from error
    errors.sort(key=lambda error: (list(map(str, error.absolute_path)), error.message))
    return [f"{error.json_path}: {_short(error.message)}" for error in errors]


def _begin(body: bytes) -> str:
    return _short(body[: 4 * _LONGEST].decode("utf-8", "replace")) or "(an empty body)"


def _short(text: str) -> str:
    line = visible(" ".join(text.split()))
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
