"""Credentials of package and image registries."""

from __future__ import annotations

from modelyard.secrets.shapes.shape import ALNUM, HEX, WORD, Shape

SHAPES = (
    Shape("npm-token", ("npm_", "NPM_"), rf"(?:npm|NPM)_(?=[A-Za-z_]{{0,35}}[0-9]){ALNUM}{{36,40}}"),
    Shape(
        "npm-auth-line",
        (":_authToken",),
        r":_authToken[ \t]{0,3}=[ \t]{0,3}\"?(?P<value>[^\s\"'$]{8,600})",
        wide=True,
    ),
    Shape(
        "npm-auth-line",
        (":_password", ":_auth"),
        r":_(?:auth|password)[ \t]{0,3}=[ \t]{0,3}\"?(?P<value>[^\s\"'$]{6,600})",
        wide=True,
    ),
    Shape("pypi-token", ("pypi-",), rf"pypi-(?:AgE)?{WORD}{{80,1000}}"),
    Shape("rubygems-token", ("rubygems_",), rf"rubygems_{ALNUM}{{46,50}}"),
    Shape("docker-hub-token", ("dckr_pat_", "dckr_oat_"), rf"dckr_[po]at_{WORD}{{26,40}}"),
    Shape("nuget-key", ("oy2",), r"oy2[0-9a-z]{43}"),
    Shape("artifactory-key", ("AKC",), rf"AKC(?=[A-Za-z]{{0,72}}[0-9x]){ALNUM}{{10,90}}", loose=True),
    # Also what the vendor's own documents write for one, with a row of x: nothing else begins like this.
    Shape(
        "artifactory-password",
        ("AP",),
        rf"AP[0-9A-F](?=[0-9A-Za-z]{{0,80}}[a-z])(?=[A-Za-z]{{0,80}}(?:[0-9]|x{{8}})){ALNUM}{{8,90}}",
        loose=True,
    ),
    Shape("artifactory-reference-token", ("cmVmd",), rf"cmVmd{ALNUM}{{50,64}}"),
    Shape(
        "artifactory-api-header",
        ("X-JFrog-Art-Api", "_password=AP", "_password = AP"),
        rf"(?:X-JFrog-Art-Api[\"']?[:=] ?|_password ?= ?)[\"']?(?P<value>{ALNUM}{{10,100}})",
        loose=True,
        wide=True,
    ),
    Shape("clojars-token", ("CLOJARS_", "clojars_"), rf"(?:CLOJARS|clojars)_{ALNUM}{{60,64}}"),
    Shape("crates-token", ("cio",), rf"cio{ALNUM}{{32}}"),
    Shape(
        "packagist-token",
        ("packagist_ort_", "packagist_out_", "packagist_uut_", "packagist_o", "packagist_u"),
        rf"packagist_[ou][ru]t_{ALNUM}{{60,80}}",
    ),
    Shape("conda-token", ("/t/",), r"conda\.anaconda\.org/t/(?P<value>[a-z]{2}-[0-9a-f-]{36})", lead=30),
    Shape(
        "cloudsmith-token", ("dl.cloudsmith.io/",), rf"dl\.cloudsmith\.io/(?P<value>{ALNUM}{{16}})/", lead=0
    ),
    Shape(
        "gemfury-token",
        ("@repo.fury.io", "fm_"),
        rf"(?:https://(?P<value>{ALNUM}{{18,24}})@repo\.fury\.io)",
        lead=40,
    ),
    Shape(
        "dockerconfig-auth",
        ('"auth"', '\\"auth\\"'),
        r"\\?\"auth\\?\"\s{0,3}:\s{0,3}\\?\"(?P<value>[0-9A-Za-z+/]{8,600}={0,2})\\?\"",
        loose=True,
    ),
    Shape(
        "dockerconfig-token",
        ('"identitytoken"', '"registrytoken"'),
        r"\"(?:identity|registry)token\"\s{0,3}:\s{0,3}\"(?P<value>[^\"\s]{16,2000})\"",
    ),
    Shape(
        "quay-robot-token",
        ("quay.io",),
        r"[a-z0-9_]{2,60}\+[a-z0-9_]{2,60}:(?P<value>[0-9A-Z]{64})@quay\.io",
        lead=190,
    ),
    Shape(
        "sidekiq-credential",
        ("contribsys.com",),
        rf"https?://(?P<value>{HEX}{{8}}:{HEX}{{8}})@(?:gems|enterprise)\.contribsys\.com",
        lead=60,
    ),
)
