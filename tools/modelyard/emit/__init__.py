"""From typed documents to bytes: canonical YAML and JSON, the header, and the seal over the whole file.

``to_yaml`` and ``to_json`` write plain data (dict with str keys, list, str, int, float, bool, None) in
one canonical form. ``serialise`` gives an artifact's complete bytes. ``check_seal`` tells a file that
Modelyard wrote from one that was edited by hand since. Nothing here touches the disk.
"""

from modelyard.emit.jsontext import to_json
from modelyard.emit.seal import SEAL, SealState, check_seal, seal
from modelyard.emit.serialise import serialise
from modelyard.emit.yamltext import to_yaml

__all__ = ["SEAL", "SealState", "check_seal", "seal", "serialise", "to_json", "to_yaml"]
