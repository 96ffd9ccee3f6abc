"""The Pod Security Standards, baseline and restricted, as pure functions over a pod's spec and metadata.

The controls are those of Kubernetes' own admission plugin, under its own check ids, and each says since
which version of the standards it holds and what later versions changed. What has the wrong shape (a string
for a boolean, a list for a mapping) is a violation: nobody can say what a cluster would make of it.
"""

from modelyard.podsecurity.control import NEWEST, Control, Fault, Level, Version
from modelyard.podsecurity.evaluate import CONTROLS, Violation, evaluate

__all__ = ["CONTROLS", "NEWEST", "Control", "Fault", "Level", "Version", "Violation", "evaluate"]
