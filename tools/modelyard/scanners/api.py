"""What a scanner is, what it is given, and what it gives back.

An adapter is one module in this folder with a ``SCANNER``; nothing else names it. It builds a command line,
lets ``Task.call`` run it, reads the report strictly and says which inputs the tool proves to have read.
Everything that can go wrong with a process (missing, wrong version, exit code, signal, time, memory, too
much output) is found by ``Task.call``, and everything that was not read by the runner: an adapter checks
only what its own report says, and raises ``Malformed`` where that is not of the known shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, Protocol

from modelyard.detections import Detection, RuleInfo
from modelyard.scanners.reports import MIB, Malformed, Unusable, get, read_bounded, read_json
from modelyard.subjects.document import Kind

__all__ = [
    "MIB",
    "Call",
    "Done",
    "Input",
    "Malformed",
    "Outcome",
    "Scanner",
    "Task",
    "Tool",
    "Unusable",
    "evidence_of",
    "get",
    "no_resources",
    "read_json",
    "same_content",
    "same_path",
]


@dataclass(frozen=True)
class Input:
    """One file to be scanned.

    ``path`` is relative to the repository, with ``/``. ``kinds`` are those of its documents, empty for a
    file that is none of ours. ``resources`` are the addresses of what is in it, as the facts have them:
    ``Deployment/iris`` of Kubernetes objects, logical ids of CloudFormation. ``digest`` is the SHA-256 of
    the content, in hexadecimal; ``load`` gives the content, and is asked only where a scanner has to run.
    """

    path: str
    kinds: tuple[Kind, ...]
    resources: tuple[str, ...]
    digest: str
    load: Callable[[], bytes] = field(repr=False, compare=False)

    @classmethod
    def of(cls, path: str, kinds: tuple[Kind, ...], resources: tuple[str, ...], data: bytes) -> Input:
        """An input whose content is at hand."""
        import hashlib

        return cls(path, kinds, resources, hashlib.sha256(data).hexdigest(), lambda: data)

    @cached_property
    def data(self) -> bytes:
        """The content."""
        return self.load()


@dataclass(frozen=True)
class Tool:
    """A program and the versions of it whose output the adapter knows: ``minimum`` <= version < ``below``.

    ``package`` has it on PyPI, and is in the lock of ``environment``. The first group of
    ``version_pattern`` in what ``version_arguments`` print (on either stream) is the version.

    ``interpreted``: the adapter calls the interpreter of the executable, a Python script, to run a program of
    its own with the tool's packages. All arguments are then the interpreter's.
    """

    executable: str
    package: str
    minimum: tuple[int, ...]
    below: tuple[int, ...]
    environment: Literal["scan", "checkov"] = "scan"
    version_arguments: tuple[str, ...] = ("--version",)
    version_pattern: str = r"(\d+\.\d+(?:\.\d+)?)"
    interpreted: bool = False


@dataclass(frozen=True)
class Done:
    """How a scanner's process ended: its exit code, one of those accepted, and all that it printed."""

    code: int
    stdout: bytes = field(repr=False)
    stderr: bytes = field(repr=False)


class Call(Protocol):
    """Runs the scanner's executable with these arguments, with a minimal environment.

    ``accept`` are the exit codes that mean that it did its work. ``folder`` is where it runs: a new empty
    one, unless the tool names files relative to where it is. ``stdin`` is a file, or nothing. ``more`` adds
    variables to the environment. Raises Unusable for whatever else happens.
    """

    def __call__(
        self,
        *arguments: str,
        accept: Collection[int] = (0,),
        folder: Path | None = None,
        stdin: Path | None = None,
        more: Mapping[str, str] | None = None,
    ) -> Done: ...


