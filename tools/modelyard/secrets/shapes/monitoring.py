"""Credentials of monitoring and incident services."""

from __future__ import annotations

from modelyard.secrets.shapes.shape import ALNUM, HEX, UUID, WORD, Shape

SHAPES = (
    Shape(
        "grafana-token",
        ("glsa_", "glc_"),
        r"(?:glsa_[0-9A-Za-z]{32}_[0-9A-Fa-f]{8}|glc_[0-9A-Za-z+/_-]{32,400}={0,3})",
    ),
    Shape("grafana-key", ("eyJrIjoi",), r"eyJrIjoi[0-9A-Za-z_-]{36,400}={0,3}"),
    Shape(
        "newrelic-key",
        ("NRAK-", "NRII-", "NRIQ-", "NRSP-", "NRAA-", "NRRA-", "NRJS-", "NRAL-"),
        rf"NR(?:AK|II|IQ|SP|AA|RA|JS|AL)-{WORD}{{19,60}}",
    ),
    Shape("newrelic-license-key", ("NRAL", "NRAL"), rf"{HEX}{{36}}NRAL|{HEX}{{36}}FFFFNRAL", lead=40),
    Shape(
        "sentry-token", ("sntrys_", "sntryu_", "sntrya_", "sntryi_"), r"sntry[suai]_[0-9A-Za-z+/=_-]{60,600}"
    ),
    Shape(
        "sentry-dsn",
        ("ingest.sentry.io", "@sentry.io"),
        rf"https?://(?P<value>{HEX}{{32}}(?::{HEX}{{32}})?)@(?:[\w.-]{{1,60}}\.)?(?:ingest\.)?(?:[a-z]{{2}}\.)?sentry\.io/[0-9]{{1,20}}",
        lead=150,
    ),
    Shape("dynatrace-token", ("dt0",), rf"dt0[a-z][0-9]{{2}}\.{ALNUM}{{8,24}}\.{ALNUM}{{59,64}}"),
    Shape("honeycomb-key", ("hcaik_", "hcxik_", "hcxmk_", "hcamk_"), rf"hc[ax][im]k_{ALNUM}{{50,70}}"),
    Shape("axiom-token", ("xaat-", "xapt-"), rf"xa[ap]t-{UUID}"),
    Shape("logfire-token", ("pylf_v",), r"pylf_v[0-9]{1,2}_[a-z]{2}_[0-9A-Za-z]{30,60}"),
    Shape("incidentio-key", ("inc_",), rf"inc_{HEX}{{64}}"),
    Shape(
        "pagerduty-integration",
        ("events.pagerduty.com/integration/",),
        r"events\.pagerduty\.com/integration/(?P<value>[0-9a-z]{32})",
    ),
    Shape("healthchecks-key", ("hcr_", "hcw_"), rf"hc[rw]_{ALNUM}{{28,32}}"),
    Shape("cronitor-key", ("cronitor.link/p/",), r"cronitor\.link/p/(?P<value>[0-9a-f]{20,40})"),
    Shape(
        "rollbar-token",
        ("post_server_item",),
        r"post_server_item[\"']?[:=] ?[\"']?(?P<value>[0-9a-f]{32})",
        wide=True,
    ),
)
