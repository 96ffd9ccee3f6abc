"""JSON Schemas and reference pages, made from the same typed specifications that manifests are decoded with.

``generate`` gives the schemas (draft 2020-12), ``files`` the text of every file that is made of them,
``write`` and ``stale`` keep a repository's copies. ``validate`` checks documents with them. Nothing
here is imported by a command that does not need it.
"""

from modelyard.schema.documents import generate
from modelyard.schema.write import files, stale, write

__all__ = ["files", "generate", "stale", "write"]
