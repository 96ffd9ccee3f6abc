"""What a file's name says of how it writes values: a program, a document for people, or configuration."""

from __future__ import annotations

import enum

from modelyard.secrets.wordlist import word_set

_CODE = word_set(
    """
    py pyi js jsx ts tsx mjs cjs java kt kts scala go rs c h cc cpp cxx hpp cs m mm swift rb php pl pm
    lua r jl dart groovy gradle cls vue svelte ex exs erl hs clj fs vb
    """
)
_PROSE = word_set("md markdown rst adoc asciidoc mdx html htm tex texi")
_EXAMPLE = word_set("example sample template dist tmpl tpl default defaults")


class Profile(enum.Enum):
    """How values are written in a file."""

    CONFIG = "config"
    CODE = "code"  # a value without quotes is an expression
    PROSE = "prose"  # values are examples more often than not


def profile_of(name: str) -> Profile:
    """The profile of a file by its name or path; configuration where nothing else is known."""
    parts = name.replace("\\", "/").rsplit("/", 1)[-1].lower().split(".")
    endings = set(parts[1:])
    if (
        endings & _PROSE
        or parts[0] in ("readme", "changelog", "contributing", "license")
        or endings & _EXAMPLE
    ):
        return Profile.PROSE
    return Profile.CODE if endings & _CODE else Profile.CONFIG
