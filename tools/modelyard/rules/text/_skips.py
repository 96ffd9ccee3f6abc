"""What tells a scanner to look away: comments inside files, and settings files that it picks up by itself.

Two rules without a fact, since they are about raw text and names of files; the gate asks these functions and
reports under :data:`INLINE_SKIP` and :data:`SCANNER_CONFIGURATION`. Our own scanners are run so that neither
works; a skip that is written down is still a wish to hide something, and has to be a waiver instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.detections.detection import RuleInfo

# Name of the tool, and how its skip reads; the documents of each tool say so.
_FORMS = (
    ("checkov", r"(?:checkov|bridgecrew|cortex)\s*:\s*skip\s*=|\bcheckov\.io/skip\d*"),
    ("trivy", r"(?:trivy|tfsec)\s*:\s*ignore\s*:|\bavd\.aquasec\.com/skip"),
    ("hadolint", r"\bhadolint\s+(?:global\s+)?ignore\s*="),
    ("gitleaks", r"\bgitleaks\s*:\s*allow\b"),
    ("zizmor", r"\bzizmor\s*:\s*ignore\b"),
    ("kics", r"\bkics-scan\s+(?:ignore|disable=)"),
    ("semgrep", r"\bnosem(?:grep)?\b"),
    ("cfn-lint", r"\bignore_checks\b"),
    ("cfn-nag", r"\brules_to_suppress\b"),
    ("cfn-guard", r"\bSuppressedRules\b"),
    ("terrascan", r"\bts\s*:\s*skip\s*=|\brunterrascan\.io/skip"),
    ("snyk", r"\bsnyk\s*:\s*(?:ignore|disable)\b"),
    ("kube-linter", r"\b(?:ignore-check\.kube-linter\.io/|kube-linter\.io/ignore-all)"),
    ("kubescape", r"\bkubescape\.io/ignore\b"),
    ("datree", r"\bdatree\.skip/"),
    ("polaris", r"\bpolaris\.fairwinds\.com/(?:exempt|[\w-]+-exempt)"),
    ("kube-score", r"\bkube-score/(?:ignore|skip)"),
    ("detect-secrets", r"\bpragma\s*:\s*(?:allowlist|whitelist)\s+(?:next\s*line\s+)?secret"),
    ("trufflehog", r"\btrufflehog\s*:\s*ignore\b"),
    ("ggshield", r"\bggignore\b"),
    ("talisman", r"\btalisman-ignore\b"),
    ("bearer", r"\bbearer\s*:\s*disable\b"),
    ("docker", r"^#\s*check\s*=\s*(?:[^\n]*;)?\s*skip\s*="),
    ("actionlint", r"\bactionlint\s*:\s*ignore\b"),
    ("dockle", r"\bdockle\s*:\s*ignore\b"),
    ("sonar", r"\bNOSONAR\b"),
    ("codeql", r"\blgtm\s*\[|\bcodeql\s*\["),
    ("bandit", r"#\s*nosec\b"),
    ("modelyard", r"\bmodelyard\s*:\s*(?:skip|ignore|allow)\b"),
)
_TOOLS = tuple(tool for tool, _ in _FORMS)
_SKIP = re.compile("|".join(f"({form})" for _, form in _FORMS), re.IGNORECASE | re.MULTILINE)
# A word that every form has one of. Only lines that have it are looked at closely: nearly none.
_HINT = re.compile(
    r"skip|ignor|:\s*(?:allow|disable)|\ballowlist|whitelist|suppress|scan\s+disable|nosem|nosec|nosonar|exempt|lgtm|codeql",
    re.IGNORECASE,
)

# By the whole name, in any folder.
_FILES = {
    ".trivyignore": "trivy",
    ".trivyignore.yaml": "trivy",
    ".trivyignore.yml": "trivy",
    ".trivyignore.rego": "trivy",
    "trivy.yaml": "trivy",
    "trivy.yml": "trivy",
    "trivy-secret.yaml": "trivy",
    ".tfsec.yml": "trivy",
    ".tfsec.yaml": "trivy",
    ".checkov.yaml": "checkov",
    ".checkov.yml": "checkov",
    ".checkov.baseline": "checkov",
    ".checkovignore": "checkov",
    ".hadolint.yaml": "hadolint",
    ".hadolint.yml": "hadolint",
    "hadolint.yaml": "hadolint",
    "hadolint.yml": "hadolint",
    ".gitleaks.toml": "gitleaks",
    "gitleaks.toml": "gitleaks",
    ".gitleaksignore": "gitleaks",
    ".gitleaksbaseline": "gitleaks",
    "zizmor.yml": "zizmor",
    "zizmor.yaml": "zizmor",
    ".zizmor.yml": "zizmor",
    ".zizmor.yaml": "zizmor",
    "actionlint.yaml": "actionlint",
    "actionlint.yml": "actionlint",
    ".cfnlintrc": "cfn-lint",
    ".cfnlintrc.yaml": "cfn-lint",
    ".cfnlintrc.yml": "cfn-lint",
    ".kics.yaml": "kics",
    ".kics.yml": "kics",
    ".kics.json": "kics",
    ".kics.toml": "kics",
    "kics.config": "kics",
    ".semgrepignore": "semgrep",
    ".snyk": "snyk",
    ".kube-linter.yaml": "kube-linter",
    ".kube-linter.yml": "kube-linter",
    ".secrets.baseline": "detect-secrets",
    ".grype.yaml": "grype",
    ".syft.yaml": "syft",
    ".dockleignore": "dockle",
    ".terrascan.toml": "terrascan",
    ".gitguardian.yaml": "ggshield",
    ".gitguardian.yml": "ggshield",
    ".talismanrc": "talisman",
    ".trufflehogignore": "trufflehog",
}

INLINE_SKIP = RuleInfo(
    id="inline-skip",
    tool="modelyard",
    level=Level.HIGH,
    summary="A comment in the file tells a scanner to look away.",
    why="Who writes the mistake also writes the excuse: nobody else has to agree, and it never expires.",
    fix="Mend what the scanner found, or have it waived: `tools/waive` asks for owner, reason and expiry.",
)
SCANNER_CONFIGURATION = RuleInfo(
    id="scanner-configuration",
    tool="modelyard",
    level=Level.HIGH,
    summary="A file in the repository would change what a scanner looks for.",
    why="Scanners pick such files up by themselves, and then pass what they would have refused.",
    fix="Delete it. What the gate demands is said in policy/, and exceptions are waivers.",
)


def skips(text: str) -> Iterator[tuple[int, str]]:
    """Offset (in characters) and tool of each comment or annotation that tells a scanner to look away."""
    done = 0
    for hint in _HINT.finditer(text):
        if hint.start() < done:
            continue
        start = text.rfind("\n", 0, hint.start()) + 1
        end = text.find("\n", hint.end())
        done = len(text) if end < 0 else end
        for match in _SKIP.finditer(text, start, done):
            yield match.start(), _TOOLS[(match.lastindex or 1) - 1]


def disarms(path: str) -> str | None:
    """The scanner that a file of this name would configure, in whatever folder; None for any other file."""
    return _FILES.get(path.rpartition("/")[2].lower())
