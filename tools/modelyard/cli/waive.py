"""Write a waiver for one detection: exactly that one, with an owner, a reason, a ticket and an end.

The gate is run to find the detection, so that the waiver is bound to what is there now."""

from __future__ import annotations

import argparse
import datetime

from modelyard.cli import common
from modelyard.cli.scan import instant
from modelyard.errors import UsageError

EXAMPLES = """examples:
  tools/waive 1f0c9a4b7d2e3f60 --owner risk-ml --ticket SEC-123 --days 30 \\
      --reason "The sidecar needs port 22 until the agent can use SSM"
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `tools/waive`."""
    parser.add_argument("id", metavar="ID", help="the id that tools/scan prints, or its beginning")
    parser.add_argument("--owner", required=True, metavar="TEAM", help="who answers for it")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why it is safe until then")
    parser.add_argument("--ticket", required=True, metavar="KEY", help="where the mending is tracked")
    end = parser.add_mutually_exclusive_group()
    end.add_argument("--days", type=int, metavar="N", help="how long it lasts (default: 30)")
    end.add_argument("--expires", metavar="DATE", help="the last day on which it helps")
    parser.add_argument("--image", action="append", metavar="REF", help="the image that the detection is of")
    parser.add_argument(
        "--quick", action="store_true", help="look with our own rules only, without any scanner"
    )
    parser.add_argument("--now", metavar="TIME", help="judge as if it were then")
    common.add_root(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when it is written."""
    from modelyard.cli import scan
    from modelyard.gate import waive
    from modelyard.gate.owners import teams_of
    from modelyard.gate.policy import load_policy
    from modelyard.gate.run import run as run_gate

    root = common.find_root(arguments.root)
    now = instant(arguments.now)
    expires = _expires(arguments, now.date())
    policy = load_policy(root)
    if policy.gate is None:
        raise UsageError("policy/gate.yaml cannot be read: tools/scan --quick says why")
    latest = now.date() + datetime.timedelta(days=policy.gate.max_waiver_days)
    if not now.date() <= expires <= latest:
        raise UsageError(f"a waiver ends between today and {latest.isoformat()}: the policy allows no more")
    teams = teams_of(root)
    if teams and arguments.owner not in teams:
        raise UsageError(
            f"{arguments.owner} owns nothing in CODEOWNERS: {common.suggestion(arguments.owner, teams)}"
        )
    parser = argparse.ArgumentParser()
    scan.add_arguments(parser)
    order = scan.order_of(parser.parse_args(_scan_arguments(arguments)))
    answer = run_gate(order, lambda done, total: None, common.say)
    detection = waive.find(answer.detections, arguments.id)
    waive.add(root, waive.entry(detection, arguments.owner, arguments.reason, arguments.ticket, expires))
    where = detection.location
    print(f"policy/waivers.yaml: {detection.rule} in {where.path}, until {expires.isoformat()}")
    return 0


def _expires(arguments: argparse.Namespace, today: datetime.date) -> datetime.date:
    if arguments.expires is None:
        days = 30 if arguments.days is None else arguments.days
        if not 0 <= days <= 3650:
            raise UsageError("--days takes a number from 0 to 3650")
        return today + datetime.timedelta(days=days)
    try:
        return datetime.date.fromisoformat(arguments.expires)
    except ValueError:
        raise UsageError(f"--expires {arguments.expires}: write a day as 2026-12-31") from None


def _scan_arguments(arguments: argparse.Namespace) -> list[str]:
    """How the gate is asked for what may be waived here."""
    words = ["--quick"] if arguments.quick else []
    for name in ("root", "now"):
        if getattr(arguments, name) is not None:
            words.append(f"--{name}={getattr(arguments, name)}")
    words += [f"--image={image}" for image in arguments.image or ()]
    return words
