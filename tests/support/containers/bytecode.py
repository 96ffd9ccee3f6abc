"""Compiled modules for the stand-in base image, which the official images leave out.

Each health check and each pip would compile what it imports anew, for half a second of a core. They are valid
by content, since a layer keeps no times, and made by one process in one order: the bytes of a .pyc depend on
what was compiled before it.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from tests.support.containers.pythons import Python
from tests.support.containers.rootfs import Rootfs

_COMPILED = {
    "curses",
    "dbm",
    "distutils",
    "ensurepip",
    "msilib",
    "pydoc_data",
    "sqlite3",
    "wsgiref",
    "xmlrpc",
}
_COMPILE = """\
import py_compile, sys
for number, path in enumerate(sys.stdin.read().split("\\n")):
    stem = f"{sys.argv[1]}/{number}"
    py_compile.compile(f"{stem}.py", f"{stem}.pyc", path, quiet=2,
                       invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
"""


def compiled(tree: Rootfs, python: Python) -> Rootfs:
    """The same tree, with a .pyc beside each module of the library and of pip."""
    library = f"usr/local/lib/python{python.version}/"
    paths = [path for path in sorted(tree.files) if path.startswith(library) and path.endswith(".py")]
    with tempfile.TemporaryDirectory() as folder:
        for number, path in enumerate(paths):
            source, _ = tree.files[path]
            data = source if isinstance(source, bytes) else source.read_bytes()
            Path(folder, f"{number}.py").write_bytes(data)
        command = [str(python.executable), "-I", "-c", _COMPILE, folder]
        subprocess.run(command, input="\n".join(f"/{path}" for path in paths), text=True, check=True)
        for number, path in enumerate(paths):
            made = Path(folder, f"{number}.pyc")
            if made.is_file():  # some of pip's are for other versions of Python
                parent, _, name = path.rpartition("/")
                tag = f"cpython-{python.version.replace('.', '')}"
                tree.put(f"{parent}/__pycache__/{name.removesuffix('.py')}.{tag}.pyc", made.read_bytes())
    return tree
