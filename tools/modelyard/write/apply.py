"""The write stage: the only code of Modelyard that changes the tree. It decides nothing.

Each file is written whole under a temporary name beside its place and then renamed, so a reader, and the next
run after a crash, meets the old content or the new, never a part. Nothing is synced to the device: all of it
can be rendered again from what Git holds, and an fsync costs several times the rest of a file's work.
"""

from __future__ import annotations

import errno
import os

from modelyard.write.change import Action, Change, Plan
from modelyard.write.errors import Kind, Obstacle, WriteError, cannot_write
from modelyard.write.interrupts import HeldSignals
from modelyard.write.paths import parents, shown, temporary_name
from modelyard.write.tree import Tree, kind_at, read_at

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_MODE = 0o644


def apply(tree: Tree, plan: Plan) -> None:
    """Makes the tree what the plan says: orphans go first, then files are created and updated.

    To be called with ``write_lock`` held: what a plan calls a temporary file is then known to be nobody's. A
    file that is no longer what the plan saw is not touched. Raises WriteError at the first path that cannot
    be done; what was written before stays, each file complete. Signals are passed on between two files.
    """
    tree.forget()  # what was opened for the plan may have been moved since
    writer = _Writer(tree)
    with HeldSignals() as held:
        for path in plan.temporary:
            writer.remove(path, None)
        for change in plan.changes:
            if change.action is Action.DELETE:
                writer.remove(change.path, change.before)
                if held.pending:
                    held.deliver()
        writer.prune(plan)
        for change in plan.changes:
            if change.action is Action.CREATE or change.action is Action.UPDATE:
                writer.put(change)
                if held.pending:
                    held.deliver()


class _Writer:
    """Writes into one tree; remembers the folder of the last file, since a plan is sorted."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._number = 0
        self._temporary = temporary_name(0)
        self._folder: str | None = None
        self._descriptor = -1

    def put(self, change: Change) -> None:
        """Creates or replaces one file."""
        path = change.path
        folder, _, name = path.rpartition("/")
        try:
            if folder != self._folder:
                self._descriptor = self._tree.make_directory(folder)
                self._folder = folder
            self._replace(self._descriptor, name, change)
        except OSError as error:
            raise cannot_write(shown(path), error) from error
        except Obstacle as obstacle:
            raise _changed(obstacle) from obstacle

    def _replace(self, directory: int, name: str, change: Change) -> None:
        output = self._open_temporary(directory)
        temporary = self._temporary
        try:
            _write_and_close(output, change.after or b"")
            # Looked at as late as can be. Between this and the rename lie a few microseconds in which an
            # editor's save would be lost: no system call that both Linux and macOS have closes that gap.
            if change.before is None:
                if os.access(name, os.F_OK, dir_fd=directory, follow_symlinks=False):
                    raise Obstacle(change.path, kind_at(directory, name))
            else:
                _verify(directory, name, change.path, change.before)
            os.rename(temporary, name, src_dir_fd=directory, dst_dir_fd=directory)
        except BaseException:
            _unlink(directory, temporary)
            raise

    def _open_temporary(self, directory: int) -> int:
        """The name is used again for each file; another one is taken if a killed run left the same behind."""
        while True:
            try:
                return os.open(self._temporary, _CREATE, _MODE, dir_fd=directory)
            except FileExistsError:
                self._number += 1
                self._temporary = temporary_name(self._number)

    def remove(self, path: str, before: bytes | None) -> None:
        """Deletes one file if it still has the content ``before`` (None: whatever it has)."""
        folder, _, name = path.rpartition("/")
        try:
            directory = self._tree.directory(folder)
            if directory is None:
                return
            if before is not None:
                _verify(directory, name, path, before)
            os.unlink(name, dir_fd=directory)
        except FileNotFoundError:
            return  # somebody else did it
        except OSError as error:
            raise cannot_write(shown(path), error) from error
        except Obstacle as obstacle:
            raise _changed(obstacle) from obstacle

    def prune(self, plan: Plan) -> None:
        """Removes owned folders that are empty now, from below, but for those that get a file at once."""
        needed: set[str] = set()
        for change in plan.changes:
            if change.action is Action.CREATE:
                needed.update(parents(change.path))
        candidates = set(plan.empty)
        deleted = (change.path for change in plan.changes if change.action is Action.DELETE)
        for path in (*plan.empty, *plan.temporary, *deleted):
            candidates.update(_folders_within(path, plan.owned))
        for path in sorted(candidates - needed, key=lambda path: (-path.count("/"), path)):
            self._remove_if_empty(path)
        self._tree.forget()  # some of them are gone

    def _remove_if_empty(self, path: str) -> None:
        above, _, name = path.rpartition("/")
        try:
            # Looked at first: where the parent is not ours to change, rmdir says that and not "not empty".
            if self._tree.names(path):
                return
            directory = self._tree.directory(above)
            if directory is not None:
                os.rmdir(name, dir_fd=directory)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTEMPTY, errno.EEXIST):
                raise cannot_write(shown(path), error) from error
        except Obstacle as obstacle:
            raise _changed(obstacle) from obstacle


def _folders_within(path: str, owned: tuple[str, ...]) -> list[str]:
    """The folders of ``path`` up to and including the owned one."""
    roots = set(owned)
    folders: list[str] = []
    for parent in parents(path):
        folders.append(parent)
        if parent in roots:
            return folders
    return []


def _write_and_close(descriptor: int, content: bytes) -> None:
    try:
        os.fchmod(descriptor, _MODE)  # the umask has taken its part away
        written = os.write(descriptor, content)
        while written < len(content):
            written += os.write(descriptor, content[written:])
    finally:
        os.close(descriptor)  # before the rename: some file systems tell only now that the disk is full


def _verify(directory: int, name: str, path: str, before: bytes) -> None:
    """Compares bytes, not times: they show every edit, on file systems with coarse clocks too."""
    if read_at(directory, name, path) != before:
        raise Obstacle(path, Kind.FILE)


def _changed(obstacle: Obstacle) -> WriteError:
    if obstacle.kind is Kind.UNREADABLE:
        return WriteError(
            shown(obstacle.path), obstacle.detail, "see its owner and mode with `ls -ld`, then run again"
        )
    reason = f"changed since the plan was made (now {obstacle.kind.value}), so it is left as it is"
    return WriteError(shown(obstacle.path), reason, "look at what changed it, then run the command again")


def _unlink(directory: int, name: str) -> None:
    try:
        os.unlink(name, dir_fd=directory)
    except FileNotFoundError:
        return  # it was renamed already
