"""The completion scripts: options from the parsers themselves, names from the folders that exist."""

from __future__ import annotations

import argparse

from modelyard.cli import VERBS
from modelyard.cli.parser import verb_parser


def options(verb: str) -> dict[str, argparse.Action]:
    """The long options of a verb, in the order of its help."""
    return {
        option: action
        for action in verb_parser(verb)._actions
        for option in action.option_strings
        if option.startswith("--")
    }


def script(shell: str) -> str:
    """The script for one shell."""
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell]()


def _bash() -> str:
    cases = "".join(
        f'    {verb}:-*) words="{" ".join(options(verb))}" ;;\n    {verb}:*) {_positional(verb)} ;;\n'
        for verb in VERBS
    )
    choices = "".join(
        f'    {verb}:{option}) COMPREPLY=($(compgen -W "{_words(action)}" -- "$cur")); return ;;\n'
        for verb in VERBS
        for option, action in options(verb).items()
        if _words(action)
    )
    tools = " ".join(f"tools/{verb} ./tools/{verb}" for verb in VERBS)
    return f"""# bash completion of modelyard; made by `modelyard completion bash`
_modelyard() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} prev= verb=${{COMP_WORDS[0]##*/}} words= root
  ((COMP_CWORD > 0)) && prev=${{COMP_WORDS[COMP_CWORD-1]}}
  if [ "$verb" = modelyard ]; then
    if ((COMP_CWORD == 1)); then COMPREPLY=($(compgen -W "{" ".join(VERBS)}" -- "$cur")); return; fi
    verb=${{COMP_WORDS[1]}}
  fi
  root=$(git rev-parse --show-toplevel 2>/dev/null || pwd)
  case $prev in
    --env | --from) COMPREPLY=($(cd "$root/environments" 2>/dev/null && compgen -d -- "$cur")); return ;;
    --root) COMPREPLY=($(compgen -d -- "$cur")); return ;;
    --changed-since)
      words=$(git for-each-ref --format='%(refname:short)' 2>/dev/null)
      COMPREPLY=($(compgen -W "$words" -- "$cur")); return ;;
  esac
  case $verb:$prev in
{choices}  esac
  case $verb:$cur in
{cases}  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}}
complete -F _modelyard modelyard {tools}
"""


def _words(action: argparse.Action) -> str:
    """What may stand after an option, where that is known beforehand."""
    if action.dest == "target":
        from modelyard.targets.registry import target_names

        return " ".join(target_names())
    return " ".join(map(str, action.choices or ()))


def _positional(verb: str) -> str:
    """What may stand without an option: names that are known beforehand, or those of models."""
    for action in verb_parser(verb)._actions:
        if not action.option_strings:
            if action.choices:
                return f'words="{" ".join(map(str, action.choices))}"'
            if action.metavar == "MODEL":
                return 'words=$(cd "$root/models" 2>/dev/null && compgen -d)'
    return "words="


def _zsh() -> str:
    return (
        "# zsh completion of modelyard; made by `modelyard completion zsh`\n"
        "autoload -U +X bashcompinit && bashcompinit\n" + (_bash().split("\n", 1)[1])
    )


def _fish() -> str:
    lines = ["# fish completion of modelyard; made by `modelyard completion fish`"]
    for verb, what in VERBS.items():
        lines.append(f"complete -c modelyard -f -n __fish_use_subcommand -a {verb} -d {_fish_quoted(what)}")
        seen = f"-n '__fish_seen_subcommand_from {verb}'"
        lines.append(f"complete -c modelyard -f {seen} -a '(ls models 2>/dev/null)'")
        for option, action in options(verb).items():
            words = (
                f"complete -c modelyard -f {seen} -l {option[2:]} -d {_fish_quoted(str(action.help or ''))}"
            )
            if option == "--env":
                words += " -x -a '(ls environments 2>/dev/null)'"
            elif action.choices:
                words += f" -x -a {_fish_quoted(' '.join(map(str, action.choices)))}"
            lines.append(words)
    return "\n".join(lines) + "\n"


def _fish_quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
