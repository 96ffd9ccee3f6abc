"""What a value is by itself: a reference to a secret, a placeholder, a digest, a name, or random text."""

from __future__ import annotations

import math
import re
from collections import Counter

from modelyard.secrets.wordlist import word_set

# Something else is put there before anybody uses it: shell, Compose, Helm, GitHub, Jinja, CMake, printf ...
_TEMPLATE = re.compile(
    r"\$\{\{[^\n]{0,200}?\}\}|\{\{[^{}\n]{0,200}\}\}|\{%[^\n]{0,200}?%\}|<%[^\n]{0,200}?%>"
    r"|\$\{[A-Za-z0-9_.:!# /|?@,'\"*~\[\]^$=-]{1,120}\}|\$\([^\n]{1,200}\)|%\([A-Za-z0-9_.]{1,60}\)s?"
    r"|#\{[^\n}]{1,120}\}"
    r"|(?<![{$])\{[A-Za-z_][\w.\[\]'\"]{0,60}\}(?!\})|\$\[[^\n\]]{1,120}\]|%[A-Za-z_][A-Za-z0-9_]{1,60}%"
    r"|%env\([^)\n]{1,60}\)%"
)
_WHOLE_REFERENCE = re.compile(
    r"\$\$?[A-Za-z_@(][A-Za-z0-9_.:@]{0,80}\)?|\$[0-9*@#]|<[^<>\n]{0,200}>|\[[^\[\]\n]{0,120}\]"
    r"|\{[^{}\n]{0,120}\}"
    r"|@[A-Za-z_.]{1,80}@|@@[^\n]{1,80}@@|__[A-Za-z0-9_]{1,80}__|\(\([^()\n]{1,120}\)\)|%[a-zA-Z]|\?"
    r"|\*[A-Za-z_][\w-]{0,60}"
    r"|`[^`\n]{0,120}`"
)
_REFERENCE_START = re.compile(
    r"(?i)arn:aws|vault:|secret://|secrets?manager|op://|ssm:|ssm-secure:|file:|env[:.(]|env\.|enc\["
    r"|\{cipher\}|encrypted:|ref\+|awssm|gcpsm|azkv"
    r"|sm://|kms:|keyvault|@microsoft\.keyvault|projects/[\w-]+/secrets/|!(?:ref|sub|getatt|importvalue"
    r"|vault|secret|join|if|select|env)\b"
    r"|fn::|resolve:|\{\{resolve:|\$__|ref:|valuefrom|secretkeyref|process\.env|os\.(?:environ|getenv)"
    r"|getenv\(|system\.getenv|"
    r"lookup\(|var\.|local\.|data\.|module\.|each\.|self\.|this\.|secrets\.|params\.|config\.|settings\."
    r"|args\.|opts\.|options\.|request\."
)
_PLACEHOLDER = re.compile(
    r"(?i)x{4,}|\*{3,}|\.{3,}|…|•{2,}|_{4,}|-{6,}|#{4,}|redacted|placeholder|changeme|change[_-]me"
    r"|change[_-]?this|changeit|replace[_-]?(?:me|with|this)"
    r"|fixme|your[_ -]|<your|insert[_ -]|put[_ -]your|enter[_ -]|todo|tbd\b|dummy|fake|example|sample"
    r"|masked|hidden|censored|removed|not[_-]?(?:a|the|real|set|used)[_-]"
    r"|goes[_ -]?here|somevalue|some[_-](?:secret|token|password|value)|my[_-](?:secret|token|api"
    r"|password)[_-]?\w{0,10}$|undefined|foobar|lorem|0{10,}|1234567890(?:abc|1234)|abcdefghij|deadbeef"
    r"|0-9a-[fz]|a-[fz]0-9|A-Za-z|a-zA-Z"
)
_MASK = re.compile(r"(?i)x{6,}|\*{3,}|0{10,}|example|placeholder|redacted|your[_-]|changeme|<|>")
_EMPTY_WORDS = word_set(
    """
    true false null none nil undefined yes no on off enabled disabled empty default optional required
    string str text int integer number bool boolean object array list map any bytes secret password
    passwd token key value unset not-set notset n/a na tbd todo auto random generated generate hidden
    masked plain basic bearer oauth oauth2 jwt digest kerberos ldap saml oidc env file stdin prompt
    inherit ignore always never manual public private internal external username user login name type id
    query header cookie body form path url uri hash sha1 sha256 sha512 md5 bcrypt scram-sha-256
    plaintext encrypted api-key apikey api_key access_token refresh_token id_token client_secret
    passphrase credentials secretstring opaque certificate write read read-only readonly all self this
    it is the a an of and or in to for from with vault kms aws gcp azure github gitlab google local
    session request response input output data info field param parameter config files compat db nis sss
    systemd configuration setting settings option options invalid missing wrong expired valid
    """
)
_DIGEST = re.compile(
    r"(?i)(?:sha(?:1|224|256|384|512)|md5|blake[23]b?|h1|z?Qm|bafy)[:=_-][0-9A-Za-z+/=_-]{16,}|sha(?:256"
    r"|384|512)-[0-9A-Za-z+/=]{40,}"
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HEX = re.compile(r"(?:0x)?[0-9a-fA-F]{16,}")
_NUMBER = re.compile(r"[+-]?[0-9][0-9_.,:/ -]*[a-zA-Z%]{0,3}")
_PATH = re.compile(
    r"(?:[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s@]*|~?\.{0,2}/[\w./{}$*-]*|[A-Z]:\\[^\n]*"
    r"|[\w.-]+(?:/[\w.-]+){2,}|\w[\w-]*(?:\.\w[\w-]*)*\.(?:pem|key|crt|cer|json|ya?ml|txt|env|p12|pfx"
    r"|jks|keystore|toml|ini|conf|cfg|py|go|js|ts|sh|java|xml|properties|local|com|net|org|io|dev))"
)
_CODE = re.compile(
    r"[A-Za-z_$][\w$]*(?:(?:\.|->|::|\?\.)[A-Za-z_$][\w$]*)*(?:\([^\n]*|\[[^\n]*\]?.*)"
    r"|[A-Za-z_]\w*(?:(?:\.|->|::)[A-Za-z_]\w*)+;?"
)
_VOWELLESS = word_set(
    """
    src cfg tls ssl http https ctrl pwd tmp sql html xml css prd stg mgmt svc grpc tcp udp dns cdn vpc
    kms jwt ssh npm tgt dst str mtls nlp llm gpt mlp pdf png jpg csv txt log lng std rsc crt pvc pvt crd
    hpa rbac cmd ctl ftp smtp mysql jjwt nfs ntp rds sqs sns ecs ecr eks gcp gke rpc xgb cfn hmr mnt lts dbs
    fmt pkg sdk tls1 ttl psk
    """
)
_TOKEN = re.compile(r"[\w+/=.~:!@#$%^&*|-]+")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# What generators of manifests put behind a name, to make it one of many.
_SHORT_HASH = re.compile(r"[0-9a-f]{6,10}")
_SEPARATOR = re.compile(r"[\s_./:,+&@|=~+-]+")


def entropy(value: str) -> float:
    """Shannon entropy of the characters, in bits for each."""
    size = len(value)
    return -sum(n / size * math.log2(n / size) for n in Counter(value).values()) if size else 0.0


def is_empty_word(value: str) -> bool:
    """Whether the value is a word that is written where nothing is meant: ``none``, ``true``."""
    return value.strip().lower() in _EMPTY_WORDS


def is_reference(value: str) -> bool:
    """Whether the value stands for another one that is kept elsewhere: a variable, a template, an ARN."""
    text = value.strip()
    if _TEMPLATE.search(text) or _WHOLE_REFERENCE.fullmatch(text):
        return True
    return _REFERENCE_START.match(text) is not None


def is_placeholder(value: str) -> bool:
    """Whether the value says that somebody has to put one there, or is nothing at all."""
    text = value.strip().strip("\"'`")
    if is_empty_word(text) or not any(map(str.isalnum, text)):
        return True
    return is_stand_in(text) or is_monotonous(text)


def is_stand_in(text: str) -> bool:
    """Whether the value has a word in it that says so: ``changeme``, ``your-token``, ``xxxx``."""
    return _PLACEHOLDER.search(text) is not None


def is_masked(value: str) -> bool:
    """Whether the value is a mask or an example, however well it fits a vendor's format."""
    return _MASK.search(value) is not None or len(set(value)) == 1


def is_monotonous(text: str) -> bool:
    """Whether the value repeats so few characters that nobody made it to be secret."""
    if len(set(text)) <= max(1, min(3, len(text) // 6)):
        return True
    return len(text) >= 8 and (Counter(text).most_common(1)[0][1] * 2 > len(text) or _is_periodic(text))


def _is_periodic(text: str) -> bool:
    plain = "".join(filter(str.isalnum, text.lower()))
    size = len(plain)
    return any(
        plain == (plain[:unit] * (size // unit + 1))[:size] for unit in range(1, min(16, size // 3) + 1)
    )


def is_digest(value: str) -> bool:
    """Whether the value says itself that it is a checksum."""
    return _DIGEST.fullmatch(value) is not None


def is_place(value: str) -> bool:
    """Whether the value is a path, a file name, a host or a URL."""
    return _PATH.fullmatch(value) is not None


def is_number(value: str) -> bool:
    """Whether the value is a number, a date, a duration or a version."""
    return _NUMBER.fullmatch(value) is not None


def is_code(value: str) -> bool:
    """Whether the value is an expression of a programming language: a call, an index, an attribute."""
    return _CODE.fullmatch(value) is not None


def is_name(value: str) -> bool:
    """Whether the value is made of words and short numbers, as names of things are.

    ``cmp2-qat-1208358310``, ``DOC_Vector_5_32`` and ``my-tls-secret`` are; what comes out of a random
    generator has letters and digits mixed in more ways than one.
    """
    parts = [part for part in _SEPARATOR.split(value.strip("\"'!?,#")) if part]
    if len(parts) > 1 and _SHORT_HASH.fullmatch(parts[-1]):
        parts.pop()
    return all(_is_word(part) for part in parts)


def _is_word(part: str) -> bool:
    pieces = _PART.findall(part)
    if sum(map(len, pieces)) != len(part):
        return False
    if part.isdigit():
        return len(part) <= 12
    digits = [piece for piece in pieces if piece[0].isdigit()]
    letters = [piece for piece in pieces if not piece[0].isdigit()]
    if len(digits) > 1 or any(len(piece) > 5 for piece in digits):
        return False
    # Words are longer than two letters on the average, the more so beside a number, and have vowels.
    return len(letters) <= max(1, len(part) // (4 if digits else 3)) and all(
        _pronounceable(piece) for piece in letters
    )


def _pronounceable(piece: str) -> bool:
    if len(piece) <= 3 or (piece.isupper() and len(piece) <= 5) or piece.lower() in _VOWELLESS:
        return True
    if len(piece) <= 5:
        return any(letter in "aeiouyAEIOUY" for letter in piece)
    vowels = sum(letter in "aeiouyAEIOUY" for letter in piece)
    return 0.15 <= vowels / len(piece) <= 0.8 and len(set(piece.lower())) >= 3


def is_random(value: str) -> bool:
    """Whether the value looks as if a generator had made it: a token, a key, a hash."""
    if len(value) < 12 or not _TOKEN.fullmatch(value):
        return False
    if _UUID.fullmatch(value):
        return True
    if _HEX.fullmatch(value):
        return len(set(value.lower())) >= 6 and not value.isdigit() and entropy(value) >= 2.6
    if is_name(value) or is_number(value):
        return False
    return entropy(value) >= (3.0 if len(value) < 20 else 3.3)


def is_variable(value: str) -> bool:
    """Whether the value is a reference, or has one in it, or looks like the beginning of one."""
    if is_reference(value) or "${" in value or "{{" in value:
        return True
    return value.startswith(("$", "{", "%", "<", "[", ":")) and not is_random(value)
