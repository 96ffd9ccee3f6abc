"""What is started, in which order, with what; and the very words that an engine is given for it."""

from __future__ import annotations

import itertools
import json
import os
import stat
from pathlib import Path

import pytest

from modelyard.engines.api import EngineError
from modelyard.engines.runner import CommandLineRunner
from modelyard.resolve.delivery import local_names
from modelyard.running.choose import workload_of
from modelyard.running.containers import ContainerHost
from modelyard.running.errors import CannotRun
from modelyard.running.host import End
from modelyard.running.plan import Choices, Plan, in_order, plan
from modelyard.running.secrets import Given
from modelyard.running.trial import Trial, run
from tests.support.repo import ROOT
from tests.support.resolving import manifest, repository, workload

TWO = """\
containers:
  front:
    image: {build: {base: python-3.12-slim, command: [python, -m, http.server]}}
    serve: {}
    dependsOn: {back: healthy, seed: succeeded}
  back:
    image: {build: {base: python-3.12-slim, command: [python, -m, http.server]}}
    serve: {port: 8081}
    dependsOn: {proxy: started}
  seed:
    image: {build: {base: python-3.12-slim, command: [python, -V]}}
sidecars:
  proxy: {image: "docker.io/acme/proxy:1@sha256:%s"}
  logs: {use: firelens}
""" % ("0" * 64)


def planned(root: Path, said: str, **choices: object) -> Plan:
    repository(root, said)
    options = {"given": Given([], None, {}), **choices}
    return plan(root, workload(root), Choices(**options), {})  # type: ignore[arg-type]


def several(root: Path) -> Plan:
    head, _, _ = manifest(targets="{kubernetes: {}}").partition("image:")
    return planned(root, f"{head}{TWO}targets: {{kubernetes: {{}}}}\n")


def test_the_order_and_who_shares_the_address(tmp_path: Path) -> None:
    found = several(tmp_path)
    assert [part.name for part in found.parts] == ["seed", "proxy", "back", "front"]
    assert [part.name for part in found.parts if part.own_address] == ["seed"]
    assert found.asked == "front"
    assert found.notes == ("left out: logs (no container waits for it)",)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_whatever_is_waited_for_comes_first(tmp_path: Path, order: tuple[int, ...]) -> None:
    parts = several(tmp_path).parts
    found = list(in_order([parts[index] for index in order], "front"))
    names = [part.name for part in found]
    assert all(names.index(other) < names.index(part.name) for part in found for other in part.waits)
    assert names[0] == "seed"
    assert found[0].own_address


def test_a_dependency_on_a_preset_is_not_waited_for(tmp_path: Path) -> None:
    found = planned(
        tmp_path, manifest("sidecars: {telemetry: {use: otel}}", "dependsOn: {telemetry: healthy}")
    )
    assert [part.name for part in found.parts] == ["model"]
    assert "model does not wait for telemetry" in found.notes


def test_arguments_and_variables_of_the_caller(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("LEVEL=debug\n")
    given = Given([], str(tmp_path / "env"), {})
    found = planned(
        tmp_path, manifest("args: [a]", "env: {LEVEL: info, KEPT: x}"), given=given, args=("b", "c")
    )
    assert found.main.args == ("b", "c")
    assert found.main.env["KEPT"] == "x"
    assert "LEVEL" not in found.main.env
    assert found.main.secrets == {"LEVEL": "debug"}


def test_credentials_of_the_shell_are_for_models_that_may_do_something(tmp_path: Path) -> None:
    shell = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "secret", "OTHER": "x"}
    plain = planned(tmp_path / "a", manifest(), shell=shell)
    assert plain.main.secrets == {}
    allowed = planned(tmp_path / "b", manifest("permissions: {s3: {read: [s3://acme/x/]}}"), shell=shell)
    assert allowed.main.secrets == {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "secret"}
    assert "secret" not in repr(allowed)


