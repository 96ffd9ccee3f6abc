"""The YAML parsers behind ``read``: libyaml through PyYAML, and PyYAML alone where it lacks libyaml."""

from __future__ import annotations

from typing import Protocol

import yaml
from yaml.error import Mark
from yaml.events import Event
from yaml.parser import Parser as EventParser
from yaml.reader import Reader
from yaml.scanner import Scanner, ScannerError
from yaml.tokens import ScalarToken

blanks = "\0 \t\r\n"
bad_escape = "found invalid Unicode character escape code"


class Parser(Protocol):
    """Gives the events of a text one by one. Raises ``yaml.MarkedYAMLError`` on bad syntax."""

    def __init__(self, stream: str, /) -> None: ...

    def get_event(self) -> Event | None: ...


class PurePythonParser(Reader, Scanner, EventParser):
    """PyYAML's own parser, held to what libyaml does where the two disagree."""

    def __init__(self, stream: str, /) -> None:
        Reader.__init__(self, stream)
        Scanner.__init__(self)
        EventParser.__init__(self)

    def scan_flow_scalar(self, style: str) -> ScalarToken:
        """Refuses escapes for what is no character, which PyYAML lets through or trips over."""
        start: Mark = self.get_mark()
        try:
            token: ScalarToken = super().scan_flow_scalar(style)
            token.value.encode()
        except (UnicodeEncodeError, ValueError, OverflowError) as error:
            raise ScannerError("while parsing a quoted scalar", start, bad_escape, start) from error
        return token

    def scan_plain(self) -> ScalarToken:
        """As PyYAML, but takes ``?`` inside brackets as text, as in ``{url: https://host/?query}``."""
        chunks: list[str] = []
        spaces: list[str] = []
        start = end = self.get_mark()
        while self.peek() != "#" and (length := self.plain_length(start)):
            self.allow_simple_key = False
            chunks += [*spaces, self.prefix(length)]
            self.forward(length)
            end = self.get_mark()
            spaces = self.scan_plain_spaces(self.indent + 1, start) or []
            if not spaces or (not self.flow_level and self.column < self.indent + 1):
                break
        return ScalarToken("".join(chunks), True, start, end)

    def plain_length(self, start: Mark) -> int:
        """How many characters from here on belong to a plain scalar, up to the next blank."""
        length = 0
        ends = blanks + ",[]{}" if self.flow_level else blanks
        while (character := self.peek(length)) not in ends:
            if character == ":":
                following = self.peek(length + 1)
                if following in blanks:
                    break
                if self.flow_level and following in ",?[]{}":
                    self.forward(length)
                    problem = "found unexpected ':'"
                    raise ScannerError("while scanning a plain scalar", start, problem, self.get_mark())
            length += 1
        return length


def parser_for(text: str, fastest: type[Parser]) -> type[Parser]:
    """The parser for ``text``: the fastest one, unless the text holds tabs.

    libyaml takes tabs in places where YAML does not, and PyYAML refuses them all outside strings and
    comments. With one judge for tabs, a file means the same on every machine.
    """
    return PurePythonParser if "\t" in text else fastest


fastest_parser: type[Parser] = yaml._yaml.CParser if yaml.__with_libyaml__ else PurePythonParser
