"""The architecture, kept by reading the code: who imports whom, who writes, what a start costs."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.resolving import manifest, repository

TOOLS = Path(__file__).resolve().parents[1] / "tools"
PACKAGE = TOOLS / "modelyard"

# Every part of the package, with what it may import beside itself. A value goes down and never comes back up.
ALLOWED: dict[str, frozenset[str]] = {
    name: frozenset(below.split())
    for name, below in {
        "errors": "",
        "findings": "",
        "values": "",
        "facts": "",
        "artifact": "",
        "source": "findings",
        "spec": "findings values source",
        "load": "findings values facts source spec",
        "resolve": "findings values source spec load",
        "emit": "artifact",
        "targets": "findings values spec resolve facts artifact emit",
        "schema": "findings values source spec targets write",
        "detections": "findings",
        "subjects": "findings source",
        "podsecurity": "findings subjects",
        "secrets": "findings detections subjects",
        "rules": "findings values source detections subjects podsecurity secrets",
        "scanners": "errors findings detections subjects secrets load write",
        "oci": "modelyard values",
        "bases": "modelyard errors findings values source spec load write oci pipeline",
        "images": "errors findings values detections subjects secrets rules scanners oci spec load write",
        "gate": "modelyard errors findings detections source spec load artifact emit targets write pipeline "
        "subjects rules secrets scanners images",
        "engines": "errors write",
        "build": "errors findings facts load resolve targets pipeline write oci engines",
        "running": "errors findings engines build load resolve spec pipeline targets write",
        "write": "errors findings emit",
        "scaffold": "errors",
        "pipeline": "errors findings values source spec load resolve artifact emit targets schema write",
        "cli": "modelyard errors findings values source spec load resolve artifact emit targets schema "
        "write scaffold pipeline detections rules scanners gate oci bases engines build running",
        "__main__": "cli",
        "__init__": "",
    }.items()
}
# Where files may be written, and why that is not the writer's business.
WRITERS = {
    "write/": "the writer",
    "pipeline/cache.py": "what the last run knew; nobody reviews it",
    "pipeline/workers.py": "answers of workers, through a pipe",
    "schema/write.py": "the schemas of Modelyard itself",
    "cli/__init__.py": "/dev/null, for a stream that is closed",
    "cli/init.py": "the folder of a new repository",
    "scanners/": "what scanners read and say, in folders of their own, and what they said before",
    "images/": "vulnerability databases and answers in the cache, layers, the SBOM that was asked for",
    "engines/": "what goes to an engine and comes from it, in a private folder that is gone afterwards",
    "build/report.py": "the digests of a build, where --metadata asks for them",
    "running/environment.py": "the virtual environment of --process, in the cache",
    "running/processes.py": "a server's log, in a folder that is gone afterwards",
    "cli/run_print.py": "the table that --report asks for",
    "gate/image.py": "layers of an image, in a folder that is gone afterwards",
}
CHANGING = {
    "write_text",
    "write_bytes",
    "mkdir",
    "unlink",
    "touch",
    "symlink_to",
    "hardlink_to",
    "rmdir",
    "chmod",
    "rename",
}
CHANGING_OS = {
    "replace",
    "rename",
    "remove",
    "makedirs",
    "removedirs",
    "truncate",
    "link",
    "symlink",
    "mkfifo",
    "utime",
} | CHANGING
HEAVY = {
    "yaml",
    "jinja2",
    "jsonschema",
    "orjson",
    "cfnlint",
    "asyncio",
    "importlib.metadata",
    "multiprocessing",
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the package by its path below it; what is scaffolded for models is not ours."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith("scaffold/files/"):
            yield name, ast.parse(path.read_text())


def imported(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every module that is imported anywhere in a module, also inside functions, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno


def part(module: str) -> str:
    return module.partition("/")[0].removesuffix(".py")


def test_every_part_has_its_place() -> None:
    assert {part(module) for module, _ in modules()} == set(ALLOWED)


def test_nothing_imports_upwards() -> None:
    wrong = []
    for module, tree in modules():
        own = part(module)
        for name, line in imported(tree):
            steps = name.split(".")
            if steps[0] == "modelyard":
                other = steps[1] if len(steps) > 1 and steps[1] in ALLOWED else "modelyard"
                if other != own and other not in ALLOWED[own]:
                    wrong.append(f"{module}:{line} imports {name}")
    assert wrong == []


def test_the_order_has_no_cycle() -> None:
    placed: set[str] = {"modelyard"}
    waiting = dict(ALLOWED)
    while waiting:
        ready = [name for name, below in waiting.items() if below <= placed]
        assert ready, f"these import each other: {sorted(waiting)}"
        placed.update(ready)
        for name in ready:
            del waiting[name]


def test_targets_know_nothing_of_each_other() -> None:
    wrong = []
    for module, tree in modules():
        steps = module.split("/")
        if steps[0] == "targets" and len(steps) > 2:
            for name, line in imported(tree):
                if name.startswith("modelyard.targets."):
                    other = name.split(".")[2]
                    if other not in (steps[1], "api"):
                        wrong.append(f"{module}:{line} imports {name}")
    assert wrong == []


def test_no_target_is_named_outside_its_folder() -> None:
    names = {path.parent.name for path in (PACKAGE / "targets").glob("*/__init__.py")}
    wrong = []
    for module, tree in modules():
        if not module.startswith("targets/"):
            wrong += [
                f"{module}:{line} {name}"
                for name, line in imported(tree)
                for one in names
                if f"targets.{one}" in name
            ]
    assert wrong == []


def test_only_the_writer_writes() -> None:
    wrong = [
        f"{module}:{line}"
        for module, tree in modules()
        if not module.startswith(tuple(WRITERS))
        for line in writing(tree)
    ]
    assert wrong == []


def writing(tree: ast.Module) -> Iterator[int]:
    """The lines of a module that can change a file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in (
            "O_WRONLY",
            "O_RDWR",
            "O_CREAT",
            "O_TRUNC",
            "O_APPEND",
        ):
            yield node.lineno
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = (
            function.id
            if isinstance(function, ast.Name)
            else function.attr
            if isinstance(function, ast.Attribute)
            else ""
        )
        owner = (
            function.value.id
            if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)
            else ""
        )
        if owner in ("shutil", "tempfile"):
            if name not in ("get_terminal_size", "which"):
                yield node.lineno
        elif name in (CHANGING_OS if owner == "os" else CHANGING):
            yield node.lineno
        elif name in ("open", "fdopen") and owner in ("", "os"):
            modes = [*node.args[1:2], *(keyword.value for keyword in node.keywords if keyword.arg == "mode")]
            if any(isinstance(mode, ast.Constant) and set(str(mode.value)) & set("wax+") for mode in modes):
                yield node.lineno