def test_a_shared_file_system_is_a_folder_of_the_checkout(tmp_path: Path) -> None:
    said = manifest("volumes: {f: {path: /features, efs: {fileSystem: features, readOnly: false}}}")
    with pytest.raises(CannotRun, match=r"\.volumes/f stands for") as caught:
        planned(tmp_path, said)
    assert caught.value.hint == "run: mkdir -p models/echo/.volumes/f"
    (tmp_path / "models/echo/.volumes/f").mkdir(parents=True)
    found = planned(tmp_path, said)
    assert found.main.files == {"/features": tmp_path / "models/echo/.volumes/f"}
    assert found.main.writable == {"/features"}


def test_what_a_job_reads_from_s3_is_its_sample(tmp_path: Path) -> None:
    (tmp_path / "models/echo/sample").mkdir(parents=True)
    (tmp_path / "models/echo/sample/orders.csv").write_text("")
    said = manifest(
        "args: [--input, s3://acme/daily/orders.parquet, --output=s3://acme/features/, plain]",
        "env: {TABLE: s3://acme/x/table.csv}",
        "timeout: 5m",
        "parallelism: 3",
        kind="Job",
    )
    found = planned(tmp_path, said)
    main = found.main
    assert main.args == ("--input", "/sample/orders.csv", "--output=/tmp/output/features", "plain")
    assert main.env.items() >= {"JOB_COMPLETION_INDEX": "0", "TABLE": "/tmp/output/table"}.items()
    assert main.files == {"/sample": tmp_path / "models/echo/sample"}
    assert found.timeout == 300
    assert "/sample/orders.csv stands for s3://acme/daily/orders.parquet" in found.notes


