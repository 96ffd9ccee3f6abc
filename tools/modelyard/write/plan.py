"""The plan stage: compares the wanted files with the tree and decides. It never writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from modelyard.emit import SealState, check_seal
from modelyard.findings import Finding
from modelyard.write import refusals
from modelyard.write.change import Action, Change, Plan
from modelyard.write.errors import Kind, Obstacle
from modelyard.write.paths import clashes, is_temporary, outermost, parents, why_unsafe
from modelyard.write.scan import Listing, scan
from modelyard.write.tree import Tree, read_at


def plan(tree: Tree, wanted: Mapping[str, bytes], owned: Sequence[str]) -> Plan:
    """What must change on disk so that it holds ``wanted``.

    ``wanted`` maps repo-relative POSIX paths to sealed content. For the folders ``owned`` it is complete: any
    other file below them is an orphan, deleted if its seal is genuine and a finding if not. Needs no lock and
    no right to write. Each file is read once. Raises OSError only where the tree itself goes away.
    """
    planner = _Planner(tree, wanted)
    roots = planner.check_paths(owned)
    for item in scan(tree, roots):
        if isinstance(item, Listing):
            planner.judge_folder(item)
        elif item.kind is not Kind.MISSING:
            planner.refuse(item)
    planner.judge_the_rest()
    return Plan(
        tuple(sorted(planner.changes)),
        tuple(sorted(planner.findings, key=Finding.sort_key)),
        roots,
        tuple(sorted(planner.temporary)),
        tuple(sorted(planner.empty)),
    )


class _Planner:
    """Collects the parts of one plan."""

    def __init__(self, tree: Tree, wanted: Mapping[str, bytes]) -> None:
        self.tree = tree
        self.wanted = wanted
        self.changes: list[Change] = []
        self.findings: list[Finding] = []
        self.temporary: list[str] = []
        self.empty: list[str] = []
        self._settled: set[str] = set()  # wanted paths that were met on disk and decided
        self._refused: set[str] = set()  # what stands in the way; nothing at or below it is changed
        self._deleted: set[str] = set()  # orphans that will be gone
        self._missing: set[str] = set()  # folders known not to exist

    def check_paths(self, owned: Iterable[str]) -> tuple[str, ...]:
        """Findings for paths that may not be; gives the owned folders that may."""
        for path in self.wanted:
            self._check(path)
        roots = outermost(path for path in owned if self._check(path))
        for path, other in clashes(path for path in self.wanted if path not in self._refused):
            self.findings.append(refusals.clash(path, other))
            self._refused.update((path, other))
        return roots

    def _check(self, path: str) -> bool:
        reason = why_unsafe(path)
        if reason:
            self.findings.append(refusals.unsafe_path(path, reason))
            self._refused.add(path)
        return not reason

    def refuse(self, obstacle: Obstacle) -> None:
        """Leaves what stands at ``obstacle.path`` alone, and everything below."""
        if obstacle.path not in self._refused:
            self._refused.add(obstacle.path)
            self.findings.append(refusals.in_the_way(obstacle, wanted=obstacle.path in self.wanted))

    def judge_folder(self, folder: Listing) -> None:
        """Decides on every entry of an owned folder, but for what lies in the folders below it."""
        prefix = f"{folder.path}/"
        if not (folder.files or folder.directories or folder.others):
            self.empty.append(folder.path)
        for name in folder.files:
            path = prefix + name
            if is_temporary(name):
                self.temporary.append(path)
            else:
                self._judge(folder.descriptor, name, path)
        for name, kind in folder.others:
            self.refuse(Obstacle(prefix + name, kind))

    def _judge(self, directory: int, name: str, path: str) -> None:
        """Decides on one path whose folder is open, whatever is there now."""
        after = self.wanted.get(path)
        self._settled.add(path)
        if self._refused and self._is_refused(path):
            return
        try:
            before = read_at(directory, name, path)
        except FileNotFoundError:
            if after is not None:
                self.changes.append(Change(path, Action.CREATE, None, after))
            return
        except Obstacle as obstacle:
            if obstacle.kind is Kind.DIRECTORY and after is not None and path in self._emptied:
                self.changes.append(Change(path, Action.CREATE, None, after))
            else:
                self.refuse(obstacle)
            return
        if before == after:
            self.changes.append(Change(path, Action.SAME, after, after))
        else:
            self._judge_seal(path, before, after)

    def _judge_seal(self, path: str, before: bytes, after: bytes | None) -> None:
        state = check_seal(before)
        if state is not SealState.GENUINE:
            self._refused.add(path)
            if state is SealState.BROKEN:
                self.findings.append(refusals.edited_by_hand(path))
            else:
                self.findings.append(refusals.not_generated(path, wanted=after is not None))
        elif after is None:
            self._deleted.add(path)
            self.changes.append(Change(path, Action.DELETE, before, None))
        else:
            self.changes.append(Change(path, Action.UPDATE, before, after))

    def judge_the_rest(self) -> None:
        """Decides on the wanted paths that no owned folder showed: they are new, or outside of them all."""
        for path in sorted(self.wanted.keys() - self._settled):
            if self._refused and self._is_refused(path):
                continue
            above, _, name = path.rpartition("/")
            try:
                directory = self._directory(above)
            except Obstacle as obstacle:
                if obstacle.path not in self._deleted:
                    self.refuse(obstacle)
                    continue
                self._missing.add(obstacle.path)  # an orphan is in the way of the folder, and will be gone
                directory = None
            if directory is None:
                self.changes.append(Change(path, Action.CREATE, None, self.wanted[path]))
            else:
                self._judge(directory, name, path)

    def _directory(self, path: str) -> int | None:
        """``Tree.directory``, but what is below a missing folder is not looked up again."""
        if path in self._missing:
            return None
        found = None if self._missing.intersection(parents(path)) else self.tree.directory(path)
        if found is None:
            self._missing.add(path)
        return found

    @cached_property
    def _emptied(self) -> set[str]:
        """The owned folders that nothing is left in once the orphans are gone. Known after the scan."""
        gone = {*self._deleted, *self.temporary, *self.empty}
        return _all_parents(gone).union(self.empty) - _all_parents(self._refused)

    def _is_refused(self, path: str) -> bool:
        return path in self._refused or not self._refused.isdisjoint(parents(path))


def _all_parents(paths: Iterable[str]) -> set[str]:
    return {parent for path in paths for parent in parents(path)}
