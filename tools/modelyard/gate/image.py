"""The gate on one image: fetched, checked, looked through by trivy, and held against the policy."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from modelyard.detections import Detection, Level, RuleInfo
from modelyard.gate.policy import Policy
from modelyard.images import judge, memory, settings, trivy
from modelyard.images.database import Database, NoDatabase, database
from modelyard.images.demand import Demand, demand_of
from modelyard.images.download import source
from modelyard.images.image import Image, Unreadable, shown
from modelyard.images.layout import write_layout
from modelyard.images.place import OURS, location, of_image
from modelyard.images.report import Report, parse
from modelyard.images.rule_infos import RULES
from modelyard.images.sbom import write as write_sbom
from modelyard.images.spoken import secrets_in_settings
from modelyard.images.understood import not_understood
from modelyard.images.wanted import images_of, name_of
from modelyard.images.wanted import parse as parse_wanted
from modelyard.load import layout
from modelyard.load.shared import read_mapping
from modelyard.scanners import install
from modelyard.scanners.api import Unusable
from modelyard.scanners.find import Program, find_program
from modelyard.scanners.run import Ran, ScanReport
from modelyard.spec.catalogue import BaseImage, Catalogue
from modelyard.spec.decode import Decoder

if TYPE_CHECKING:
    from modelyard.gate.run import Order

_NAME = "trivy image"


@dataclass(frozen=True)
class _Scan:
    """What is the same for all platforms of an image."""

    order: Order
    demand: Demand
    bases: Mapping[str, BaseImage]
    program: Program
    version: str
    database: Database


@dataclass
class _Result:
    """What was found so far."""

    detections: list[Detection]
    rules: list[RuleInfo]
    images: int = 0
    known: int = 0
    version: str = ""
    failed: bool = False


def scan_image(order: Order, image: str, policy: Policy) -> ScanReport:
    """What is wrong with an image; with all of them where it is an index of several platforms.

    ``image`` is ``host/path@sha256:...`` or the path of an archive. Raises UsageError where it is neither.
    Whatever else keeps the image from being looked at is a detection that blocks.
    """
    began = time.monotonic()
    wanted, databases = parse_wanted(image), source()
    result = _Result([], list(RULES))
    name = name_of(wanted)
    demand = demand_of(policy.gate, order.environments)
    try:
        with tempfile.TemporaryDirectory(prefix="modelyard-image-") as folder:
            scratch = Path(folder).resolve()
            images = images_of(wanted)
            result.images = len(images)
            bases = _bases(order.root)
            for one in images:
                result.detections += settings.detections(one, demand, bases, order.now)
                result.detections += secrets_in_settings(one)
            program = find_program(trivy.TOOL, install.checkout())
            result.version = trivy.version(program, scratch / "version")
            found = database(order.root, databases, order.now, demand.database_days, cached=order.cached)
            scan = _Scan(order, demand, bases, program, result.version, found)
            for number, one in enumerate(images):
                _scan(scan, one, scratch / f"image-{number}", result)
    except Unreadable as error:
        _fail(result, name, "unreadable-image", f"the image {error.seen}", error.hint)
    except NoDatabase as error:
        _fail(result, name, error.rule, error.seen, error.hint)
    except Unusable as error:
        hint = error.hint or "run the command again; if it stays, run trivy by itself to see why"
        _fail(result, name, error.rule, f"{_NAME} {error.seen}", hint)
    except OSError as error:
        seen = f"it could not be looked at: {error.strerror}"
        _fail(result, name, "unreadable-image", seen, "give room and permission to write temporary files")
    return _report(result, time.monotonic() - began)


def _scan(scan: _Scan, image: Image, folder: Path, result: _Result) -> None:
    """One image, by trivy or from memory. Raises what ``scan_image`` makes detections of."""
    order = scan.order
    identity = (scan.program.identity, scan.version, scan.database.digest, image.name, image.digest)
    key = memory.key_of((*identity, *trivy.ARGUMENTS, trivy.SECRETS))
    found = memory.load(order.root, key) if order.cached and scan.program.identity else None
    if found is None:
        folder.mkdir()
        write_layout(image, folder / "layout")
        answer = trivy.ask(scan.program, image, folder / "layout", scan.database, _made(folder / "trivy"))
        memory.save(order.root, key, answer)
        found = answer, parse(answer.report)
    else:
        result.known += 1
    answer, report = found
    result.detections += judge.detections(image, report, scan.demand)
    result.detections += not_understood(image, report, scan.database)
    result.detections += _support(image, report)
    result.rules += judge.rules(report)
    if order.sbom is not None:
        write_sbom(order.sbom, image, answer.sbom)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _support(image: Image, report: Report) -> Iterator[Detection]:
    if report.past_support:
        system = f"{shown(report.family)} {shown(report.release)}"
        message = f"nobody supports {system} any more, the operating system of the image"
        hint = "build it again, on a base of the catalogue that is supported"
        yield of_image(image, "image-os-out-of-support", Level.HIGH, message, hint)


def _bases(root: Path) -> Mapping[str, BaseImage]:
    """The catalogue by digest; empty where it cannot be read, and then no base is approved."""
    tree, _ = read_mapping(root, layout.CATALOGUE)
    catalogue = Decoder({}).decode(tree, Catalogue) if tree is not None else None
    return {one.digest: one for one in catalogue.images.values()} if catalogue is not None else {}


def _fail(result: _Result, name: str, rule: str, message: str, hint: str) -> None:
    result.failed = True
    result.detections.append(
        Detection(rule, OURS, Level.CRITICAL, location(name), message, hint, resource=_NAME)
    )


def _report(result: _Result, seconds: float) -> ScanReport:
    detections = sorted(dict.fromkeys(result.detections), key=Detection.sort_key)
    ran = Ran(_NAME, result.version, result.images, result.known, seconds, result.failed)
    return ScanReport(tuple(detections), (), tuple(_spoken(result.rules, detections)), (ran,))


def _spoken(rules: Iterable[RuleInfo], detections: Iterable[Detection]) -> Iterator[RuleInfo]:
    """The rules that speak, each once, in a fixed order."""
    seen = {(one.tool, one.rule) for one in detections}
    known = {(one.tool, one.id): one for one in rules}
    yield from (known[name] for name in sorted(known) if name in seen)