def recording_engine(folder: Path, late: int = 0) -> tuple[CommandLineRunner, Path]:
    """A podman that writes down how it was called, and says that all is well.

    A container is still there after the first ``late`` removals.
    """
    program, calls = folder / "podman", folder / "calls"
    ports = {"8080/tcp": [{"HostPort": "4321"}]}
    state = [{"State": {"Running": True}, "NetworkSettings": {"Ports": ports}}]
    program.write_text(
        "#!/usr/bin/env python3\nimport json, os, sys\n"
        "names = ('DB_PASSWORD', 'API_TOKEN')\n"
        "secret = {name: os.environ[name] for name in names if name in os.environ}\n"
        f"open({str(calls)!r}, 'a').write(json.dumps([sys.argv[1:], secret]) + '\\n')\n"
        f"lines = open({str(calls)!r}).read().splitlines()\n"
        "removals = [line for line in lines if json.loads(line)[0][0] == 'rm' and sys.argv[-1] in line]\n"
        f"if 'inspect' in sys.argv and len(removals) > {late}:\n"
        "    sys.exit('Error: inspecting object: no such container')\n"
        f"print({json.dumps(state)!r} if 'inspect' in sys.argv else 'id')\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return CommandLineRunner("podman", str(program), "4.3.1"), calls


def calls_of(folder: Path, model: str, shell: dict[str, str]) -> list[tuple[list[str], dict[str, str]]]:
    """How an engine is called to start a model of this repository's, and to take it away again."""
    found = workload_of(ROOT, model, "local")
    assert not isinstance(found, list)
    files = {
        item.path: ROOT / "models" / model / ".weights" / name
        for item, name in local_names(found.deliveries).items()
    }
    made = plan(ROOT, found, Choices(Given([], None, shell), shell=shell), files)
    runner, calls = recording_engine(folder)
    host = ContainerHost(runner, made, {part.name: f"localhost/{part.name}:1" for part in made.parts}, 0)
    for part in made.parts:
        host.start(part)
    assert host.address(made.main) == ("127.0.0.1", 4321)
    host.close()
    return [tuple(json.loads(line)) for line in calls.read_text().splitlines()]


def test_an_engine_is_told_all_that_is_hardened(tmp_path: Path) -> None:
    shell = {name: f"hunter2-{kind}" for name, kind in (("DB_PASSWORD", "db"), ("API_TOKEN", "token"))}
    calls = calls_of(tmp_path, "fraud-scorer", shell)
    create, secrets = calls[0]
    name = f"modelyard-fraud-scorer-model-{os.getpid():x}"
    weights = ROOT / "models/fraud-scorer/.weights/model.json"
    assert create == [
        "create", f"--name={name}", "--pull=never", "--stop-timeout=20",
        "--label=dev.modelyard.run=fraud-scorer",
        "--user=10001:10001", "--read-only", "--read-only-tmpfs=false", "--cap-drop=ALL",
        "--security-opt=no-new-privileges", "--tmpfs=/tmp:rw,exec,nosuid,nodev,size=2147483648,mode=1777",
        "--memory=2147483648b", "--memory-swap=2147483648b", "--cpus=1.000", "--pids-limit=512",
        "--network=bridge", "--publish=127.0.0.1::8080",
        "--env=CASES_URL=https://cases.example.internal/v1/cases", "--env=DB_HOST=cards.db.example.internal",
        "--env=DB_NAME=cards", "--env=OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318",
        "--env=OTEL_SERVICE_NAME=fraud-scorer", "--env=API_TOKEN", "--env=DB_PASSWORD",
        f"--mount=type=bind,source={weights},target=/opt/ml/model/model.json,readonly", "localhost/model:1",
    ]  # fmt: skip
    assert secrets == shell
    assert "hunter2" not in json.dumps([words for words, _ in calls])
    assert [words[0] for words, _ in calls] == ["create", "start", "container", "rm", "container"]
    assert calls[-1][0][-1] == name


def test_what_an_engine_finishes_after_its_end_is_removed_too(tmp_path: Path) -> None:
    runner, calls = recording_engine(tmp_path, late=1)
    runner.remove("a")
    said = [json.loads(line)[0][:2] for line in calls.read_text().splitlines()]
    assert said == [["rm", "--force"], ["container", "inspect"]] * 2


def test_containers_of_one_model_share_an_address(tmp_path: Path) -> None:
    calls = [words for words, _ in calls_of(tmp_path, "shelf-vision", {})]
    created = {words[1]: words for words in calls if words[0] == "create"}
    vision, stats = created.values()
    owner = f"modelyard-shelf-vision-vision-{os.getpid():x}"
    assert {"--publish=127.0.0.1::8080", "--publish=127.0.0.1::8081"} <= set(vision)
    assert "--shm-size=1073741824b" in vision
    assert f"--network=container:{owner}" in stats
    assert not any(word.startswith("--publish") for word in stats)
    removed = [words[-1] for words in calls if words[0] == "rm"]
    assert removed == [owner.replace("-vision-vision-", "-vision-stats-"), owner]


def test_an_engine_that_dies_is_named_and_what_may_be_left(tmp_path: Path) -> None:
    made = planned(tmp_path, manifest())
    program = tmp_path / "podman"
    program.write_text(
        "#!/bin/sh\n[ \"$1\" = create ] && echo id && exit 0\necho 'cannot connect to podman' >&2\nexit 125\n"
    )
    program.chmod(0o755)
    runner = CommandLineRunner("podman", str(program), "4.3.1")
    host = ContainerHost(runner, made, {"model": "localhost/echo:1"}, 0)
    told: list[str] = []
    with pytest.raises(EngineError, match="podman start") as caught:
        run(host, Trial(made, (), "podman"), told.append, lambda outcome, stays: None)
    assert "cannot connect to podman" in caught.value.said
    assert told[-1].startswith(
        "the engine did not remove what was started; remove what is left: tools/run echo"
    )


def test_an_end_counts_when_its_last_lines_are_there(tmp_path: Path) -> None:
    program, asked = tmp_path / "podman", tmp_path / "asked"
    said = [
        json.dumps([{"State": {"Running": False, "Status": status, "ExitCode": code}}])
        for status, code in (("stopped", 0), ("exited", 3))
    ]
    program.write_text(
        "#!/usr/bin/env python3\nimport os\n"
        f"first = not os.path.exists({str(asked)!r})\nopen({str(asked)!r}, 'w').close()\n"
        f"print({said[0]!r} if first else {said[1]!r})\n"
    )
    program.chmod(0o755)
    made = planned(tmp_path, manifest())
    host = ContainerHost(CommandLineRunner("podman", str(program), "4.3.1"), made, {"model": "x"}, 0)
    assert host.ended(made.main) is None
    assert host.ended(made.main) == End(3)
