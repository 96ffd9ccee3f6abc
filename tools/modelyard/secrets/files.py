"""Credentials in any file of a repository, as text or as whatever it is."""

from __future__ import annotations

import codecs
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from modelyard.detections import Detection, Level, RuleInfo
from modelyard.findings import Location
from modelyard.secrets.detect import detect, detect_tokens
from modelyard.secrets.hit import Hit
from modelyard.subjects.kinds import place_of_path

LARGEST = 10_000_000  # bytes; a file of configuration is a thousandth of it
_HEAD = 8192
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What a media file begins with: one that is called like a picture and is none is looked at.
_MEDIA = {
    "png": b"\x89PNG", "jpg": b"\xff\xd8", "jpeg": b"\xff\xd8", "gif": b"GIF8", "webp": b"RIFF",
    "wav": b"RIFF", "mp4": b"\x00\x00\x00", "woff2": b"wOF2", "woff": b"wOFF", "mp3": b"ID3", "ogg": b"OggS",
}  # fmt: skip
_PRINTABLE = bytes(byte if byte in (9, 10, 13) or 32 <= byte < 127 else 32 for byte in range(256))

SECRET_IN_FILE = RuleInfo(
    id="secret-in-file",
    tool="modelyard",
    level=Level.CRITICAL,
    summary="A file of the repository holds a credential.",
    why="Whoever may read the repository has it, and it stays in Git's history when the file is changed.",
    fix=(
        "Revoke it first, for it is in Git's history now; keep the new one in a secret store and refer to it."
    ),
)
FILE_TOO_LARGE = RuleInfo(
    id="file-too-large",
    tool="modelyard",
    level=Level.HIGH,
    summary="A file is too large to be looked through for credentials.",
    why="What nobody looked at is not known to be clean.",
    fix="Keep large files out of Git, or cut this one into pieces of less than 10 MB.",
)


def detections_of_file(path: str, data: bytes) -> list[Detection]:
    """Each credential in a file, in order. ``path`` is relative to the repository; its name says what it is.

    Text in UTF-8, in UTF-16 and UTF-32 with a mark or by the look of it, and in anything else byte by byte;
    in what is no text at all, what stands in it in plain ASCII.
    """
    if len(data) > LARGEST:
        if _is_media(path, data):
            return []
        message = (
            f"{len(data) / 1e6:.0f} MB are more than the {LARGEST // 1_000_000} MB that are looked through"
        )
        return [_detection(FILE_TOO_LARGE, Location(path), message, "")]
    text, is_text = text_of(data)
    hits = list(detect(text, name=path)) if is_text else list(detect_tokens(text))
    if not hits:
        return []
    breaks = [at for at, character in enumerate(text) if character == "\n"]
    return [
        _detection(SECRET_IN_FILE, _location(path, text, hit, breaks), _message(hit), hit.fingerprint)
        for hit in hits
    ]


def text_of(data: bytes) -> tuple[str, bool]:
    """The text of a file, and whether it is text; of what is none, its ASCII with blanks for the rest."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), True
    head = data[:_HEAD]
    if b"\0" in head:
        wide = _wide(head)
        if wide:
            return data.decode(wide, "replace"), True
        return data.translate(_PRINTABLE).decode("ascii"), False
    try:
        return data.decode("utf-8"), True
    except UnicodeDecodeError:
        return data.decode("latin-1"), True


def _wide(head: bytes) -> str:
    """The encoding of UTF-16 without a mark: every other byte of western text is zero."""
    half = len(head) // 2
    if half >= 4 and head[1::2].count(0) > half * 0.7 and head[::2].count(0) < half * 0.1:
        return "utf-16-le"
    if half >= 4 and head[::2].count(0) > half * 0.7 and head[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return ""


def _is_media(path: str, data: bytes) -> bool:
    start = _MEDIA.get(path.rpartition(".")[2].lower())
    return start is not None and data.startswith(start)


def _location(path: str, text: str, hit: Hit, breaks: list[int]) -> Location:
    line = bisect_right(breaks, hit.start - 1) if hit.start else 0
    begin = breaks[line - 1] + 1 if line else 0
    end = breaks[line] if line < len(breaks) else len(text)
    return Location(path, line + 1, hit.start - begin + 1, max(1, min(hit.end, end) - hit.start))


def _message(hit: Hit) -> str:
    return f"this looks like a credential: {hit.kind} {hit.hint}"


def _detection(rule: RuleInfo, where: Location, message: str, evidence: str) -> Detection:
    return Detection(
        rule=rule.id,
        tool=rule.tool,
        level=rule.level,
        location=where,
        message=message,
        hint=rule.fix,
        evidence=evidence,
        model=place_of_path(where.path).model,
    )


def without_doubles(detections: Iterable[Detection]) -> Iterator[Detection]:
    """The detections without those of secrets that a rule which knows the place has told of already.

    What the text of a file says is left out where a rule found the same secret in the same file, and what
    gitleaks says where either did; evidence of all three is the secret's fingerprint. Order is kept.
    """
    kept = list(detections)
    structured = {_secret(one) for one in kept if _rank(one) == 2}
    textual = {_secret(one) for one in kept if _rank(one) == 1}
    lines = {(one.location.path, one.location.line) for one in kept if _rank(one)}
    for one in kept:
        if _rank(one) == 1 and _secret(one) in structured:
            continue
        if one.tool == "gitleaks":
            same = _secret(one) in structured or _secret(one) in textual
            if same or (one.location.path, one.location.line) in lines:
                continue
        yield one


def _secret(one: Detection) -> tuple[str, str]:
    return one.location.path, one.evidence


def _rank(one: Detection) -> int:
    """Two for a rule that knows the place, one for the text of a file, none for anything else."""
    if one.tool != SECRET_IN_FILE.tool or not one.rule.startswith("secret-in-"):
        return 0
    return 1 if one.rule == SECRET_IN_FILE.id else 2
