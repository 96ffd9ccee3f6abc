"""Plan and write: what must change on disk, and the only code that changes it.

``plan`` compares wanted files with a ``Tree`` and gives a ``Plan`` of changes and findings; ``apply`` carries
it out, atomically for each file, never through a symlink, never over a file that people wrote or edited.
Nothing else in Modelyard writes into the repository. ``digest_tree`` tells cheaply whether anything changed
at all.
"""

from modelyard.write.apply import apply
from modelyard.write.change import Action, Change, Plan
from modelyard.write.diff import unified_diff
from modelyard.write.errors import Obstacle, WriteError
from modelyard.write.lock import LOCK_PATH, write_lock
from modelyard.write.plan import plan
from modelyard.write.scan import Listing, digest_tree, scan
from modelyard.write.tree import Tree

__all__ = [
    "LOCK_PATH",
    "Action",
    "Change",
    "Listing",
    "Obstacle",
    "Plan",
    "Tree",
    "WriteError",
    "apply",
    "digest_tree",
    "plan",
    "scan",
    "unified_diff",
    "write_lock",
]
