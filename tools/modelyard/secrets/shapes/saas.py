"""Credentials of other services."""

from __future__ import annotations

from modelyard.secrets.shapes.shape import ALNUM, HEX, WORD, Shape

SHAPES = (
    Shape(
        "atlassian-token",
        ("ATATT3", "ATSTT3", "ATACT3", "ATCTT3", "ATMTT3"),
        r"AT(?:AT|ST|AC|CT|MT)T3[0-9A-Za-z_=-]{60,240}",
    ),
    Shape("asana-token", ("0/", "1/", "2/"), rf"[012]/[0-9]{{14,18}}(?:/[0-9]{{14,18}})?:{ALNUM}{{32,40}}"),
    Shape("linear-key", ("lin_api_", "lin_oauth_", "lin_wh_"), rf"lin_(?:api|oauth|wh)_{ALNUM}{{36,70}}"),
    Shape("notion-token", ("ntn_", "secret_"), rf"(?:ntn_[0-9]{{11}}{ALNUM}{{35}}|secret_{ALNUM}{{43}})"),
    Shape("airtable-token", ("pat",), rf"pat{ALNUM}{{14}}\.{HEX}{{64}}"),
    Shape("figma-token", ("figd_", "figo_", "figoh_", "figor_"), rf"fig(?:d|o|oh|or)_{WORD}{{38,60}}"),
    Shape("typeform-token", ("tfp_",), r"tfp_[0-9A-Za-z_.=-]{40,60}"),
    Shape("mapbox-token", ("sk.", "pk.", "tk."), r"[spt]k\.[0-9A-Za-z]{60,120}\.[0-9A-Za-z_-]{20,40}"),
    Shape("mapbox-secret-token", ("sk.ey",), r"sk\.ey[0-9A-Za-z_-]{60,140}"),
    Shape("adobe-secret", ("p8e-", "p8-"), rf"p8e?-{ALNUM}{{32}}"),
    Shape("frameio-token", ("fio-u-",), r"fio-u-[0-9A-Za-z_=-]{60,80}"),
    Shape("adafruit-key", ("aio_",), rf"aio_{ALNUM}{{28}}"),
    Shape("akamai-token", ("akab-",), rf"akab-{ALNUM}{{16}}-{ALNUM}{{16}}"),
    Shape("clickup-token", ("pk_",), r"pk_[0-9]{6,10}_[0-9A-Z]{32}"),
    Shape("trello-token", ("ATTA",), rf"ATTA{HEX}{{64,76}}"),
    Shape("canva-secret", ("cnvca",), rf"cnvca{WORD}{{40,60}}"),
    Shape("webflow-token", ("ws-",), rf"ws-{HEX}{{64}}"),
    Shape("contentstack-token", ("blt",), rf"blt{HEX}{{16}}"),
    Shape("sanity-token", ("sk",), rf"sk(?=[A-Za-z]{{0,100}}[0-9]){ALNUM}{{80,180}}"),
    Shape("prismic-token", ("MC5",), r"MC5[0-9A-Za-z_-]{20,60}\.[0-9A-Za-z_-]{60,200}"),
    Shape("apify-token", ("apify_api_",), rf"apify_api_{ALNUM}{{36,40}}"),
    Shape("chief-tools-token", ("ctp_", "ctc_"), rf"ct[pc]_{ALNUM}{{35,44}}"),
    Shape("zuplo-key", ("zpka_",), r"zpka_[0-9a-f]{32}_[0-9a-f]{8}"),
    Shape("unkey-key", ("unkey_",), rf"unkey_{ALNUM}{{20,40}}"),
    Shape("deno-token", ("ddp_", "ddw_"), rf"dd[pw]_{ALNUM}{{36,40}}"),
    Shape("val-town-token", ("vtwn_",), rf"vtwn_{ALNUM}{{26,40}}"),
    Shape("raycast-token", ("rca_",), rf"rca_{HEX}{{64}}"),
    Shape(
        "virustotal-header",
        ("x-apikey", "X-Apikey", "X-ApiKey"),
        rf"(?i:x-apikey)[\"']?[ :=]{{1,3}}[\"']?(?P<value>{HEX}{{64}})",
        wide=True,
    ),
)
