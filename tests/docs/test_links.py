"""Every relative link of every Markdown file leads to something that is there, down to the heading."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.docs.markdown import anchors, documents, links
from tests.docs.session import ROOT

DOCUMENTS = documents(ROOT)


def broken(document: Path, root: Path) -> list[str]:
    found = []
    for number, link in links(document.read_text()):
        if link.startswith(("https://", "mailto:")):
            continue
        name, _, anchor = unquote(link).partition("#")
        target = (document.parent / name).resolve() if name else document
        if not target.exists() or not target.is_relative_to(root):
            found.append(f"{document.relative_to(root)}:{number}: {link} leads nowhere")
        elif anchor and (target.suffix != ".md" or anchor not in anchors(target.read_text())):
            found.append(f"{document.relative_to(root)}:{number}: {link}: there is no such heading")
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    assert broken(document, ROOT) == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    todo = [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        if page in reached or page.suffix != ".md" or not page.is_file():
            continue
        reached.add(page)
        if page.parent.name == "decisions":
            todo += page.parent.glob("*.md")  # its README introduces the folder as a whole
        todo += [
            (page.parent / link.partition("#")[0]).resolve()
            for _, link in links(page.read_text())
            if "://" not in link
        ]
    pages = {path for path in DOCUMENTS if path.is_relative_to(ROOT / "docs")}
    assert pages - reached == set()


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("[one](other.md) [two](#nowhere) [three](page.md)\n")
    assert len(broken(tmp_path / "page.md", tmp_path)) == 2


def test_markdown_is_read_as_github_reads_it() -> None:
    assert list(links("see [a](docs/a.md), `[no](link)`\n```\n[no](code)\n```\n[b](#two)")) == [
        (1, "docs/a.md"),
        (5, "#two"),
    ]
    assert anchors("# One `two`\n## One two\n## A, b & c") == {"one-two", "one-two-1", "a-b--c"}
