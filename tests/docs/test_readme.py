"""The documents are followed to the letter, in a checkout of this repository.

In README.md and docs/*.md, in the order in which they stand:

- a block ``console`` is run: lines that begin with ``$ `` are commands, what follows is their output;
- a block that names a file which is there must be an excerpt of it;
- a block that names a file which is not there is written there;
- a line of ``…`` stands for lines that are not shown.

``UPDATE_DOCS=1 tools/test tests/docs`` writes the output of today; read the diff before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.docs.markdown import Block, blocks
from tests.docs.session import ANY_LINES, ROOT, checkout, fits, run

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
# What only a first run says.
FIRST_RUN = ("modelyard: setting up .venv", "modelyard: .venv is ready")


def is_followed(document: Path) -> bool:
    return any(
        block.language == "console" or block.path for block in blocks(document.read_text().splitlines())
    )


@pytest.mark.parametrize(
    "document", [path for path in DOCUMENTS if is_followed(path)], ids=lambda path: path.stem
)
def test_what_a_document_shows_is_what_happens(document: Path, tmp_path: Path) -> None:
    root = checkout(tmp_path / "modelyard")
    lines = document.read_text().splitlines()
    wrong: list[str] = []
    moved = 0
    for block in list(blocks(lines)):
        where = f"{document.name}:{block.start + 1}"
        if block.language == "console":
            happened = followed(root, block, where, wrong)
            if os.environ.get("UPDATE_DOCS"):
                lines[block.start + moved : block.end + moved] = happened
                moved += len(happened) - len(block.lines)
        elif block.path:
            wrong += file_shown(root, block, where)
    if os.environ.get("UPDATE_DOCS"):
        document.write_text("\n".join(lines) + "\n")
    assert not wrong, "\n\n".join(wrong)


def followed(root: Path, block: Block, where: str, wrong: list[str]) -> list[str]:
    """Runs the commands of a block; gives the block as it should read."""
    should: list[str] = []
    for command, shown in commands(block):
        happened = run(root, command)
        first = [line for line in shown if line.startswith(FIRST_RUN)]
        rest = [line for line in shown if line not in first]
        right = fits(rest, happened)
        if not right and (ANY_LINES in rest or not os.environ.get("UPDATE_DOCS")):
            wrong.append(
                f"{where}: $ {command}\nshown:\n" + "\n".join(rest) + "\nhappened:\n" + "\n".join(happened)
            )
        should += [f"$ {command}", *first, *(rest if right or ANY_LINES in rest else happened)]
    return should


def commands(block: Block) -> list[tuple[str, list[str]]]:
    """Each command of a block with the output that is shown."""
    found: list[tuple[str, list[str]]] = []
    for line in block.lines:
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def file_shown(root: Path, block: Block, where: str) -> list[str]:
    """Writes the file if it is not there; else complains where the block is no excerpt of it."""
    path = root / block.path
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(block.lines) + "\n")
        return []
    shown = [ANY_LINES, *block.lines, ANY_LINES]
    return [] if fits(shown, path.read_text().splitlines()) else [f"{where}: not an excerpt of {block.path}"]


def test_the_readme_is_followed() -> None:
    assert is_followed(ROOT / "README.md")
    assert is_followed(ROOT / "docs" / "add-a-target.md")
