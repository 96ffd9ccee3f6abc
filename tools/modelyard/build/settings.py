"""What pip needs on this machine to reach its index, as files that a build is lent for one step.

Read as pip reads it: configuration files, PIP_CONFIG_FILE, then variables, the last word counting
(https://pip.pypa.io/en/stable/topics/configuration/). Only settings of the network are taken, and none that
names a file of this machine, which no build can see.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from modelyard.errors import UsageError

_TAKEN = (
    "index-url",
    "extra-index-url",
    "trusted-host",
    "find-links",
    "no-index",
    "proxy",
    "timeout",
    "retries",
)
_SECTIONS = ("global", "install")
# Where the Dockerfile mounts the certificates.
_CERTIFICATES = "/run/secrets/ca.pem"
# In the order in which pip and its HTTP library ask them.
_BUNDLES = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
_LISTS = ("extra-index-url", "trusted-host", "find-links")
_REMOTE = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True)
class PipSettings:
    """``pip_conf`` is the text of a configuration file; it may hold passwords. ``certificates`` is a file.

    ``left_out`` names settings that cannot be used in a build, without their values.
    """

    pip_conf: str
    certificates: Path | None
    left_out: tuple[str, ...]

    def __repr__(self) -> str:
        return f"PipSettings(certificates={self.certificates}, left_out={self.left_out})"


def pip_settings(environment: Mapping[str, str], home: Path) -> PipSettings:
    """The settings of this machine's pip. Raises UsageError for a file that cannot be read."""
    values: dict[str, str] = {}
    bundle = ""
    for file in _files(environment, home):
        for name, value in _of_file(file):
            if name == "cert":
                bundle = value
            else:
                values[name] = value
    for name in _TAKEN:
        value = environment.get("PIP_" + name.upper().replace("-", "_"), "")
        if value:
            values[name] = value
    bundle = environment.get("PIP_CERT", "") or bundle
    bundle = bundle or next((environment[name] for name in _BUNDLES if environment.get(name)), "")
    certificates = Path(bundle).expanduser() if bundle else None
    if certificates is not None and not certificates.is_file():
        raise UsageError(f"pip's certificates are to be in {certificates}, and no such file is there")
    return _assembled(values, certificates)


def _assembled(values: Mapping[str, str], certificates: Path | None) -> PipSettings:
    lines, left_out = ["[global]"], []
    for name in _TAKEN:
        words = values.get(name, "").split() if name in _LISTS else [values.get(name, "").strip()]
        kept = [word for word in words if word and _usable(name, word)]
        if len(kept) < len([word for word in words if word]):
            left_out.append(name)
        if kept:
            lines.append(f"{name} = " + "\n    ".join(kept))
    if certificates is not None:
        lines.append(f"cert = {_CERTIFICATES}")
    return PipSettings("\n".join(lines) + "\n", certificates, tuple(left_out))


def _usable(name: str, word: str) -> bool:
    """Whether a build can use it: folders and file: URLs of this machine are not there."""
    return name not in ("index-url", "extra-index-url", "find-links") or bool(_REMOTE.match(word))


def _files(environment: Mapping[str, str], home: Path) -> Iterator[Path]:
    """Configuration files from the weakest to the strongest; /dev/null in PIP_CONFIG_FILE is none at all."""
    given = environment.get("PIP_CONFIG_FILE", "")
    if given == os.devnull:
        return
    config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    for folder in reversed((environment.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep)):
        if folder:
            yield Path(folder) / "pip" / "pip.conf"
    yield Path("/etc/pip.conf")
    yield home / ".pip" / "pip.conf"
    if sys.platform == "darwin" and (home / "Library/Application Support/pip").is_dir():
        yield home / "Library/Application Support/pip/pip.conf"
    else:
        yield config / "pip" / "pip.conf"
    if environment.get("VIRTUAL_ENV"):
        yield Path(environment["VIRTUAL_ENV"]) / "pip.conf"
    if given:
        yield Path(given).expanduser()


def _of_file(file: Path) -> Iterator[tuple[str, str]]:
    from configparser import Error, RawConfigParser

    parser = RawConfigParser()
    try:
        text = file.read_text(encoding="utf-8")
        parser.read_string(text)
    except (FileNotFoundError, NotADirectoryError):
        return
    except (OSError, UnicodeDecodeError, Error) as error:
        # The message of a parser shows the line, which may hold a password.
        raise UsageError(
            f"{file} cannot be read as a configuration of pip ({type(error).__name__})"
        ) from None
    for section in _SECTIONS:
        if parser.has_section(section):
            for name, value in parser.items(section):
                name = name.replace("_", "-").lower()
                if name in _TAKEN or name == "cert":
                    yield name, value
