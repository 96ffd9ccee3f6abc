"""The rules say what the controls say, where it stands in the document, at the level of the environment."""

from __future__ import annotations

import datetime
import re
from typing import Any

from modelyard.findings import Location
from modelyard.podsecurity import CONTROLS, evaluate
from modelyard.rules.api import Context, EnvironmentPolicy, Problem, Rule
from modelyard.rules.registry import discover
from modelyard.subjects.document import Document, Place
from modelyard.subjects.facts import Pod
from tests.podsecurity.pods import changed, lenient

NOW = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
RULES: dict[str, Rule[Any]] = {key: rule for key, rule in discover().items() if key.startswith("pss-")}
POLICIES = {
    "dev": EnvironmentPolicy(pod_security="baseline"),
    "prod": EnvironmentPolicy(pod_security="restricted"),
    "odd": EnvironmentPolicy(pod_security="Baseline"),
}


def pod_of(spec: dict[str, Any], environment: str = "", annotations: dict[str, Any] | None = None) -> Pod:
    document = Document(
        "a.yaml",
        "kubernetes",
        {},
        lambda path: Location("a.yaml", 1, 1),
        place=Place(environment=environment),
    )
    template = ("spec", "template")
    return Pod(
        document=document,
        path=(*template, "spec"),
        resource="Deployment/a",
        kind="Deployment",
        name="a",
        namespace="",
        spec=spec,
        metadata={"annotations": annotations or {}},
        metadata_path=(*template, "metadata"),
    )


def problems(pod: Pod) -> dict[str, list[Problem]]:
    context = Context(now=NOW, policies=POLICIES)
    said = {key: list(rule.check(pod, context)) for key, rule in RULES.items()}
    return {key: some for key, some in said.items() if some}


def rule_of(control: str) -> str:
    """The id of a control's rule: ``pss-`` and the upstream id in kebab-case."""
    return "pss-" + re.sub("[A-Z]", lambda letter: f"-{letter[0].lower()}", control).replace("_", "-")


def test_every_control_has_one_rule_and_its_name() -> None:
    assert set(RULES) == {rule_of(control) for control in CONTROLS}
    assert "pss-se-linux-options" in RULES
    assert "pss-seccomp-profile-restricted" in RULES


def test_rules_say_what_controls_say() -> None:
    spec = changed(changed(lenient(), "hostNetwork", True), "containers.0.securityContext.privileged", "yes")
    pod = pod_of(spec)
    said = [(key, one.path, one.message, one.evidence) for key, some in problems(pod).items() for one in some]
    assert sorted(said, key=repr) == sorted(
        (
            (rule_of(one.control), (*pod.path, *one.path), one.message, one.evidence)
            for one in evaluate(spec, pod.metadata, "restricted")
        ),
        key=repr,
    )


def test_annotations_are_found_beside_the_spec() -> None:
    key = "container.apparmor.security.beta.kubernetes.io/a"
    (problem,) = problems(pod_of(lenient(), "dev", {key: "unconfined"}))["pss-app-armor-profile"]
    assert problem.path == ("spec", "template", "metadata", "annotations", key)


def test_an_environment_may_ask_for_baseline_only() -> None:
    spec = changed(lenient(), "securityContext.seccompProfile.type", "Unconfined")
    restricted = {
        "pss-allow-privilege-escalation",
        "pss-capabilities-restricted",
        "pss-run-as-non-root",
        "pss-seccomp-profile-baseline",
        "pss-seccomp-profile-restricted",
    }
    assert set(problems(pod_of(spec, "dev"))) == {"pss-seccomp-profile-baseline"}
    # Of no environment, of one that asks for restricted, and of one whose word nobody knows.
    for environment in ("", "prod", "unheard-of", "odd"):
        assert set(problems(pod_of(spec, environment))) == restricted
