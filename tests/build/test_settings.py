"""pip's settings of a machine, as a build is lent them."""

from __future__ import annotations

import os
from configparser import RawConfigParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.build.settings import pip_settings
from modelyard.errors import UsageError

CERTIFICATE = "-----BEGIN CERTIFICATE-----\n"


def said(text: str) -> dict[str, str]:
    parser = RawConfigParser()
    parser.read_string(text)
    return dict(parser.items("global"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    (folder / ".config/pip").mkdir(parents=True)
    return folder


def only(home: Path, **more: str) -> dict[str, str]:
    """An environment in which pip finds the files of this home and no others."""
    return {"XDG_CONFIG_DIRS": str(home / "nowhere"), **more}


def test_variables_are_stronger_than_files(home: Path) -> None:
    (home / ".config/pip/pip.conf").write_text(
        "[global]\nindex-url = https://a.example/simple\ntimeout = 9\n[install]\nretries = 7\n"
    )
    given = home / "given.conf"
    given.write_text("[global]\nindex-url = https://b.example/simple\n")
    environment = only(home, PIP_CONFIG_FILE=str(given))
    assert said(pip_settings(environment, home).pip_conf)["index-url"] == "https://b.example/simple"
    found = pip_settings({**environment, "PIP_INDEX_URL": "https://u:p%40@c.example/simple"}, home)
    assert said(found.pip_conf)["index-url"] == "https://u:p%40@c.example/simple"
    assert (said(found.pip_conf)["timeout"], said(found.pip_conf)["retries"]) == ("9", "7")
    assert "p%40" not in repr(found)


def test_no_files_at_all(home: Path) -> None:
    (home / ".config/pip/pip.conf").write_text("[global]\nindex-url = https://a.example/simple\n")
    found = pip_settings(only(home, PIP_CONFIG_FILE=os.devnull), home)
    assert "index-url" not in said(found.pip_conf)


def test_lists_keep_their_words(home: Path) -> None:
    environment = only(home, PIP_EXTRA_INDEX_URL="https://a.example/s\nhttps://b.example/s")
    found = pip_settings(environment, home)
    assert said(found.pip_conf)["extra-index-url"].split() == ["https://a.example/s", "https://b.example/s"]


def test_places_of_this_machine_are_left_out_and_named(home: Path) -> None:
    environment = only(
        home, PIP_FIND_LINKS="/opt/wheels https://a.example/w", PIP_INDEX_URL="file:///opt/simple"
    )
    found = pip_settings(environment, home)
    assert set(found.left_out) >= {"find-links", "index-url"}
    assert said(found.pip_conf)["find-links"] == "https://a.example/w"
    assert "/opt" not in found.pip_conf


def test_certificates_are_named_by_where_they_are_mounted(home: Path) -> None:
    bundle = home / "ca.pem"
    bundle.write_text(CERTIFICATE)
    found = pip_settings(only(home, SSL_CERT_FILE=str(bundle), PIP_CONFIG_FILE=os.devnull), home)
    assert found.certificates == bundle
    assert said(found.pip_conf)["cert"] == "/run/secrets/ca.pem"
    assert str(bundle) not in found.pip_conf


def test_missing_certificates_are_said(home: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        pip_settings(only(home, PIP_CERT=str(home / "gone.pem")), home)


def test_a_broken_file_is_named_and_not_shown(home: Path) -> None:
    (home / ".config/pip/pip.conf").write_text("index-url = https://u:secret@a.example\n")
    with pytest.raises(UsageError) as caught:
        pip_settings(only(home), home)
    assert "pip.conf" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@given(
    st.text(
        st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=("Zs", "Cc")), max_size=30
    )
)
@settings(max_examples=60, deadline=None)
def test_any_url_is_read_as_it_was_given(text: str) -> None:
    url = f"https://u:p@a.example/{text}"
    environment = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": url}
    assert said(pip_settings(environment, Path("/nowhere")).pip_conf)["index-url"] == url
