"""Finds values whose name says that they are secret, in whatever syntax name and value are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# What every such name has in it, in lower case.
_STEM = re.compile(
    r"pass(?!e[ds]|ing|enger|ive|age|port)|pwd|psw|mdp|kennwort|contrasena|secret|token|key|cred"
    r"|auth(?!or|ent)|bearer|salt|pepper|pw(?![a-z])"
)
_NAME_LEFT = re.compile(r"[\w.$-]{0,80}\Z")
_NAME_RIGHT = re.compile(r"[\w.-]{0,80}")
_QUOTED = r"(?:(?P<q>\\{0,3}[\"'`])(?P<quoted>(?:(?!(?P=q))[^\n]){0,1000})(?P=q))"
_BARE = r"(?P<bare>\$\{[^}\n]{1,200}\}[^\s<>]{0,200}|[^\s\"'`<>][^\s<>]{0,400}|<[^<>\n]{0,100}>)"
# Between a name and its value: closing quotes or brackets, a type, an operator.
_OPERATOR = re.compile(
    r"(?:\\{0,3}[\"'`]|\[[0-9]{0,4}\]|\]|\)){0,3}"
    r"(?:(?:[ \t]{0,3}:)?[ \t]{1,3}(?:string|str|String|char|text|varchar|\*string)[ \t]{0,3}(?==|:=))?"
    r"[ \t]{0,20}(?P<operator>={3}|!={1,2}|:{1,3}=|[?+.|<>]=|=>|->|<-|={1,2}|:|,|\(|\|)[ \t]{0,20}"
    r"(?:@|b(?=[\"'])|r(?=[\"'])|f(?=[\"'])|new\s|String\()?"
)
_VALUE = re.compile(f"(?:{_QUOTED}|{_BARE})")
_QUOTED_VALUE = re.compile(_QUOTED)
_BLOCK = re.compile(
    r"(?:[|>][+-]?[0-9]?[ \t]{0,5}(?:#[^\n]{0,100})?|[\[{(])?\r?\n[ \t]{0,60}(?:-[ \t]{1,5})?(?=\S)"
)
# <password>value<, name="password">value<, name="password" value="value", name: PASSWORD\n value: value
_ELEMENT = re.compile(
    r"[\"']?(?:[ \t]{1,5}[\w:-]{1,40}=[\"'][^\"'\n]{0,80}[\"']){0,4}[ \t]{0,3}>\s{0,80}(?:<value>"
    r"|<!\[CDATA\[)?(?P<element>[^<>]{1,2000}?)\s{0,80}(?:\]\]>)?<"
)
_PAIRED = re.compile(
    r"(?:\\{0,3}[\"'])?(?:</(?:name|key|id)>)?[ \t]{0,5}[,;{]?\s{0,80}(?:(?:type|Type|description"
    r"|Description|sensitive|nullable|NoEcho|noEcho|MinLength|readOnly)\b[^\n]{1,120}\n[ "
    r"\t]{0,40}){0,4}(?:\\{0,3}[\"']|<)?"
    r"(?:(?i:parameter)?[vV]alue|VALUE|default|Default|defaultValue)(?:\\{0,3}[\"'])?[ \t]{0,8}(?:=|:"
    r"|>)[ \t]{0,8}"
)
_IS_NAME_OF_PAIR = re.compile(
    r"(?:^|[\s{,<\"'\\-])(?:name|Name|key|Key|id|Id|ParameterKey|parameterKey|variable|option|setting"
    r"|field)\\{0,3}[\"']?[ \t]{0,3}(?:[:=>]|[ \t])[ \t]{0,3}\\{0,3}[\"']?[\w.$-]{0,40}\Z"
)
_OPEN_TAG = re.compile(r"<(?:[\w:.-]{0,60}|[\w:.-]{1,60}\s[^<>]{0,200})\Z")
_FLAG_VALUE = re.compile(
    rf"[\"']?(?:,?[ \t]{{1,3}}|,|=|,?[ \t]{{0,3}}\r?\n[ \t]{{0,60}}(?:-[ \t]{{1,3}}"
    rf"|(?=[\"'])))(?:{_QUOTED}|(?P<bare>[^\s\"'`<>-][^\s\"'<>]{{0,500}}))"
)
_SPACED = re.compile(r"[ \t]{0,10}" + _QUOTED + r"[ \t]{0,3}(?:;|(?=\r?\n|\Z))")
_WORD_AFTER = re.compile(r"[ \t]{1,10}(?P<bare>[^\s\"'`<>;={}()]{6,500});")
_COMPARED = re.compile(r"([\"'`])(?P<quoted>[^\"'`\n]{3,400})\1[ \t]{0,3}[!=]={1,2}[ \t]{0,3}\Z")
_BRACKET = re.compile(r"[\[(][ \t]{0,3}(?=[\"'])")
_TUPLE = re.compile(r"\s{0,80}\w{1,60}, ?")  # the first of two names, that get two values
_REST = re.compile(r"[ \t]*(?P<rest>[^\n]{0,60})")


class Assignment(NamedTuple):
    """A name, and the value that it is given at ``start`` of the text.

    ``quoted`` is whether the value stands in quotes; ``operator`` is what stands between them; ``rest`` is
    what follows on the line.
    """

    name: str
    value: str
    start: int
    quoted: bool
    operator: str
    rest: str


def assignments(text: str, lowered: str) -> Iterator[Assignment]:
    """Each value that is given to a name with a telling word in it.

    ``lowered`` is the text in lower case, of the same length.
    """
    done = -1
    for stem in _STEM.finditer(lowered):
        if stem.start() < done:
            continue
        left = _NAME_LEFT.search(text, max(0, stem.start() - 80), stem.start())
        right = _NAME_RIGHT.match(text, stem.end())
        start = left.start() if left else stem.start()
        done = right.end() if right else stem.end()
        yield from _values(text, start, done)


def _values(text: str, start: int, end: int) -> Iterator[Assignment]:
    name = text[start:end].rstrip(".-")
    before = text[max(0, start - 120) : start]
    line = before[before.rfind("\n") + 1 :]
    if line.endswith(("::", "?P<", "(?<", "/")):
        return  # a type's name, a group of a regular expression, a part of a path
    if _TUPLE.fullmatch(line) or ("arn:" in line and not line[line.rfind("arn:") :].count(" ")):
        return
    if _IS_NAME_OF_PAIR.search(line) or line.endswith(('name="', 'key="', "name='", 'variable "')):
        paired = _PAIRED.match(text, end)
        if paired is not None:
            yield from _one(text, name, paired.end(), "pair")
            return
    operator = _OPERATOR.match(text, end)
    if operator is not None:
        yield from _one(text, name, operator.end(), operator["operator"])
    if text[end : end + 2].lstrip("\"'")[:1] in (">", " ") or text[end : end + 1] in "\"'>":
        element = _ELEMENT.match(text, end)
        if element is not None and _OPEN_TAG.search(line):
            yield Assignment(
                name,
                element["element"].strip(),
                element.start("element") + _indent(element["element"]),
                True,
                ">",
                "",
            )
    yield from _spaced(text, name, start, end, line)


def _indent(value: str) -> int:
    return len(value) - len(value.lstrip())


def _spaced(text: str, name: str, start: int, end: int, line: str) -> Iterator[Assignment]:
    """Values that stand behind their name with nothing but space between: flags, nginx, curl."""
    is_flag = name.startswith("-") or line.endswith("-")
    found = _FLAG_VALUE.match(text, end) if is_flag else _SPACED.match(text, end)
    if found is None and not is_flag:
        found = _WORD_AFTER.match(text, end)
    if found is not None and (is_flag or "`" not in text[found.start() : found.start() + 12]):
        yield _assignment(text, name.lstrip("-"), found, "flag" if is_flag else " ")
    compared = _COMPARED.search(line)
    if compared is not None:
        at = start - len(line) + compared.start("quoted")
        yield Assignment(name, compared["quoted"], at, True, "==", "")


def _one(text: str, name: str, at: int, operator: str) -> Iterator[Assignment]:
    block = _BLOCK.match(text, at)
    if block is not None:
        value = _VALUE.match(text, block.end())
        if value is not None and _is_own_line(text, value, block[0]):
            yield _assignment(text, name, value, "block")
        return
    bracket = None if operator in (",", "(") else _BRACKET.match(text, at)
    found = _VALUE.match(text, bracket.end() if bracket else at)
    if found is not None:
        yield _assignment(text, name, found, operator)


def _is_own_line(text: str, value: re.Match[str], opening: str) -> bool:
    """Whether what stands on the next line is a value, and not the next name."""
    rest = _REST.match(text, value.end())
    followed = rest["rest"] if rest else ""
    if (
        followed.startswith((":", "="))
        or text[value.start()] == "#"
        or text[value.start() : value.end()].rstrip("\r").endswith((":", "="))
    ):
        return False
    if opening[:1] in "|>[({" or "- " in opening:
        return opening[:1] in "|>" or not followed.strip(",])} \r")
    return False


def _assignment(text: str, name: str, found: re.Match[str], operator: str) -> Assignment:
    groups = found.groupdict()
    quoted = groups.get("quoted")
    rest = _REST.match(text, found.end())
    followed = rest["rest"] if rest else ""
    if quoted is not None:
        return Assignment(name, quoted, found.start("quoted"), True, operator, followed)
    bare = found["bare"].rstrip()
    stripped = bare.rstrip(",;\"'`\\")
    for opening, closing in ("()", "[]", "{}"):
        while stripped.endswith(closing) and opening not in stripped:
            stripped = stripped[:-1].rstrip("\"',")
    return Assignment(name, stripped, found.start("bare"), False, operator, followed)
