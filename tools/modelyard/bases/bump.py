"""Which new digests may be taken, and the catalogue with them in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from modelyard.bases.catalogue import CatalogueFile, Entry, parse
from modelyard.bases.check import Clock, failed, short
from modelyard.bases.dates import day
from modelyard.bases.edit import Editor, NotEditable
from modelyard.bases.look import Look
from modelyard.bases.survey import Survey
from modelyard.findings import Finding
from modelyard.oci.errors import NotFound, RegistryError

_FACTS = ("digest", "architectures", "created")


@dataclass(frozen=True)
class Bump:
    """What one entry shall say. ``look`` is the registry's word for it."""

    entry: Entry
    look: Look

    @property
    def digest_changes(self) -> bool:
        return self.look.digest != self.entry.image.digest

    @property
    def created_changes(self) -> bool:
        """A date that nobody states takes the place of a known one only with the digest it belonged to."""
        said = self.look.created.date
        return said != self.entry.image.created and (self.digest_changes or said != "unknown")

    @property
    def more(self) -> tuple[str, ...]:
        """Processors that the entry does not have yet."""
        return tuple(one for one in self.look.architectures if one not in self.entry.image.architectures)

    @property
    def changes(self) -> bool:
        return self.digest_changes or self.created_changes or bool(self.more)

    @property
    def sources(self) -> dict[str, str]:
        """Where each changed fact was seen. The same answer of the registry gives the same text."""
        reference, image = self.entry.reference, self.entry.image
        told = f"registry {reference.host}"
        found = {}
        if self.digest_changes:
            found["digest"] = f"{told}, tag {image.tag} of {reference.path} ({self.look.kind})"
        if self.digest_changes or self.more:
            found["architectures"] = f"{told}, platforms of {self.look.digest}"
        if self.digest_changes or self.created_changes:
            found["created"] = self.look.created.source or f"{told} states none for {self.look.digest}"
        return found


def decide(survey: Survey, clock: Clock) -> Bump | Finding | None:
    """What to take over of an entry, None where it is up to date, a Finding where that must not be."""
    entry, current = survey.entry, survey.current
    if isinstance(current, RegistryError):
        where = entry.at("digest" if survey.tag == entry.image.digest else "tag")
        if isinstance(current, NotFound) and current is survey.tag:
            message = f"{entry.key}: {entry.image.repository} no longer has the tag {entry.image.tag}"
            return Finding("base-tag-gone", where, message, "choose another tag")
        return failed(entry, where, current)
    bump = Bump(entry, current)
    if not bump.changes:
        return None
    why = _objection(survey, current, clock)
    if why is None:
        return bump
    message = f"{entry.key}: {short(current.digest)} is not taken over: {why}"
    hint = "find out why; to take it all the same, edit the entry by hand, in a pull request of its own"
    return Finding("base-bump-refused", entry.at("tag"), message, hint)


def _objection(survey: Survey, new: Look, clock: Clock) -> str | None:
    """Why a new digest must not be taken by a machine."""
    image = survey.entry.image
    lost = sorted(set(image.architectures) - set(new.architectures))
    if lost:
        return f"it does not exist for {', '.join(lost)}"
    if new.created.moment is not None and clock.ahead(new.created.moment):
        return f"it says to be made {new.created.date}, which is not yet"
    if not survey.moved:
        return None
    old = survey.pinned.created.moment if isinstance(survey.pinned, Look) else None
    recorded = old.date() if old is not None else day(image.created)
    if recorded is None:
        return None
    if new.created.moment is None:
        return f"nothing says when it was made, and the recorded digest is of {recorded.isoformat()}"
    rolled_back = new.created.moment < old if old is not None else new.created.moment.date() < recorded
    if rolled_back:
        return f"it was made {new.created.date}, before the recorded digest ({recorded.isoformat()})"
    return None


def rewritten(file: CatalogueFile, bumps: Sequence[Bump]) -> tuple[bytes, list[Bump], list[Finding]]:
    """The file with as many of the bumps as its layout allows, those bumps, and a finding for each other."""
    data, done, findings = file.data, [], []
    for bump in bumps:
        current = parse(data)
        (entry,) = (one for one in current.entries if one.key == bump.entry.key)
        try:
            data = _with(current, replace(bump, entry=entry))
            done.append(bump)
        except NotEditable as error:
            hint = f"write {bump.look.digest} yourself, or give the entry the layout of the others"
            message = f"{entry.key}: the entry cannot be changed in place: {error}"
            findings.append(Finding("base-not-editable", entry.at("digest"), message, hint))
    return data, done, findings


def _with(file: CatalogueFile, bump: Bump) -> bytes:
    """The file with one bump. Raises NotEditable."""
    editor, node = Editor(file.data), bump.entry.node
    if bump.digest_changes:
        editor.replace(node.get("digest"), bump.look.digest)
    if bump.more:
        editor.extend(node.get("architectures"), bump.more)
    if bump.created_changes:
        editor.put(node, "created", bump.look.created.date, ("python", "architectures", "digest"))
    if "sources" in node.entries:
        for number, (fact, text) in enumerate(bump.sources.items()):
            editor.put(node.get("sources"), fact, text, _FACTS[:number][::-1])
    else:
        editor.add_mapping(node, "sources", bump.sources)
    data = editor.result()
    _verify(file, bump, data)
    return data


def _verify(file: CatalogueFile, bump: Bump, data: bytes) -> None:
    """The new bytes must say what the old ones said, but for what was meant."""
    after = parse(data)
    if file.tree is None or after.tree is None or after.findings:
        raise NotEditable("the result would not be valid")
    expected = file.tree.plain()
    images = expected["images"] if isinstance(expected, dict) else {}
    entry = images[bump.entry.key]
    entry["digest"] = bump.look.digest
    entry["architectures"] = [*entry["architectures"], *bump.more]
    if bump.created_changes:
        entry["created"] = bump.look.created.date
    entry["sources"] = {**entry.get("sources", {}), **bump.sources}
    if after.tree.plain() != expected:
        raise NotEditable("the result would say something else than was meant")
