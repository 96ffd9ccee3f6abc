"""Values for the secrets that a manifest refers to: given for one run, kept nowhere and printed nowhere.

As for Docker Compose, the variable of the caller's shell is taken, and where two containers mean different
secrets by one name, the variable is called after its container: ``VISION_API_TOKEN``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from modelyard.errors import UsageError
from modelyard.resolve.workload import ResolvedSecret
from modelyard.running.errors import CannotRun

_STORES = {"secretsmanager": "the secret", "ssm": "the parameter"}


class Given:
    """What the caller gives: ``--secret NAME=FILE`` before ``--env-file`` before the shell."""

    def __init__(self, secrets: Iterable[str], env_file: str | None, shell: Mapping[str, str]) -> None:
        """Reads the files; UsageError for a wrong word, CannotRun for a file that cannot be read."""
        self.variables = _env_file(Path(env_file)) if env_file is not None else {}
        self._files = dict(_named_file(text) for text in secrets)
        self._shell = shell
        self.unused = set(self._files)

    def value(self, variable: str) -> str | None:
        """None where nobody gave it."""
        if variable in self._files:
            self.unused.discard(variable)
            return self._files[variable]
        return self.variables.get(variable) or self._shell.get(variable) or None


def values(wanted: Mapping[str, tuple[ResolvedSecret, ...]], given: Given) -> dict[str, dict[str, str]]:
    """The values by container and variable; raises CannotRun that names all that are missing."""
    ambiguous = _ambiguous(wanted)
    found: dict[str, dict[str, str]] = {container: {} for container in wanted}
    missing: dict[str, str] = {}
    for container, secrets in wanted.items():
        prefix = container.upper().replace("-", "_") + "_"
        for secret in secrets:
            name = prefix + secret.variable if secret.variable in ambiguous else secret.variable
            value = given.value(name)
            if value is None:
                missing[name] = _described(secret)
            else:
                found[container][secret.variable] = value
    if missing:
        listed = "\n".join(f"{name}: {what}" for name, what in missing.items())
        first = next(iter(missing))
        hint = f"set {first} in your shell, or give --secret {first}=FILE, or --env-file FILE (NAME=VALUE)"
        raise CannotRun(f"no value for {', '.join(missing)}", hint, listed)
    return found


def hidden(text: str, secrets: Iterable[Mapping[str, str]]) -> str:
    """The text without these values: a server that breaks may print what it was given."""
    known = {value: name for some in secrets for name, value in some.items() if len(value) > 3}
    for value in sorted(known, key=len, reverse=True):
        text = text.replace(value, f"[{known[value]}]")
    return text


def _ambiguous(wanted: Mapping[str, tuple[ResolvedSecret, ...]]) -> set[str]:
    meanings: dict[str, set[tuple[str, str, str]]] = {}
    for secrets in wanted.values():
        for secret in secrets:
            meanings.setdefault(secret.variable, set()).add((secret.store, secret.name, secret.key))
    return {variable for variable, different in meanings.items() if len(different) > 1}


def _described(secret: ResolvedSecret) -> str:
    key = f", key {secret.key}" if secret.key else ""
    return f"{_STORES[secret.store]} {secret.name}{key}"


def _named_file(text: str) -> tuple[str, str]:
    name, equals, path = text.partition("=")
    if not (name and equals and path):
        raise UsageError(f'--secret {name}: write NAME=FILE, as in "DB_PASSWORD=password.txt"')
    value = _read(Path(path), f"--secret {name}")
    return name, value.removesuffix("\n").removesuffix("\r")


def _env_file(path: Path) -> dict[str, str]:
    """Lines ``NAME=VALUE``; empty ones and those that begin with # are skipped, and nothing is replaced."""
    found = {}
    for number, line in enumerate(_read(path, "--env-file").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise UsageError(
                f"--env-file {path}: line {number} is not NAME=VALUE"
            )  # the line may be a secret
        found[name.strip()] = value.strip()
    return found


def _read(path: Path, option: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CannotRun(f"{option}: {path} cannot be read: {error.strerror}", "name a file") from error
    except UnicodeDecodeError as error:
        raise CannotRun(f"{option}: {path} is not text in UTF-8", "name a file of text") from error