@dataclass(frozen=True)
class Task:
    """One run of one scanner.

    ``tree`` holds the inputs and nothing else, regular files all; ``placed`` has them by their names in it,
    which ``Scanner.place`` chose. ``scratch`` is an empty folder for configuration and reports; the process
    runs in yet another one.
    """

    tree: Path
    placed: Mapping[str, Input]
    scratch: Path
    call: Call

    def input(self, name: str) -> Input:
        """The input of a file that the tool names, by its path or relative to ``tree``.

        Raises Malformed for any other file: a tool that looked elsewhere did not do what it was asked to.
        """
        # As the tool says it: with or without the folder, "./" or "/" in front.
        plain = name.removeprefix(str(self.tree)).removeprefix("./").lstrip("/")
        try:
            return self.placed[plain]
        except KeyError:
            raise Malformed(f"speaks of {plain[:200]!r}, which it was not given") from None

    def report(self, name: str) -> bytes:
        """What the tool wrote to this file in ``scratch``. Raises Malformed where there is none."""
        return read_bounded(self.scratch / name)


@dataclass(frozen=True)
class Outcome:
    """What a scanner said.

    Detections carry the paths of the inputs. ``read`` are the paths of inputs that the tool proved to have
    read, ``resources`` the (path, resource) pairs, for scanners with ``Scanner.resources``. ``suppressed``
    are detections that something in the file asked the tool not to report; they are reported, and say so.
    """

    detections: tuple[Detection, ...]
    read: frozenset[str]
    resources: frozenset[tuple[str, str]] = frozenset()
    suppressed: tuple[Detection, ...] = ()
    rules: tuple[RuleInfo, ...] = ()


# What scanners take for their configuration, or for a list of what to keep quiet about.
_ARMED = re.compile(
    r"""(?ix) ^ (
        \.trivyignore (\.ya?ml)? | trivy\.ya?ml | trivy-secret\.ya?ml | \.checkov\.ya?ml | \.checkov\.baseline
        | \.?hadolint\.ya?ml | \.gitleaks\.toml | \.gitleaksignore | zizmor\.ya?ml | \.zizmor\.ya?ml
        | \.cfnlintrc (\.ya?ml)? | actionlint\.ya?ml | \.gitignore | \.dockerignore
    ) $"""
)


def evidence_of(text: str) -> str:
    """What makes a detection this very one, made of the text that it is about.

    A digest, since the line that a linter dislikes may be one that holds a password.
    """
    import hashlib

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def same_path(index: int, one: Input) -> str:
    """The name of an input in the clean copy: its path in the repository, disarmed.

    A file that a scanner would obey is scanned like any other, by a name that it does not know.
    """
    folder, _, name = one.path.rpartition("/")
    if _ARMED.match(name):
        name = f"_{index}{name}"
    return f"{folder}/{name}" if folder else name


def same_content(_index: int, one: Input) -> bytes:
    """What the clean copy holds of an input, unless a scanner needs more than that: its bytes."""
    return one.data


def no_resources(_one: Input) -> tuple[str, ...]:
    """What a scanner that reports no resources is asked to have read of an input."""
    return ()


@dataclass(frozen=True)
class Scanner:
    """An adapter. ``bundle`` is all of our configuration of the tool as text: what is cached hangs on it.

    ``wants`` chooses inputs. ``resources`` gives, of an input, the resources that the tool has to prove to
    have read (usually ``input.resources``). ``seconds`` bounds the run, with ``seconds_per_file`` more for
    every input; ``memory`` in bytes bounds what all of its processes hold together. ``place`` and ``content``
    give name and content of an input's copy by its number in the run. Results are remembered per input: what
    the tool says of a file may hang on nothing but that file and its name.
    """

    name: str
    tool: Tool
    wants: Callable[[Input], bool]
    run: Callable[[Task], Outcome]
    bundle: str
    seconds: float = 60
    seconds_per_file: float = 0.1
    memory: int = 1024 * MIB
    place: Callable[[int, Input], str] = same_path
    content: Callable[[int, Input], bytes] = same_content
    resources: Callable[[Input], tuple[str, ...]] = no_resources
