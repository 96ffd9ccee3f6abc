"""Writing a waiver: bound to what is there, beside what was written before, or not at all."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from modelyard.cli import main
from modelyard.detections import Detection, Level
from modelyard.errors import UsageError
from modelyard.findings import Location
from modelyard.gate import waive
from tests.gate.looking import NOW, POLICY, WAIVERS, edit, gate, put
from tests.gate.test_bad_files import PRIVILEGED

REASON = "Nothing listens there: it is a case."
WORDS = ("--owner", "risk-ml", "--ticket", "SEC-1", "--reason", REASON, "--quick", "--now", NOW)
HEAD = "apiVersion: modelyard.dev/v1\nkind: Waivers\n"


@pytest.fixture
def pod(repo: Path) -> Path:
    put(repo, "deploy/pod.yaml", PRIVILEGED)
    return repo


def ids(root: Path) -> list[str]:
    return sorted({one.fingerprint for one in gate(root).blocking()})


def call(root: Path, name: str, *more: str) -> int:
    return main(["waive", name, *WORDS, "--root", str(root), *more])


def content(root: Path) -> str | None:
    path = root / WAIVERS
    return path.read_text() if path.exists() else None


@pytest.mark.parametrize(
    "before",
    [
        None,
        f"{HEAD}waivers: []\n",
        f"# first\n{HEAD}waivers: []  # none yet\n# last\n",
        f"{HEAD}waivers: [ ]",
        f"{HEAD}waivers:\n  []\n",
        f"waivers: []\n{HEAD}",
        f"{HEAD.replace(chr(10), chr(13) + chr(10))}waivers: []\r\n",
        f"---\n{HEAD}waivers: []\n",
    ],
)
def test_one_after_the_other_can_be_waived(pod: Path, before: str | None) -> None:
    if before is not None:
        (pod / "policy").mkdir(exist_ok=True)
        (pod / WAIVERS).write_bytes(before.encode())
    names = ids(pod)
    for done in range(3):
        assert ids(pod) == names[done:]
        assert call(pod, names[done]) == 0
    assert ids(pod) == names[3:]
    for comment in ("# first", "# none yet", "# last"):
        if comment in (before or ""):
            assert comment in (content(pod) or "")


def test_comments_and_order_are_kept(pod: Path) -> None:
    first, second, *_ = ids(pod)
    put(pod, WAIVERS, f"# top\n{HEAD}# before the list\nwaivers: []\n")
    assert call(pod, first) == 0
    edit(
        pod / WAIVERS,
        lambda text: text.replace("ticket: SEC-1", "ticket: SEC-1  # beside") + "# at the end\n",
    )
    before = content(pod)
    assert before is not None
    assert call(pod, second) == 0
    after = content(pod)
    assert after is not None
    assert after.startswith(before)
    assert [
        line.split(": ")[1].strip('"') for line in after.splitlines() if line.startswith("- fingerprint")
    ] == [first, second]


def test_a_list_that_is_indented(pod: Path) -> None:
    first, second, *_ = ids(pod)
    assert call(pod, first) == 0
    text = content(pod)
    assert text is not None
    head, _, items = text.partition("waivers:\n")
    put(pod, WAIVERS, f"{head}waivers:\n" + "".join(f"  {line}\n" for line in items.splitlines()))
    before = content(pod)
    if call(pod, second) == 0:
        assert {first, second}.isdisjoint(ids(pod))
    else:  # it may say that it cannot, and then nothing is changed
        assert content(pod) == before


def test_the_beginning_of_an_id_is_enough(pod: Path) -> None:
    name = ids(pod)[0]
    length = next(n for n in range(1, 17) if sum(one.startswith(name[:n]) for one in ids(pod)) == 1)
    assert call(pod, name[:length]) == 0
    assert name not in ids(pod)


def test_two_ids_with_one_beginning_are_a_mistake() -> None:
    where = Location("a.yaml")
    found = [Detection("r", "modelyard", Level.HIGH, where, "m", evidence=str(n)) for n in range(40)]
    with pytest.raises(UsageError, match="the beginning of"):
        waive.find(found, "")
    one = found[0]
    assert waive.find([one, one], one.fingerprint) is one
    with pytest.raises(UsageError, match="waived already: T-1"):
        waive.find([one.waived("T-1")], one.fingerprint)
    with pytest.raises(UsageError, match="finds nothing"):
        waive.find(found, "zz")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--owner", "Risk ML"), "Risk ML"),
        (("--owner", "nobody-known"), "CODEOWNERS"),
        (("--reason", "short"), "reason"),
        (("--reason", "x" * 501), "reason"),
        (("--reason", "two lines are\nnot one sentence"), "reason"),
        (("--ticket", ""), "ticket"),
        (("--ticket", "has blanks"), "ticket"),
        (("--days", "-1"), "--days"),
        (("--days", "91"), "2027-02-20"),
        (("--days", "99999999999"), "--days"),
        (("--expires", "2026-11-21"), "between today and"),
        (("--expires", "2027-02-21"), "between today and"),
        (("--expires", "2026-02-30"), "--expires"),
        (("--expires", "soon"), "--expires"),
    ],
)
def test_what_would_be_refused_is_never_written(
    pod: Path, more: tuple[str, str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(pod, ids(pod)[0], *more) == 2
    assert said in capsys.readouterr().err
    assert content(pod) is None


def test_what_was_not_looked_at_is_refused(pod: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(pod, "deploy/pod.yaml", "kind: [\n")
    names = ids(pod)
    assert names
    assert all(call(pod, name) == 2 for name in names)
    assert "cannot be waived" in capsys.readouterr().err
    assert content(pod) is None


@pytest.mark.parametrize("name", ["", "f" * 16, "../../etc", "ABCDEF", "\n"])
def test_an_id_that_is_none_is_a_mistake(pod: Path, name: str) -> None:
    assert call(pod, name) == 2
    assert content(pod) is None


@pytest.mark.parametrize(
    "before",
    [
        b"\xff\xfe",
        b"waivers: [\n",
        b"[]\n",
        f"{HEAD}waivers: {{}}\n".encode(),
        f"{HEAD}".encode(),
        b"",
        b"kind: Waivers\n",
    ],
)
def test_a_file_that_is_broken_is_left_as_it_is(pod: Path, before: bytes) -> None:
    put(pod, WAIVERS, before)
    name = next(one.fingerprint for one in gate(pod).blocking() if one.location.path == "deploy/pod.yaml")
    assert call(pod, name) in (2, 0)
    after = (pod / WAIVERS).read_bytes()
    assert after == before or name not in ids(pod)


def test_a_file_that_is_a_link_is_left_as_it_is(pod: Path, tmp_path: Path) -> None:
    outside = put(tmp_path, "outside.yaml", f"{HEAD}waivers: []\n")
    (pod / WAIVERS).symlink_to(outside)
    name = next(one.fingerprint for one in gate(pod).blocking() if one.location.path == "deploy/pod.yaml")
    assert call(pod, name) == 2
    assert outside.read_text() == f"{HEAD}waivers: []\n"


def test_another_mistake_in_the_policy_is_in_nobodys_way(pod: Path) -> None:
    name = next(one.fingerprint for one in gate(pod).blocking() if one.location.path == "deploy/pod.yaml")
    edit(pod / POLICY, lambda text: text.replace("  dev:", "  dve:"))
    assert call(pod, name) == 0
    assert name not in ids(pod)


def test_without_a_policy_nothing_is_written(pod: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = ids(pod)[0]
    (pod / POLICY).unlink()
    assert call(pod, name) == 2
    assert POLICY in capsys.readouterr().err
    assert content(pod) is None


def test_one_that_expired_is_to_be_renewed_where_it_stands(
    pod: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = ids(pod)[0]
    assert call(pod, name, "--days", "0") == 0
    assert name not in ids(pod)
    before = content(pod)
    assert call(pod, name, "--now", "2026-11-25") == 2
    assert f"{WAIVERS}:" in capsys.readouterr().err
    assert content(pod) == before


def test_a_waiver_binds_what_the_detection_is(pod: Path) -> None:
    for name in ids(pod):
        one = next(one for one in gate(pod).blocking() if one.fingerprint == name)
        made = waive.entry(one, "risk-ml", REASON, "SEC-1", datetime.date(2026, 12, 1))
        assert made["fingerprint"] == name
        assert made["file"] == one.location.path
        assert made.get("resource", "") == one.resource
        assert made.get("evidence", "") == one.evidence


def test_hostile_texts_stay_texts(pod: Path) -> None:
    """Whatever stands in a reason or a ticket is one value of one entry."""
    name = ids(pod)[0]
    reason = "x\": y, z: [*a, &b] # no comment! {{ }} 'quoted' %TAG"
    assert call(pod, name, "--reason", reason, "--ticket", "https://t.example.org/a?b=c#d") == 0
    assert name not in ids(pod)
