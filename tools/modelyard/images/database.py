"""trivy's vulnerability database: fetched by us, held to its digest, whole, and of a known age.

It is an OCI artifact of one layer, a tar of ``trivy.db`` and ``metadata.json``
(https://github.com/aquasecurity/trivy-db). trivy would fetch it too, but checks no age against a policy.
"""

from __future__ import annotations

import datetime
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelyard.images.bolt import Broken, bucket_names
from modelyard.images.download import download
from modelyard.images.image import shown
from modelyard.load import layout
from modelyard.oci.errors import RegistryError
from modelyard.oci.reference import Reference
from modelyard.write.replace import read_private, replace_private

FOLDER = f"{layout.CACHE}/trivy"
_CURRENT = f"{FOLDER}/current.json"
_SCHEMA = 2
_SKEW = datetime.timedelta(minutes=5)  # by which clocks differ
_KEPT = 2  # another run may be reading the one before
_LARGEST_NOTE = 2**16


class NoDatabase(Exception):
    """Why there is no database to trust. ``rule`` is what the gate calls it."""

    def __init__(self, rule: str, seen: str, hint: str) -> None:
        super().__init__(seen)
        self.rule = rule
        self.seen = seen
        self.hint = hint


@dataclass(frozen=True)
class Database:
    """A folder with ``trivy.db`` and ``metadata.json``; ``digest`` is that of the artifact they came in."""

    folder: Path
    digest: str
    updated: datetime.datetime
    next_update: datetime.datetime
    buckets: frozenset[str]


def database(
    root: Path, source: Reference, now: datetime.datetime, max_days: int, *, cached: bool
) -> Database:
    """The database to use: the one that is there while its next is not due, or else a new one.

    ``now`` is in UTC. Raises NoDatabase: an old one is never used because there is no new one.
    """
    if cached:
        found = _kept(root, source)
        if found is not None and now < found.next_update and not _why_unfit(found, now, max_days):
            return found
    found = _fetched(root, source)
    reason = _why_unfit(found, now, max_days)
    if reason:
        hint = "see why its registry has no newer one; MODELYARD_TRIVY_DB names another one"
        raise NoDatabase("vulnerability-database-stale", f"{source}: {reason}", hint)
    return found


def _why_unfit(found: Database, now: datetime.datetime, max_days: int) -> str:
    when = f"the vulnerability database is of {found.updated:%Y-%m-%d %H:%M} UTC"
    if found.updated > now + _SKEW:
        return f"{when}, which is still to come: its age cannot be judged"
    if now - found.updated > datetime.timedelta(days=max_days):
        return f"{when}, and the policy allows {max_days} days"
    return ""


def _kept(root: Path, source: Reference) -> Database | None:
    """The database of the last run, if it is the very one that was checked then."""
    try:
        said = json.loads(read_private(root, _CURRENT, _LARGEST_NOTE))
        folder = root / FOLDER / str(said["digest"]).removeprefix("sha256:")
        if said["source"] == str(source) and said["files"] == _marks(folder):
            return _read(folder, said["digest"])
    except (OSError, ValueError, KeyError, TypeError, Broken):
        return None  # which costs a download
    return None


def _fetched(root: Path, source: Reference) -> Database:
    """Downloads the database, and keeps it for the next run."""
    store = root / FOLDER
    try:
        store.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix="new-", dir=store))
    except OSError as error:
        hint = "give yourself permission to write there"
        raise NoDatabase("vulnerability-database-missing", f"{FOLDER}: {error.strerror}", hint) from error
    try:
        digest = download(source, new)
        _read(new, digest)
        folder = store / digest.removeprefix("sha256:")
        if folder.exists():  # another run may be reading it: there is the same again at once
            os.replace(folder, new.with_name(f"{new.name}-before"))
        os.replace(new, folder)
        note = {"source": str(source), "digest": digest, "files": _marks(folder)}
        replace_private(root, _CURRENT, json.dumps(note).encode())
        _forget(store, folder)
        return _read(folder, digest)
    except RegistryError as error:
        seen = f"the vulnerability database cannot be fetched: {error}"
        raise NoDatabase("vulnerability-database-missing", seen, error.hint) from error
    except (OSError, ValueError, KeyError, TypeError, Broken) as error:
        seen = f"the vulnerability database of {source} cannot be used: {_why(error)}"
        hint = "run the command again; if it stays, ask the owner of that registry"
        raise NoDatabase("vulnerability-database-unreadable", seen, hint) from error
    finally:
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(new.with_name(f"{new.name}-before"), ignore_errors=True)


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or shown(error) or type(error).__name__


def _forget(store: Path, newest: Path) -> None:
    """Removes databases of before."""
    others = [one for one in store.iterdir() if len(one.name) == 64 and one != newest]
    others.sort(key=lambda one: one.stat().st_mtime_ns, reverse=True)
    for old in others[_KEPT - 1 :]:
        shutil.rmtree(old, ignore_errors=True)


def _read(folder: Path, digest: str) -> Database:
    """The database in a folder. Raises OSError, ValueError, KeyError, TypeError and Broken."""
    said = json.loads((folder / "metadata.json").read_bytes())
    if said["Version"] != _SCHEMA:
        raise ValueError(f"it is of schema {shown(said['Version'])}, and not {_SCHEMA}")
    buckets = bucket_names(folder / "trivy.db")
    # Without them trivy finds nothing in any image, and says so with a straight face.
    if "vulnerability" not in buckets or len(buckets) < 3:
        raise ValueError("it knows of no vulnerability")
    return Database(folder, digest, _instant(said["UpdatedAt"]), _instant(said["NextUpdate"]), buckets)


def _instant(text: Any) -> datetime.datetime:
    found = datetime.datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("its dates name no time zone")
    return found.astimezone(datetime.UTC)


def _marks(folder: Path) -> list[list[int]]:
    """What changes when one of the files does."""
    found = [os.stat(folder / name) for name in ("trivy.db", "metadata.json")]
    return [[one.st_size, one.st_mtime_ns, one.st_ino] for one in found]