@pytest.mark.parametrize(
    "line",
    [
        "open(p, 'w')",
        "open(p, mode='a')",
        "p.write_text('')",
        "os.replace(a, b)",
        "os.open(p, os.O_CREAT)",
        "p.mkdir()",
    ],
)
def test_writing_is_seen(line: str) -> None:
    assert list(writing(ast.parse(line)))


@pytest.mark.parametrize(
    "line", ["open(p)", "open(p, 'rb')", "'a'.replace('a', 'b')", "dataclasses.replace(x)", "re.compile('w')"]
)
def test_reading_is_not_writing(line: str) -> None:
    assert not list(writing(ast.parse(line)))


LOADED = "; print('LOADED', *sorted(sys.modules), file=sys.stderr); sys.exit(code)"


def loaded(*arguments: str, folder: Path) -> set[str]:
    """The modules that a command has loaded when it is done; it must succeed."""
    program = f"import sys; from modelyard.cli import main; code = main(sys.argv[1:]){LOADED}"
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(TOOLS)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return set(done.stderr.rpartition("LOADED ")[2].split())


VERBS = ["", "render", "validate", "explain", "scan", "waive", "rules", "bases"]


@pytest.mark.parametrize("verb", VERBS)
def test_help_loads_nothing_heavy(tmp_path: Path, verb: str) -> None:
    known = loaded(*verb.split(), "--help", folder=tmp_path)
    assert not known & HEAVY
    assert not {
        name for name in known if name.startswith(("modelyard.spec", "modelyard.targets", "modelyard.source"))
    }


def test_a_run_in_which_nothing_changed_loads_nothing_heavy(tmp_path: Path) -> None:
    root = repository(tmp_path, manifest())
    assert "yaml" in loaded("render", folder=root)
    known = loaded("render", folder=root)
    assert not known & HEAVY
    assert not {
        name for name in known if name.startswith(("modelyard.spec", "modelyard.targets", "modelyard.source"))
    }


def test_a_scan_in_which_nothing_changed_loads_no_rule_and_no_scanner(tmp_path: Path) -> None:
    root = repository(tmp_path, manifest(), {".github/CODEOWNERS": "* @example/risk-ml\n"})
    loaded("render", folder=root)
    arguments = ("scan", "--quick", "--now", "2026-11-22")
    assert "modelyard.gate.worker" in loaded(*arguments, folder=root)
    known = loaded(*arguments, folder=root)
    assert not known & (HEAVY - {"yaml"})  # the policy is read in every run
    lazy = (
        "modelyard.targets.",
        "modelyard.gate.worker",
        "modelyard.scanners",
        "modelyard.images",
        "modelyard.resolve",
    )
    assert {name for name in known if name.startswith(lazy)} == set()
    # What is told of all models together hangs on no rule's own module.
    rules = {name for name in known if re.fullmatch(r"modelyard\.rules\.[a-z]+\.[a-z]\w*", name)}
    assert rules == set()
