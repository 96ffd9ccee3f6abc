"""What the name of a value says: that it is a password, a key of some kind, or nothing of the sort."""

from __future__ import annotations

import enum
import functools
import re

from modelyard.secrets.wordlist import word_set


class Meaning(enum.Enum):
    """What a name promises of its value."""

    NOTHING = "nothing"
    PASSWORD = "password"  # noqa: S105 - the word, and no password
    SECRET = "secret"  # noqa: S105
    TOKEN = "token"  # noqa: S105
    API_KEY = "api-key"
    KEY = "key"  # may be the key of a mapping as well as one of a door
    AUTH = "auth"


# In the order in which they are looked for; each on the name in lower case without separators.
_STEMS = (
    (
        (
            "pass_?(?:words?|wd|phrases?|wort|code|wrd)|passw(?![a-z])|pwd|(?<![a-z])psw(?![a-z])|kennwort"
            "|contrasena|motdepasse"
        ),
        Meaning.PASSWORD,
    ),
    (
        (
            "api_?keys?|access_?key|secret_?key|priv(?:ate)?_?key|encrypt(?:ion)?_?key|sign(?:ing"
            "|ature)_?key|master_?key|account_?key"
            "|shared_?key|auth_?key|session_?key|hmac_?key|licen[cs]e_?key|deploy_?key|subscription_?key"
            "|consumer_?key|app(?:lication)?_?key"
            "|server_?key|service_?key|client_?key|storage_?key|integration_?key|ingest(?:ion)?_?key"
            "|insert_?key|write_?key|webhook_?key|root_?key|admin_?key|user_?key|jwt_?key|ssh_?key"
        ),
        Meaning.API_KEY,
    ),
    ("secret|(?<![a-z])salt(?![a-z])|pepper(?![a-z])", Meaning.SECRET),
    ("token|bearer", Meaning.TOKEN),
    ("credential|creds?(?![a-z])", Meaning.SECRET),
    ("key(?![a-z])|keys(?![a-z])", Meaning.KEY),
    ("authorization|auth(?![a-z])", Meaning.AUTH),
)
_SHORT_PASSWORD = re.compile(
    r"(?:^|_)(?:\w{1,10}_)?pass(?:_|$|\d)|(?:db|user|root|admin|my|mysql|ftp|smtp|mail|redis|ssh|sudo"
    r"|login)pass(?:_|$)|(?:^|_)pw(?:_\d*|$)|(?:^|_)mdp(?:_|$)"
)
# Words that stand after the stem and make something else of it.
_AFTER = word_set(
    """
    file files filename path paths dir directory folder name names url urls uri uris endpoint endpoints
    arn arns id ids identifier type types typ length len size count counts policy policies rotation
    rotate expiry ttl expires expire expiration expirationdate age days hours minutes seconds date time
    timestamp created updated version versions format algorithm algo alg alias aliases provider
    providers manager store storage ref refs reference references selector selectors enabled enable
    disabled required requirement requirements prefix suffix header headers field fields param params
    parameter parameters label labels env envvar var variable mount mounts volume volumes location host
    hostname port status state states hint hints placeholder placeholders regex regexp pattern patterns
    validator validation template templates class method function func mode modes scope scopes issuer
    audience limit limits max min budget usage index table column bucket region server service
    servicename email user username users title description desc message messages help reset retry
    retries timeout encoding kind backend engine schema spec property properties resource resources
    group groups role roles rule rules authenticator authority author grant request requests response
    handler controller view page link form input output button icon text strategy strategies source
    target map mapping mappings cache generator factory helper helpers util utils manager client clients
    set changed change confirmation verify verification verifier attempt attempts entropy strength
    complexity history minimum maximum exists present missing management access plugin module package
    script command cmd binding bindings tab passenger passthrough ring pair pairs press pressed board
    boards word words code codes frame frames stone note notes down up left right fingerprint thumbprint
    hash hashes sha sha256 md5 digest checksum derivation stretching usages vault event events ops
    indicator counter per price prices cost costs rate window interval bits material space stats audit
    driver csi operator sync syncer provider class signer attribute attributes selectorlabels items item
    context metadata annotations annotation encode decode split strip startswith endswith replace lower
    upper find match append extend mgr lifetime duration validity period leeway skew cookie domain realm
    """
)
# Words that stand before the stem and make something else of it, for any stem and for keys alone.
_BEFORE = word_set(
    """
    public pub csrf xsrf no disable without max min num forgot forgotten require requires required allow
    show hide validate check is has automount projected external sealed sops pull idempotency checksum
    digest sha256 hash fingerprint
    """
)
_BEFORE_TOKEN = word_set(
    """
    request lock change update subject eos bos pad unk cls sep mask stop special next page previous prev
    continuation pagination sync resume cursor skip number count total n avg mean per image text prompt
    completion input output generated cached reasoning audio video padding unknown begin end start first
    last decoder encoder forced ansi parse parsed syntax lexer
    """
)
_BEFORE_KEY = word_set(
    """
    primary foreign sort partition cache translation translations row rowid rowidkey col column unique
    uniq project bucket hot shortcut object natural sequence schema dict map hash range idx index group
    grouping node tree data item record topic message routing route rout registry config configuration
    label labels annotation selector topology shard i18n l10n locale lang join lookup sha s3 kms cmk
    json yaml xml query search state tag tags sensor event context attribute property field metric
    feature flag arrow enter return escape esc home tab ctrl shift alt f1 s hmap session_state param
    parameter section option setting env environment react component this that crypto_condition answer
    content parent child path resource asset file ssm parameter store dynamodb kv etcd consul redis lock
    mutex semaphore job task queue stream trust known authorized host gpg pgp ed25519 rsa dsa ecdsa
    """
)
_WHOLE_WORDS = re.compile(
    r"tokeni[sz]\w*|detokeni\w*|tokens|secretar(?:y|ies|iat)|passenger\w*|passthrough|passive\w*"
    r"|compass\w*|bypass\w*|passing|passed|passes|passage|passport"
    r"|author(?:s|ed|ing|ity|ities|ship|ized)?|keyboard\w*|keywords?|keyframes?|keynote\w*|keystroke\w*"
    r"|keyspaces?|keystores?|keyrings?|keychain\w*|keycloak"
    r"|monkey\w*|turkey\w*|donkey\w*|hockey|jockey|whiskey|authenti\w*|oauth2?proxy|credits?"
    r"|credentialed|secrets?manager|secrets?store|keyvault|keypress\w*|hotkeys?|keys?et"
)
_SPLIT = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


