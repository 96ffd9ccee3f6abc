"""Files that are no model's, or of which only some were asked for: each by itself."""

from __future__ import annotations

import os

from modelyard.detections import Detection, Level
from modelyard.findings import Location
from modelyard.gate.evaluate import TOOL, Evaluation
from modelyard.gate.files import Selection, target_of
from modelyard.gate.look import look_at_bytes, unreadable
from modelyard.gate.policy import Policy
from modelyard.gate.result import Looked
from modelyard.gate.units import Unit
from modelyard.subjects.kinds import place_of_path
from modelyard.write.errors import Kind, Obstacle
from modelyard.write.tree import Tree


def look_at_files(
    unit: Unit, tree: Tree, selection: Selection, policy: Policy, evaluation: Evaluation
) -> Looked:
    """What is wrong with each file of the part."""
    parts = [look_at_file(path, tree, selection, policy, evaluation) for path in unit.files]
    return Looked(
        tuple(one for part in parts for one in part.detections),
        tuple(one for part in parts for one in part.seen),
        tuple(one for part in parts for one in part.roles),
    )


def look_at_file(
    path: str, tree: Tree, selection: Selection, policy: Policy, evaluation: Evaluation
) -> Looked:
    """What is wrong with one file, whatever it is."""
    shown = selection.shown(path)
    excluded = not selection.prefix and policy.excluded(path)
    try:
        data = tree.read(path)
    except FileNotFoundError:
        return Looked((), ())  # it went away since it was listed, as a deleted file does
    except Obstacle as obstacle:
        if obstacle.kind is Kind.SYMLINK and excluded:
            return Looked((), ())
        if obstacle.kind is Kind.SYMLINK:
            link = _link(path, obstacle.path, selection, policy, evaluation)
            return Looked((link,) if link is not None else (), ())
        return Looked((unreadable(shown, str(obstacle), "put a regular file here, or remove it"),), ())
    return look_at_bytes(shown, data, evaluation, excluded)


def _link(
    path: str, link: str, selection: Selection, policy: Policy, evaluation: Evaluation
) -> Detection | None:
    """A link to another file that is looked at is looked at there; any other leads to what nobody reviewed.

    ``link`` is ``path`` itself, or the folder above it that became a link since the file was tracked.
    """
    known = selection.files if selection.prefix else evaluation.files
    target = target_of(selection.root, link, known)
    if target is not None and (selection.prefix or not policy.excluded(target)):
        return None
    return Detection(
        "link-out-of-the-tree",
        TOOL,
        Level.HIGH,
        Location(selection.shown(path)),
        "this symbolic link leads to what is not looked at here: out of the repository, to what Git ignores "
        "or the policy excludes, or to nothing",
        "put the file itself here, or remove the link",
        evidence=os.readlink(os.path.join(selection.root, link)),
        model=place_of_path(selection.shown(path)).model,
    )
