"""The completion scripts, in a real bash."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import CASE, environ, good

ECHO = (CASE / "models/echo/model.yaml").read_text()
DIGEST = "sha256:" + "ab" * 32
OTHER = "sha256:" + "cd" * 32


def completed(root: Path, folder: Path, script: str, line: str, word: str) -> list[str]:
    """What a real bash offers after this line."""
    program = f"""
source {script}
cd "$1"
COMP_LINE={line!r}; COMP_POINT=${{#COMP_LINE}}
read -ra COMP_WORDS <<< "$COMP_LINE"
[[ $COMP_LINE == *" " ]] && COMP_WORDS+=("")
COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
complete -p {word} >/dev/null || exit 9
_modelyard
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    done = subprocess.run(
        ["bash", "--norc", "-c", program, "bash", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env=environ(),
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


def test_completion_in_bash(repo: Path, tmp_path: Path) -> None:
    script = tmp_path / "completion.bash"
    script.write_text(good(repo, "completion", "bash").out)

    def offered(line: str, folder: Path = repo) -> list[str]:
        return completed(repo, folder, str(script), line, line.split(maxsplit=1)[0])

    assert offered("modelyard re") == ["render", "release"]
    assert offered("tools/render ech") == ["echo"]
    assert sorted(offered("modelyard render ")) == ["echo", "nightly", "scorer"]
    assert offered("./tools/render --ch") == ["--check", "--changed-since"]
    assert sorted(offered("tools/render --env ")) == ["dev", "local", "prod", "staging"]
    assert offered("modelyard render echo --env sta") == ["staging"]
    assert offered("tools/validate --format s") == ["sarif"]
    assert offered("tools/new x --kind mul") == ["multi-model", "multi-container"]
    assert offered("tools/render nigh", repo / "models/echo") == ["nightly"]
    assert offered("tools/render --target kub") == ["kubernetes"]
    assert offered("tools/completion ") == ["bash", "zsh", "fish"]
    assert offered("tools/release scorer --from d") == ["dev"]
    assert offered("tools/render --changed-since ma") == ["main"]
    assert offered("tools/new ") == []
    assert offered("tools/explain nig") == ["nightly"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_good_syntax(tmp_path: Path, shell: str) -> None:
    script = good(tmp_path, "completion", shell).out
    assert f"{shell} completion of modelyard" in script.splitlines()[0]
    assert script == good(tmp_path, "completion", shell).out
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here to ask")
    subprocess.run([shell, "-n"], input=script, text=True, check=True)
