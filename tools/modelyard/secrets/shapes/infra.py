"""Credentials of secret stores, infrastructure tools, networks and identity providers."""

from __future__ import annotations

from modelyard.secrets.shapes.shape import ALNUM, HEX, WORD, Shape

SHAPES = (
    Shape("vault-token", ("hvs.", "hvb.", "hvr."), rf"hv[sbr]\.{WORD}{{24,400}}"),
    Shape("vault-token", ("s.",), rf"s\.(?=[A-Za-z]{{0,23}}[0-9]){ALNUM}{{24}}"),
    Shape("terraform-token", (".atlasv1.",), r"[0-9A-Za-z]{8,14}\.atlasv1\.[0-9A-Za-z_=-]{60,72}", lead=14),
    Shape("pulumi-token", ("pul-",), rf"pul-{HEX}{{40}}"),
    Shape(
        "doppler-token",
        ("dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."),
        rf"dp\.(?:pt|ct|sa|scim|audit|st(?:\.[a-z0-9_-]{{2,35}})?)\.{ALNUM}{{40,44}}",
    ),
    Shape(
        "onepassword-secret-key",
        ("A3-",),
        r"A3-[0-9A-Z]{6}-(?:[0-9A-Z]{11}|[0-9A-Z]{6}-[0-9A-Z]{5})-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}",
    ),
    Shape("onepassword-service-token", ("ops_eyJ",), r"ops_eyJ[0-9A-Za-z+/]{80,2000}={0,3}"),
    Shape("age-secret-key", ("AGE-SECRET-KEY-1",), r"AGE-SECRET-KEY-1[0-9A-Za-z]{58}"),
    Shape("infracost-key", ("ico-",), rf"ico-{ALNUM}{{32}}"),
    Shape("tailscale-key", ("tskey-",), r"tskey-(?:[a-z]{2,10}-)?[0-9A-Za-z]{8,30}-[0-9A-Za-z]{20,50}"),
    Shape("defined-networking-token", ("dnkey-",), r"dnkey-[0-9A-Za-z=_-]{26}-[0-9A-Za-z=_-]{52}"),
    Shape("openshift-token", ("sha256~",), rf"sha256~{WORD}{{43}}"),
    Shape("okta-token", ("SSWS ",), rf"SSWS (?P<value>00{WORD}{{40}})"),
    Shape("stytch-secret", ("secret-live-", "secret-test-"), r"secret-(?:live|test)-[0-9A-Za-z_=-]{36}"),
    Shape("workos-key", ("sk_",), r"sk_[0-9A-Za-z]{60,80}"),
    Shape(
        "infisical-token",
        ("st.",),
        rf"st\.{HEX}{{8}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{12}}\.{HEX}{{32}}\.{HEX}{{32}}",
    ),
    Shape("akeyless-token", ("p-",), rf"p-[0-9a-z]{{12}}\.{ALNUM}{{20,60}}"),
    Shape(
        "authress-key",
        (".acc_", ".acc-"),
        r"(?:sc|ext|scauth|authress)_[0-9A-Za-z]{5,30}\.[0-9A-Za-z]{4,6}\.acc[_-][0-9A-Za-z-]{10,32}\.[0-9A-Za-z+/_=-]{30,120}",
        lead=48,
    ),
    Shape("ionic-token", ("ion_",), rf"ion_{ALNUM}{{40,44}}"),
    Shape("castai-key", ("castai_v1_",), r"castai_v1_[0-9a-f]{64}_[0-9a-f]{8}"),
    Shape("teleport-token", ("teleport-join-",), rf"teleport-join-{HEX}{{32}}"),
    Shape("docker-swarm-token", ("SWMTKN-1-",), r"SWMTKN-1-[0-9a-z]{50}-[0-9a-z]{25}"),
    Shape("rancher-token", ("token-",), r"token-[0-9a-z]{5}:[0-9a-z]{54}"),
    Shape(
        "k3s-token",
        ("K10",),
        rf"K10{HEX}{{64}}::(?:server|node|\w{{1,30}}):(?P<value>[0-9A-Za-z]{{16,80}})",
        loose=True,
    ),
    Shape(
        "wireguard-key",
        ("PrivateKey", "PresharedKey"),
        r"P(?:rivate|reshared)Key ?= ?(?P<value>[0-9A-Za-z+/]{43}=)",
        wide=True,
    ),
)
