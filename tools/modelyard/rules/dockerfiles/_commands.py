"""Commands that bring something into an image, and what proves that it is the right thing."""

from __future__ import annotations

import re

_LOCAL = r"(?:https?://)?(?:localhost|127\.0\.0\.1|\[::1\])"
_END = r"[^;|&\n]"
# What starts a command: the line, or what ends the one before it.
_AT = (
    r"(?:^|[\n;|&({`]|\$\(|\b(?:sudo|then|do|else|exec|time|xargs|env)\s)"
    r"[ \t]*(?:[A-Za-z_]\w*=\S*[ \t]+){0,20}"
)

# Fetches by HTTP; not from the machine itself, and not only asking for help or the version.
_HTTP = (
    rf"(?:curl|wget|aria2c|axel)\s+(?!{_END}*{_LOCAL})"
    rf"(?={_END}*(?:://|\$|\w\.\w))(?!{_END}*--(?:version|help))"
)
_STORES = (
    r"aws\s+s3\s+(?:cp|sync|mv)\s+(?:-\S+\s+)*[\"']?s3://"
    r"|aws\s+s3api\s+get-object\b"
    r"|gsutil\s+(?:-\S+\s+)*(?:cp|rsync)\b"
    r"|gcloud\s+storage\s+(?:cp|rsync)\b"
    r"|az\s+storage\s+blob\s+download|azcopy\s+(?:copy|cp|sync)\b"
    r"|rclone\s+(?:copy|sync)"
    r"|gdown\b|dvc\s+pull\b|git\s+lfs\s+pull\b|ollama\s+pull\b|oras\s+pull\b"
)
_HUBS = (
    r"(?:huggingface-cli|hf)\s+download\b"
    r"|modelscope\s+download\b"
    r"|python3?\s+-m\s+(?:spacy\s+download|nltk\.downloader)\b"
)
_IN_PYTHON = (
    r"snapshot_download\(|hf_hub_download\(|\.from_pretrained\(|SentenceTransformer\(|torch\.hub\."
    r"|urlretrieve\(|urlopen\(|requests\.get\("
)
DOWNLOAD = re.compile(rf"{_AT}(?:{_HTTP}|{_STORES}|{_HUBS})|{_IN_PYTHON}", re.MULTILINE)
GIT_CLONE = re.compile(rf"{_AT}git\s+(?:-\S+\s+)*clone\b", re.MULTILINE)

# Sums and signatures that were compared with something. MD5 and SHA-1 prove nothing: they can be made to fit.
VERIFIED = re.compile(
    r"\bsha(?:256|384|512)sum\b[^;&\n]*\s(?:-[a-z]*c[a-z]*\b|--check\b)"
    r"|\bshasum\b[^;&\n]{0,200}-a\s*(?:256|384|512)\b[^;&\n]{0,200}\s(?:-[a-z]*c[a-z]*\b|--check\b)"
    r"|(?:\$\(|`)[^)`]{0,300}\b(?:sha(?:256|384|512)sum|shasum\s+-a\s*(?:256|384|512))\b"
    r"|\bhashlib\.(?:sha256|sha384|sha512|file_digest)\b"
    r"|\bgpgv?2?\b[^;&|\n]*--verify\b|\bgpgv\s|\bcosign\s+verify|\bminisign\s+-V|\bopenssl\s+dgst\b[^;\n]*-verify"
    r"|\bslsa-verifier\s+verify|\bgh\s+attestation\s+verify"
)
# A full commit: the hash is the content.
COMMIT = re.compile(r"(?<![0-9a-f])[0-9a-f]{40}(?:[0-9a-f]{24})?(?![0-9a-f])")

_INTERPRETER = (
    r"(?:/(?:[\w.-]{1,40}/){0,6})?(?:(?:ba|z|da|k|a|tc|c|fi)?sh|python[\d.]*|perl|ruby|node|php|pwsh|bun|deno)"
    r"\b(?![-.\w/])"
)
# With these it reads data, and its program stands beside.
_PROGRAM = r"(?!\s+-[mc]\s)(?!(?<=perl)\s+-\w*e|(?<=ruby)\s+-\w*e|(?<=node)\s+-\w*[ep])"
_PREFIX = r"(?:sudo\s+(?:-\S+\s+){0,20}|env\s+)?(?:[A-Za-z_]\w*=\S*\s+){0,20}"
_FETCH = r"\b(?:curl|wget)\b"
PIPED = re.compile(
    rf"{_FETCH}(?:[^;&\n]|&(?!&)){{0,1000}}?\|\s*{_PREFIX}{_INTERPRETER}{_PROGRAM}"
    rf"|{_INTERPRETER}\s+(?:-\S+\s+)*<\(\s*{_FETCH}[^)\n]*\)"
    rf"|{_INTERPRETER}\s+(?:-\S+\s+)*[\"']?(?:\$\(|`)\s*{_FETCH}[^)`\n]*[)`]"
    rf"|\b(?:eval|source|\.)\s+(?:[\"']?(?:\$\(|`)|<\()\s*{_FETCH}[^)`\n]*[)`]"
)


def first_line(found: str) -> str:
    """What was found, short enough for a message."""
    line = " ".join(found.split())
    return line if len(line) <= 60 else line[:57] + "..."
