"""A trivy that dies, hangs, lies or speaks of something else: the gate fails, and says that it was trivy."""

from __future__ import annotations

import json
import os
import stat
import textwrap
from pathlib import Path

import pytest

from modelyard.detections import Level
from modelyard.images import trivy
from modelyard.scanners import install
from modelyard.scanners.process import Limits
from tests.images.bench import Bench, good
from tests.support.scripts import head

START = """\
{head}import json, os, signal, sys, time
if sys.argv[1:] == ["--version"]:
    print("Version: {version}")
    sys.exit()
named = dict(one[2:].split("=", 1) for one in sys.argv[2:] if one.startswith("--") and "=" in one)
output = named["output"]
if sys.argv[1] == "convert":
    what = json.load(open(sys.argv[-1]))
    bom = {{
        "bomFormat": "CycloneDX", "specVersion": "1.6", "components": [], "dependencies": [],
        "metadata": {{"component": {{
            "bom-ref": "x", "name": what["ArtifactName"], "version": what["Metadata"]["ImageID"],
        }}}},
    }}
    {bom}
    json.dump(bom, open(output, "w"))
    sys.exit()
blobs = named["input"] + "/blobs/"
manifest_of = json.load(open(named["input"] + "/index.json"))["manifests"][0]["digest"]
manifest = json.load(open(blobs + manifest_of.replace(":", "/")))
settings = json.load(open(blobs + manifest["config"]["digest"].replace(":", "/")))
report = {{
    "SchemaVersion": 2,
    "ArtifactType": "container_image",
    "Metadata": {{
        "OS": {{"Family": "debian", "Name": "12.5"}},
        "ImageID": manifest["config"]["digest"],
        "DiffIDs": settings["rootfs"]["diff_ids"],
        "Layers": [{{"Digest": one["digest"]}} for one in manifest["layers"]],
    }},
    "Results": [{{"Target": "x", "Class": "os-pkgs", "Type": "debian", "Packages": [{{"Name": "zlib1g"}}]}}],
}}
def write():
    json.dump(report, open(output, "w"))
"""