@functools.lru_cache(maxsize=16384)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: ``dbPasswordFile`` and ``DB_PASSWORD_FILE`` give the same three."""
    return tuple(word.lower() for word in _SPLIT.findall(name))


@functools.lru_cache(maxsize=16384)
def meaning_of(name: str) -> Meaning:
    """What the name of a value promises, judged by its last word that means anything.

    ``secretName``, ``token_url``, ``PASSWORD_FILE`` and ``max_tokens`` name something else than a secret.
    """
    words = [word for word in words_of(name) if not _WHOLE_WORDS.fullmatch(word)]
    if len(words) != len(words_of(name)) and _ends_in_whole_word(name):
        return Meaning.NOTHING
    text = "_".join(words)
    last, meaning = None, Meaning.NOTHING
    for pattern, candidate in _compiled():
        for found in pattern.finditer(text):
            if last is None or found.end() > last.end():
                last, meaning = found, candidate
    if last is None:
        return Meaning.PASSWORD if _SHORT_PASSWORD.search(text) else Meaning.NOTHING
    before = [word for word in text[: last.start()].split("_") if word]
    after = text[last.end() :].split("_")
    if _AFTER.intersection(after[1:]) or after[0] in _AFTER:
        return Meaning.NOTHING
    return Meaning.NOTHING if _denied(meaning, before, text) else meaning


def _denied(meaning: Meaning, before: list[str], text: str) -> bool:
    if _BEFORE.intersection(before[-2:]):
        return True
    if meaning is Meaning.TOKEN:
        return bool(_BEFORE_TOKEN.intersection(before[-2:]))
    return meaning is Meaning.KEY and (text in ("key", "keys") or bool(_BEFORE_KEY.intersection(before)))


def _ends_in_whole_word(name: str) -> bool:
    return _WHOLE_WORDS.fullmatch(words_of(name)[-1]) is not None


@functools.lru_cache(maxsize=1)
def _compiled() -> tuple[tuple[re.Pattern[str], Meaning], ...]:
    return tuple((re.compile(pattern), meaning) for pattern, meaning in _STEMS)
