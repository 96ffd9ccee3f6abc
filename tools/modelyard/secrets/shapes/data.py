"""Credentials of databases and data platforms."""

from __future__ import annotations

from modelyard.secrets.shapes.shape import ALNUM, HEX, WORD, Shape

SHAPES = (
    Shape("databricks-token", ("dapi", "dose", "dkea"), rf"(?:dapi|dose|dkea){HEX}{{32}}(?:-[0-9])?"),
    Shape(
        "planetscale-token",
        ("pscale_tkn_", "pscale_pw_", "pscale_oauth_"),
        r"pscale_(?:tkn|pw|oauth)_[0-9A-Za-z_=.-]{32,64}",
    ),
    Shape("clickhouse-key", ("4b1d",), rf"4b1d{ALNUM}{{38}}"),
    Shape("mongodb-atlas-secret", ("mdb_sa_sk_",), rf"mdb_sa_sk_{WORD}{{36,50}}"),
    Shape("cockroach-key", ("CCDB1_",), rf"CCDB1_{ALNUM}{{22}}_{ALNUM}{{40}}"),
    Shape("dbt-token", ("dbtu_", "dbtc_", "dbts_"), rf"dbt[ucs]_{WORD}{{36,90}}"),
    Shape("prefect-key", ("pnu_", "pnb_"), rf"pn[ub]_{ALNUM}{{36}}"),
    Shape("posthog-key", ("phx_",), rf"phx_{WORD}{{40,60}}"),
    Shape("contentful-token", ("CFPAT-",), rf"CFPAT-{WORD}{{43,80}}"),
    Shape(
        "softlayer-key",
        ("api.softlayer.com/soap/",),
        r"api\.softlayer\.com/soap/v3(?:\.1)?/(?P<value>[0-9a-z]{64})",
        loose=True,
    ),
    Shape("aiven-token", ("aivenv1",), r"aivenv1[0-9A-Za-z+/=]{100,400}"),
    Shape("tinybird-token", ("p.eyJ1Ijo", "p.eyJ"), rf"p\.eyJ[0-9A-Za-z]{{10,300}}\.{WORD}{{20,60}}"),
    Shape("neon-key", ("napi_",), r"napi_[0-9a-z]{60,70}"),
    Shape("convex-key", ("prod:", "dev:"), r"(?:prod|dev):[a-z]+-[a-z]+-[0-9]{1,4}\|[0-9a-f]{60,400}={0,2}"),
    Shape("xata-key", ("xau_",), rf"xau_{ALNUM}{{30,50}}"),
    Shape("motherduck-token", ("md_token=",), r"md_token=(?P<value>[0-9A-Za-z_.-]{30,800})"),
    Shape("elastic-key", ("essu_",), r"essu_[0-9A-Za-z+/]{30,120}={0,2}"),
    Shape("maxmind-key", ("_mmk",), r"[0-9A-Za-z]{6}_[0-9A-Za-z]{29}_mmk", lead=36),
    Shape("confluent-secret", ("cflt",), r"cflt[0-9A-Za-z+/]{60}"),
)
