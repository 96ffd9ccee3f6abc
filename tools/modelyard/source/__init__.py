"""Reading YAML strictly: bytes in, a tree of located nodes or located findings out.

Nothing is guessed. What two readers of YAML could understand differently (duplicate keys, merge keys,
tags, invisible characters, several documents) is a finding, and so is what would cost more than a
manifest is worth (size, depth, aliases). The YAML library is imported by the first ``read`` and not
before, so that commands which read nothing start at once.
"""

from modelyard.source.file import read_file
from modelyard.source.node import Mapping, Node, Scalar, Sequence
from modelyard.source.reading import Limits, Reading, read

__all__ = ["Limits", "Mapping", "Node", "Reading", "Scalar", "Sequence", "read", "read_file"]
