"""What is known of the rules by which we speak of images. trivy's own come with what it says."""

from __future__ import annotations

from modelyard.detections import Level, RuleInfo
from modelyard.images.place import OURS


def _rule(name: str, level: Level, summary: str, why: str, fix: str) -> RuleInfo:
    return RuleInfo(name, OURS, level, summary, why, fix)


_SEEN = "What nobody could look at may hold anything. A gate that passes it guards nothing."
_STALE = "An old database knows none of the vulnerabilities that were found since, and finds the image clean."
_AGE = "What was fixed since an image was made is not fixed in it, and it shows in no manifest."
_BASE = "Nobody follows the updates and the support of a base that is not in the catalogue."
_AGAIN = "Build the image again, on a fresh base of the catalogue."
_MIRROR = "Run the gate again, or name a mirror in MODELYARD_TRIVY_DB."

RULES = (
    _rule(
        "image-base-not-in-catalogue",
        Level.HIGH,
        "an image was built on a base that is not approved",
        _BASE,
        "Build it again, on a base of Dockerfiles/base-images.yaml.",
    ),
    _rule(
        "image-base-out-of-support",
        Level.HIGH,
        "nobody supports the base of an image any more",
        "Vulnerabilities that are found in it from now on are not fixed.",
        _AGAIN,
    ),
    _rule("image-base-too-old", Level.HIGH, "an image was built on an old base", _AGE, _AGAIN),
    _rule(
        "image-base-unknown",
        Level.HIGH,
        "an image does not say what it was built on",
        _BASE,
        "Build it from the rendered Dockerfile, which labels it.",
    ),
    _rule(
        "image-created-in-future",
        Level.HIGH,
        "an image says that it was made in the future",
        "A date ahead keeps the image young for ever: the limit on its age never strikes.",
        _AGAIN,
    ),
    _rule("image-not-understood", Level.CRITICAL, "what is in an image could not be judged", _SEEN, _AGAIN),
    _rule(
        "image-of-unknown-date",
        Level.MEDIUM,
        "an image does not say when it was made",
        _AGE,
        "Build it with a builder that records the time.",
    ),
    _rule(
        "image-os-out-of-support",
        Level.HIGH,
        "nobody supports the operating system of an image any more",
        "Vulnerabilities that are found in it from now on are not fixed, and often not even recorded.",
        _AGAIN,
    ),
    _rule(
        "image-root-group",
        Level.LOW,
        "an image runs in the group of root",
        "Files that the group of root may write are open to whoever takes over the process.",
        "Give the user a group of its own.",
    ),
    _rule(
        "image-runs-as-root",
        Level.HIGH,
        "an image runs as root",
        "Whoever takes over the process is root in the container, one kernel bug away from the host.",
        "End the Dockerfile with USER and a number other than 0.",
    ),
    _rule(
        "image-secret",
        Level.CRITICAL,
        "an image's configuration holds a secret",
        "Whoever can pull the image can read it, and it stays in every copy.",
        "Withdraw the secret, and let the new one come in at run time.",
    ),
    _rule("image-too-old", Level.HIGH, "an image is older than its environment allows", _AGE, _AGAIN),
    _rule(
        "image-user-by-name",
        Level.MEDIUM,
        "an image runs as a user by name",
        "The name may stand for root, and Kubernetes refuses it where runAsNonRoot is set.",
        "Name the user by number.",
    ),
    _rule(
        "packages-not-judged",
        Level.HIGH,
        "an image holds packages of a kind that has no advisories",
        "Their vulnerabilities are found by nobody.",
        "Install them from where advisories exist, or have it waived for this image.",
    ),
    _rule(
        "unreadable-image",
        Level.CRITICAL,
        "an image could not be fetched or read",
        _SEEN,
        "Mend what the message names: the login, the registry, the archive.",
    ),
    _rule(
        "vulnerability-database-missing",
        Level.CRITICAL,
        "there is no vulnerability database",
        _SEEN,
        _MIRROR,
    ),
    _rule(
        "vulnerability-database-stale",
        Level.CRITICAL,
        "the vulnerability database is too old, or of a date to come",
        _STALE,
        _MIRROR,
    ),
    _rule(
        "vulnerability-database-unreadable",
        Level.CRITICAL,
        "the vulnerability database is broken",
        _SEEN,
        _MIRROR,
    ),
)