class Fake:
    """Takes trivy's place on PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def does(self, body: str, version: str = "0.76.0", bom: str = "pass") -> None:
        path = self.folder / "trivy"
        start = START.format(head=head(), version=version, bom=bom)
        path.write_text(start + textwrap.dedent(body))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(install, "checkout", lambda: None)
    return Fake(folder)


def failure(bench: Bench) -> tuple[str, str]:
    """Rule and message of what failed; there is nothing else, and nothing is kept of it."""
    report = bench.scan(bench.push(good()), sbom=bench.root / "sbom")
    (one,) = report.detections
    assert (one.level, one.tool) == (Level.CRITICAL, "modelyard")
    assert one.message.startswith("trivy image ")
    assert one.hint
    assert report.ran[0].failed
    assert not (bench.root / ".cache/modelyard/scan/images").exists()
    assert not (bench.root / "sbom").exists()
    return one.rule, one.message


def test_an_honest_one_passes(bench: Bench, fake: Fake) -> None:
    fake.does("write()")
    report = bench.scan(bench.push(good()))
    assert report.detections == ()
    assert not report.ran[0].failed
    assert report.ran[0].version == "0.76.0"


def test_missing(bench: Bench, fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(fake.folder))
    assert failure(bench)[0] == "scanner-missing"


@pytest.mark.parametrize("version", ["0.20.0", "1.0.0", "unknown"])
def test_of_another_version(bench: Bench, fake: Fake, version: str) -> None:
    fake.does("write()", version)
    assert failure(bench)[0] == "scanner-version"


@pytest.mark.parametrize(
    ("body", "rule", "says"),
    [
        ("write(); os.kill(os.getpid(), signal.SIGKILL)", "scanner-crashed", "SIGKILL"),
        ("open(output, 'w').write('{'); os.kill(os.getpid(), signal.SIGTERM)", "scanner-crashed", "SIGTERM"),
        ("write(); sys.exit(1)", "scanner-crashed", "exit code 1"),
        ("write(); sys.exit(3)", "scanner-crashed", "exit code 3"),
        ("pass", "scanner-output", "left no readable report.json"),
        ("open(output, 'w').write(json.dumps(report)[:-9])", "scanner-output", "no JSON"),
        ("open(output, 'w')", "scanner-output", "no JSON"),
        ("open(output, 'w').write('[]')", "scanner-output", "without `SchemaVersion`"),
        ("report = None; write()", "scanner-output", "without `SchemaVersion`"),
        ("report['SchemaVersion'] = 3; write()", "scanner-output", "format 3"),
        ("report['ArtifactType'] = 'filesystem'; write()", "scanner-output", "another image"),
        ("report['Metadata']['ImageID'] = 'sha256:' + '0' * 64; write()", "scanner-output", "another image"),
        ("report['Metadata']['DiffIDs'].pop(); write()", "scanner-output", "another image"),
        ("report['Metadata']['Layers'].pop(); write()", "scanner-output", "another image"),
        ("report['Metadata']['Layers'].reverse(); write()", "scanner-output", "another image"),
        ("del report['Metadata']; write()", "scanner-output", "without `Metadata`"),
        ("report['Results'] = {}; write()", "scanner-output", "is dict, not list"),
        ("report['Results'][0]['Class'] = 'new'; write()", "scanner-output", "unknown class"),
        ("report['Results'][0].pop('Class'); write()", "scanner-output", "without `Class`"),
        ("report['Results'][0]['Packages'] = 7; write()", "scanner-output", "is int, not list"),
        (
            "report['Results'][0]['Vulnerabilities'] = [{'VulnerabilityID': 'CVE-1'}]; write()",
            "scanner-output",
            "without `Severity`",
        ),
        (
            "report['Results'][0]['ExperimentalModifiedFindings'] = [{}]; write()",
            "scanner-output",
            "left something out",
        ),
    ],
)
def test_misbehaving(bench: Bench, fake: Fake, body: str, rule: str, says: str) -> None:
    fake.does(body)
    found, message = failure(bench)
    assert (found, says in message) == (rule, True), message


@pytest.mark.parametrize(
    "change",
    [
        "bom['bomFormat'] = 'SPDX'",
        "bom['specVersion'] = '2.0'",
        "bom['metadata']['component']['name'] = 'another'",
        "bom['metadata']['component']['version'] = 'another'",
        "bom['components'] = [{'name': 'x'}]",
        "bom['dependencies'] = [{'ref': 'y'}]",
        "del bom['dependencies']",
        "bom = []",
        "sys.exit(1)",
    ],
)
def test_a_bill_of_materials_that_is_none(bench: Bench, fake: Fake, change: str) -> None:
    fake.does("write()", bom=change)
    failure(bench)


@pytest.mark.parametrize(
    ("body", "rule", "limits"),
    [
        ("time.sleep(60)", "scanner-timeout", Limits(seconds=0.7, memory=2**30)),
        ("kept = b'x' * 2**28; time.sleep(60)", "scanner-memory", Limits(seconds=30, memory=2**27)),
        ("while True: print('x' * 100000)", "scanner-output", Limits(30, 2**30, output=2**20)),
    ],
)
def test_over_its_bounds(
    bench: Bench, fake: Fake, monkeypatch: pytest.MonkeyPatch, body: str, rule: str, limits: Limits
) -> None:
    monkeypatch.setattr(trivy, "LIMITS", limits)
    fake.does(body)
    assert failure(bench)[0] == rule


def test_what_it_is_given(bench: Bench, fake: Fake, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "not-for-trivy")
    monkeypatch.setenv("TRIVY_SKIP_DIRS", "/")
    seen = tmp_path / "seen"
    fake.does(f"json.dump([sys.argv, dict(os.environ), os.listdir('.')], open({str(seen)!r}, 'w')); write()")
    bench.scan(bench.push(good()))
    arguments, environment, here = json.loads(seen.read_text())
    assert {"--offline-scan", "--skip-db-update", "--ignorefile=", "--config="} <= set(arguments)
    assert not any(bench.registry.host in one for one in arguments)
    assert not [name for name in environment if name.startswith(("AWS_", "TRIVY_", "DOCKER_"))]
    assert environment["https_proxy"] == environment["HTTPS_PROXY"] == "http://127.0.0.1:9"
    assert here == []


def test_what_stands_in_the_memory_is_held_against_everything(bench: Bench, fake: Fake) -> None:
    report = None
    for _ in range(2):
        fake.does("write()")
        report = bench.scan(bench.push(good()))
        for file in (bench.root / ".cache/modelyard/scan/images").iterdir():
            said = json.loads(file.read_text())
            said["report"]["Results"] = 7
            file.write_text(json.dumps(said))
    assert report is not None
    assert (report.ran[0].cached, report.ran[0].failed) == (0, False)
