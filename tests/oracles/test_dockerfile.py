"""What others say of the rendered Dockerfiles: hadolint, BuildKit's own parser, and Docker's reading of an
ignore file."""

from __future__ import annotations

import re
import shlex
import string
import subprocess
import sys
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import dockerfile  # type: ignore[import-not-found]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.artifact import TextFile
from modelyard.resolve.delivery import Baked
from modelyard.resolve.images import health_command
from modelyard.resolve.workload import ImageBuild
from modelyard.spec.catalogue import BaseImage, PythonPackages
from modelyard.spec.container import Metrics, Serve
from modelyard.targets.dockerfile import TARGET
from modelyard.targets.dockerfile.quoting import only_quoted, paths, quoted, reference, words
from modelyard.values import Duration

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "golden" / "dockerfile"
CONFIG = Path(__file__).with_name("hadolint.yaml")
RENDERED = sorted(
    [*CASES.glob("*/expected/Dockerfiles/**/Dockerfile"), *ROOT.glob("Dockerfiles/**/Dockerfile")]
)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def hadolint(*files: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("hadolint")
    options = ["--config", str(CONFIG), "--disable-ignore-pragma", "--failure-threshold", "style"]
    return subprocess.run(
        [str(program), *options, *map(str, files)], capture_output=True, text=True, check=False
    )


def test_there_is_something_to_judge() -> None:
    assert len(list(CASES.glob("*/expected/Dockerfiles/**/Dockerfile"))) >= 5


def test_hadolint_finds_nothing() -> None:
    result = hadolint(*RENDERED)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_hadolint_would_find_something(tmp_path: Path) -> None:
    bad = tmp_path / "Dockerfile"
    bad.write_text("FROM debian:latest\nRUN cd /x && apt-get install foo\n")
    result = hadolint(bad)
    assert result.returncode == 1
    assert "DL3007" in result.stdout


@pytest.mark.parametrize("path", RENDERED, ids=named)
def test_ignore_file_sends_only_what_is_copied(path: Path, tmp_path: Path) -> None:
    from docker.utils.build import exclude_paths  # type: ignore[import-untyped]

    copied = [
        command.value[0].rstrip("/")
        for command in dockerfile.parse_file(str(path))
        if command.cmd == "COPY" and not any(flag.startswith("--from") for flag in command.flags)
    ]
    wanted = set()
    for name in copied:
        file = name if name.endswith(".lock") else f"{name}/deep/serve.py"
        wanted.add(file)
        for extra in (
            ()
            if name.endswith(".lock")
            else (f"{name}/.env", f"{name}/deep/__pycache__/a.pyc", f"{name}/b.pyc")
        ):
            write(tmp_path / extra)
        write(tmp_path / file)
    for name in ("model.yaml", "train.py", ".env", ".git/config", "weights/model.bin", "srcs/x.py"):
        write(tmp_path / name)
    patterns = path.with_name("Dockerfile.dockerignore").read_text().splitlines()
    patterns = [line for line in patterns if not line.startswith("#")]
    sent = {name for name in exclude_paths(str(tmp_path), patterns) if (tmp_path / name).is_file()}
    # docker-py always sends the Dockerfile of the context; there is none here.
    assert sent == wanted


def write(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")


# What the manifest's own types let through, for each kind of value.
LINES = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufeff"), max_size=60
).filter(lambda text: not re.search("[\u202a-\u202e\u2066-\u2069]", text))
ODD = st.text(st.sampled_from(list("\"'\\$`{}[]()<>|&;!#%*?~= aN")), max_size=40)
TEXT = st.one_of(LINES, ODD)
ARGUMENTS = st.lists(
    st.one_of(TEXT, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"))),
    min_size=1,
    max_size=5,
)
SEGMENT = st.text(string.ascii_letters + string.digits + "._+@-", min_size=1, max_size=12).filter(
    lambda text: text not in {".", ".."}
)
RELATIVE = st.lists(SEGMENT, min_size=1, max_size=3).map("/".join)
ABSOLUTE = RELATIVE.map("/".__add__)
PACKAGE = st.from_regex(r"[a-z0-9][a-z0-9+.-]{1,20}(?:=[A-Za-z0-9.+~:-]{1,12})?", fullmatch=True)
LABELS = st.dictionaries(st.from_regex(r"[a-z][a-z0-9._-]{0,10}[a-z0-9]", fullmatch=True), TEXT, max_size=5)
DIGEST = st.from_regex(r"sha256:[0-9a-f]{64}", fullmatch=True)


PYTHON = PythonPackages(version="3.12", run=("python3", "python-is-python3=3.11.4-1"), build=("python3-pip",))


@st.composite
def baked(draw: st.DrawFn) -> tuple[Baked, ...]:
    """Weights as they are resolved: sorted by path, each lying under the name that it has in its folder."""
    places = draw(st.dictionaries(st.tuples(RELATIVE.map("/opt/".__add__), SEGMENT), RELATIVE, max_size=4))
    found = [
        Baked(
            "weights", "s3://acme/weights", draw(st.from_regex(r"[0-9a-f]{64}", fullmatch=True)), path, file
        )
        for path, file in ((f"{folder}/{name}", f"{at}/{name}") for (folder, name), at in places.items())
    ]
    return tuple(sorted(found, key=lambda item: item.path))


@st.composite
def builds(draw: st.DrawFn) -> ImageBuild:
    python, packages = draw(st.sampled_from([("3.12", None), (None, PYTHON), (None, None)]))
    base = BaseImage(
        repository=draw(
            st.from_regex(
                r"[a-z0-9][a-z0-9.-]{0,9}(?::[0-9]{1,5})?(?:/[a-z0-9._-]{1,9}){1,2}", fullmatch=True
            )
        ),
        tag=draw(st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,20}", fullmatch=True)),
        digest=draw(DIGEST),
        architectures=("amd64",),
        python=python,
        python_packages=packages,
    )
    port = draw(st.integers(1024, 65535))
    command = draw(st.one_of(st.just(()), ARGUMENTS.map(tuple)))
    metrics = draw(st.sampled_from([None, Metrics(port=9090)]))
    serve = Serve(
        port=port, startup=Duration(draw(st.integers(0, 9999))), health_command=command, metrics=metrics
    )
    served = draw(st.sampled_from([None, serve]))
    return ImageBuild(
        model="m",
        container="model",
        repository="m",
        context="models/m",
        dockerfile="Dockerfiles/m/Dockerfile",
        base=base,
        base_key="base",
        architecture="amd64",
        requirements=draw(st.one_of(st.just(""), RELATIVE)) if base.python_version else "",
        system=tuple(draw(st.lists(PACKAGE, max_size=3))),
        source=draw(st.one_of(st.just(""), RELATIVE)),
        command=tuple(draw(ARGUMENTS)),
        serve=served,
        health_command=health_command(served, base.python_version),
        user=f"{draw(st.integers(1, 2**31))}" + draw(st.sampled_from(["", ":7"])),
        labels=draw(LABELS),
        folders=tuple(draw(st.lists(ABSOLUTE, max_size=3))),
        server=draw(st.booleans()),
        baked=draw(baked()),
    )


def unquoted(word: str) -> str:
    """What Docker's shell lexer makes of a word in double quotes, if it has no variable in it."""
    assert word[0] == word[-1] == '"'
    found, rest = "", iter(word[1:-1])
    for character in rest:
        assert character not in {'"', "$"}, "the quotes end, or a variable begins, inside the value"
        if character == "\\":
            following = next(rest)
            found += following if following in {'"', "$", "\\"} else character + following
        else:
            found += character
    return found


def expected_before(build: ImageBuild) -> Iterator[tuple[str, Any]]:
    """The instructions of the stages that are thrown away."""
    base = build.base.reference
    if build.server:
        yield "FROM", ("scratch", "AS", "modelyard-server")
    if build.baked:
        yield "FROM", ("scratch", "AS", "weights")
        yield "FROM", (base, "AS", "verified")
        for folder in {item.folder: None for item in build.baked}:
            files = [item.file for item in build.baked if item.folder == folder]
            yield "COPY", (*files, f"/baked{folder}/")
        sums = [f"{item.sha256}  /baked{item.path}" for item in build.baked]
        yield "RUN", ["printf", "%s\\n", *sums, ">", "/checksums"]
    brought = build.base.python_packages
    if brought is not None:
        yield "FROM", (base, "AS", "interpreter")
        yield "RUN", list(brought.run)
    if build.requirements or build.server:
        yield "FROM", ("interpreter" if brought is not None else base, "AS", "build")
    if build.requirements and brought is not None:
        yield "RUN", list(brought.build)
    if build.requirements:
        yield "COPY", (build.requirements, "/build/requirements.txt")
        yield "RUN", None
    if build.server:
        yield "COPY", ("modelyard_server/", "/opt/modelyard/modelyard_server/")
        yield "RUN", None


def expected_weights(build: ImageBuild) -> Iterator[tuple[str, Any]]:
    """A copy of each folder that is in no other."""
    folders = {item.folder for item in build.baked}
    for folder in sorted(folders, key=lambda folder: f"{folder}/"):
        if not any(folder.startswith(f"{other}/") for other in folders):
            yield "COPY", (f"/baked{folder}/", f"{folder}/")


def expected(build: ImageBuild) -> Iterator[tuple[str, Any]]:
    """The instructions, in order, with the values of those that are not shell."""
    user, _, group = build.user.partition(":")
    base, serve = build.base.reference, build.serve
    yield from expected_before(build)
    yield "FROM", ("interpreter" if build.base.python_packages is not None else base,)
    if build.system:
        yield "RUN", list(build.system)
    yield "RUN", None
    if build.folders:
        yield "RUN", list(build.folders)
    yield from expected_weights(build)
    yield "ENV", ("HOME", "/tmp")
    if build.base.python_version:
        yield "ENV", ("PYTHONUNBUFFERED", "1", "PYTHONDONTWRITEBYTECODE", "1")
    if build.requirements:
        yield "ENV", ("PATH", "/opt/venv/bin:$PATH")
        yield "COPY", ("/opt/venv", "/opt/venv")
    if build.server:
        yield "ENV", ("PYTHONPATH", "/opt/modelyard")
        yield "COPY", ("/opt/modelyard", "/opt/modelyard")
    yield "WORKDIR", ("/app",)
    if build.source:
        yield "COPY", (f"{build.source}/", "/app/")
    about = {
        "org.opencontainers.image.base.name": f"{build.base.repository}:{build.base.tag}",
        "org.opencontainers.image.base.digest": build.base.digest,
    }
    for label in sorted({**build.labels, **about}.items()):
        yield "LABEL", label
    yield "USER", (f"{user}:{group or user}",)
    if serve is not None:
        for port in sorted({serve.port, *([serve.metrics.port] if serve.metrics else [])}):
            yield "EXPOSE", (str(port),)
    if serve is not None and (serve.health_command or build.base.python_version):
        yield "HEALTHCHECK", serve.health_command or None
    else:
        yield "HEALTHCHECK", ("NONE",)
    yield "STOPSIGNAL", ("SIGTERM",)
    yield "ENTRYPOINT", build.command


def said(command: Any) -> Any:
    """The value of an instruction, as Docker will understand it."""
    if command.cmd == "LABEL":
        key, value = command.value[:2]
        return key, unquoted(value)
    if command.cmd == "HEALTHCHECK" and command.value[0] == "CMD":
        assert command.json
        return command.value[1:]
    return command.value


def shell_words(command: Any) -> list[str]:
    """The words between the last option and what follows."""
    lexer = shlex.shlex(command.value[0], posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    every = list(lexer)
    if every[0] == "printf":
        return every[: every.index("&&")]
    if "apt-get" not in every:
        return every[every.index("-g") + 2 :]
    start = every.index("--no-install-recommends") + 1
    return list(takewhile(lambda word: word != "&&", every[start:]))


@settings(max_examples=150, deadline=None)
@given(builds())
def test_no_value_says_more_than_itself(build: ImageBuild) -> None:
    artifact = next(iter(TARGET.render(build)))
    assert isinstance(artifact.document, TextFile)
    found = list(dockerfile.parse_string(artifact.document.text))
    wanted = list(expected(build))
    assert [command.cmd for command in found] == [name for name, _ in wanted]
    for command, (name, value) in zip(found, wanted, strict=True):
        if name == "RUN" and value is not None:
            assert shell_words(command) == value
        elif name == "HEALTHCHECK" and value is None:
            assert said(command)[:2] == ("python", "-c")
        elif value is not None:
            assert said(command)[: len(value)] == tuple(value), name
        if name == "ENTRYPOINT":
            assert command.json


@pytest.mark.parametrize("text", ["a\nRUN evil", "a\rb", "\x1b[2J", "a\u2028b", "\u202egnihtyna", "\ufeff"])
def test_what_cannot_be_one_line_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        quoted(text)
    with pytest.raises(ValueError, match="line break"):
        words([text])


@pytest.mark.parametrize("text", ["", "a b", "$X", "a*", "a\\b", "a?", "[a]", "a\nb"])
def test_a_path_that_docker_would_expand_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="does not match"):
        paths([text])


@pytest.mark.parametrize("text", ["--platform=x", "a b", "$BASE", "a\nb"])
def test_a_base_that_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="does not match"):
        reference(text)


def test_a_value_that_nobody_quoted_is_refused() -> None:
    with pytest.raises(TypeError, match="unquoted"):
        only_quoted("plain")


def test_template_is_short() -> None:
    template = ROOT / "tools/modelyard/targets/dockerfile/templates/Dockerfile.j2"
    assert len(template.read_text().splitlines()) < 80
