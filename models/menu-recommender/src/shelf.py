"""The models in memory: loaded when first asked for, the least recently used one dropped when full."""

from __future__ import annotations

import re
from collections import OrderedDict
from pathlib import Path

from menu import Menu

FILE = "model.json"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")


class NotFound(KeyError):
    """No model of that name."""


class AlreadyLoaded(Exception):
    """A model of that name is in memory."""


class Full(Exception):
    """No room for one more; the caller decides which to unload."""


class Shelf:
    """At most `capacity` models. Used from the event loop only, so nothing needs a lock."""

    def __init__(self, root: Path, capacity: int) -> None:
        self.root = root.resolve()
        self.capacity = capacity
        self._menus: OrderedDict[str, Menu] = OrderedDict()
        self._folders: dict[str, Path] = {}

    def get(self, name: str) -> Menu:
        """The model, from memory or from `<root>/<name>/model.json`. Raises NotFound, Unusable."""
        if name not in self._menus:
            self._menus[name] = self._read(name, self.root / name)
            self._folders[name] = self.root / name
            while len(self._menus) > self.capacity:
                evicted, _ = self._menus.popitem(last=False)
                del self._folders[evicted]
        self._menus.move_to_end(name)
        return self._menus[name]

    def load(self, name: str, folder: str) -> None:
        """Load by order of SageMaker, which says where the files are and does its own eviction.

        Raises AlreadyLoaded, Full, NotFound, Unusable.
        """
        if name in self._menus:
            raise AlreadyLoaded(name)
        if len(self._menus) >= self.capacity:
            raise Full(name)
        self._menus[name] = self._read(name, Path(folder))
        self._folders[name] = Path(folder)

    def unload(self, name: str) -> None:
        """Forget a model; raises NotFound."""
        self._menus.pop(self._known(name))
        del self._folders[name]

    def folder(self, name: str) -> str:
        """Where a loaded model came from; raises NotFound."""
        return str(self._folders[self._known(name)])

    def loaded(self) -> dict[str, str]:
        """Name and folder of what is in memory, the least recently used first."""
        return {name: str(self._folders[name]) for name in self._menus}

    def _known(self, name: str) -> str:
        if name not in self._menus:
            raise NotFound(name)
        return name

    def _read(self, name: str, folder: Path) -> Menu:
        try:
            path = (folder / FILE).resolve()
            # Both parts come from a request: neither may lead out of the folder of models.
            if NAME.fullmatch(name) and path.is_relative_to(self.root) and path.is_file():
                return Menu.load(path)
        except (OSError, ValueError) as error:  # a path too long, or with a NUL
            raise NotFound(name) from error
        raise NotFound(name)
