"""Credentials of cloud providers."""

from __future__ import annotations

from modelyard.secrets.shapes.shape import ALNUM, BASE64, HEX, UUID, WORD, Shape

SHAPES = (
    Shape(
        "aws-access-key",
        ("AKIA", "ASIA", "ABIA", "ACCA", "A3T"),
        r"(?:AKIA|ASIA|ABIA|ACCA|A3T[0-9A-Z])[0-9A-Z]{16}",
        loose=True,
    ),
    Shape(
        "aws-session-token",
        ("FwoGZXIvYXdz", "IQoJb3JpZ2luX2Vj", "FQoGZXIvYXdz"),
        rf"(?:FwoGZXIvYXdz|IQoJb3JpZ2luX2Vj|FQoGZXIvYXdz){BASE64}{{80,2000}}={{0,2}}",
    ),
    Shape("aws-mws-token", ("amzn.mws.",), r"amzn\.mws\.[0-9A-Za-z-]{30,40}"),
    Shape("aws-bedrock-key", ("ABSK",), rf"ABSK{BASE64}{{60,270}}={{0,2}}"),
    Shape(
        "aws-bedrock-session-key",
        ("bedrock-api-" + "key-YmVkcm9jay5hbWF6b25hd3MuY29t",),
        rf"bedrock[-]api-key-YmVkcm9jay5hbWF6b25hd3MuY29t{BASE64}{{0,2000}}={{0,2}}",
        loose=True,
    ),
    Shape("gcp-api-key", ("AIza",), rf"AIza{WORD}{{35,45}}"),
    Shape("gcp-oauth-secret", ("GOCSPX-",), rf"GOCSPX-{WORD}{{20,40}}"),
    Shape("gcp-oauth-token", ("ya29.",), rf"ya29\.{WORD}{{20,500}}"),
    Shape("gcp-refresh-token", ("1//0",), rf"1//0{WORD}{{40,160}}"),
    Shape("firebase-messaging-key", (":APA91b",), rf"{WORD}{{11,40}}:APA91b{WORD}{{80,200}}", lead=40),
    Shape("firebase-server-key", ("AAAA",), rf"AAAA{WORD}{{7}}:{WORD}{{100,200}}"),
    Shape("azure-client-secret", ("Q~",), r"[0-9A-Za-z_~.]{3}[0-9]Q~[0-9A-Za-z_~.-]{31,34}", lead=4),
    Shape(
        "azure-storage-key",
        ("AccountKey=", "accountkey=", "AccountKey =", "accountkey =", "ACCOUNTKEY="),
        rf"(?i:accountkey) ?= ?(?P<value>{BASE64}{{86}}==)",
        loose=True,
        wide=True,
    ),
    Shape(
        "azure-identifiable-key",
        ("APIM", "ACDb", "+ABa", "+AMC", "+ASt"),
        rf"{BASE64}{{76}}(?:APIM|ACDb|\+(?:ABa|AMC|ASt)){BASE64}{{5}}[AQgw]==",
        lead=76,
    ),
    Shape(
        "azure-device-key",
        ("AIoT", "+ASb", "+AEh", "+ARm"),
        rf"{BASE64}{{33}}(?:AIoT|\+(?:ASb|AEh|ARm))[A-P]{BASE64}{{5}}=",
        lead=33,
    ),
    Shape("azure-function-key", ("AzFu",), r"[0-9A-Za-z+/_-]{44}AzFu[0-9A-Za-z+/_-]{5}[AQgw]==", lead=44),
    Shape("azure-search-key", ("AzSe",), rf"{ALNUM}{{42}}AzSe[A-D]{ALNUM}{{5}}", lead=42),
    Shape("azure-registry-key", ("+ACR",), rf"{BASE64}{{42}}\+ACR[A-D]{BASE64}{{5}}", lead=42),
    Shape(
        "azure-openai-key", ("JQQJ99", "ACOG"), rf"{ALNUM}{{40,64}}(?:JQQJ99|ACOG){ALNUM}{{4,28}}", lead=64
    ),
    Shape("azure-devops-token", ("AZDO",), rf"{ALNUM}{{76}}AZDO{ALNUM}{{4}}", lead=76),
    Shape(
        "azure-shared-access-key",
        ("SharedAccessKey=", "SharedSecretKey="),
        rf"Shared(?:Access|Secret)Key=(?P<value>{BASE64}{{40,90}}={{0,2}})",
    ),
    Shape(
        "azure-app-configuration",
        (".azconfig.io;",),
        rf"Endpoint=https://[\w-]{{1,60}}\.azconfig\.io;Id=[^;\s]{{1,120}};Secret=(?P<value>{BASE64}{{30,100}}={{0,2}})",
        lead=100,
        loose=True,
    ),
    Shape(
        "azure-sas-token",
        ("&sig=", "?sig=", "&amp;sig="),
        r"sv=20[0-9]{2}-[0-9]{2}-[0-9]{2}[^\s\"'<>]{1,400}?[&?;]sig=(?P<value>[0-9A-Za-z%+/=]{40,120})",
        lead=500,
        loose=True,
    ),
    Shape(
        "azure-sas-token",
        ("?sig=", "&sig="),
        r"[?&]sig=(?P<value>[0-9A-Za-z%+/=]{40,120})&[^\s\"'<>]{0,300}?\bsv=20[0-9]{2}-",
        loose=True,
    ),
    Shape(
        "azure-logic-app-url",
        ("logic.azure.com",),
        r"logic\.azure\.com(?::443)?/workflows/[^\s\"'<>]{10,300}?sig=(?P<value>[\w%-]{30,80})",
        lead=1,
    ),
    Shape(
        "azure-data-factory-key",
        ("IR@",),
        rf"IR@{UUID}@[^@\s]{{3,80}}@(?:[^@\s]{{1,80}}@)?(?P<value>{BASE64}{{40,60}}={{0,2}})",
    ),
    Shape("alibaba-access-key", ("LTAI",), rf"LTAI{ALNUM}{{12,26}}"),
    Shape("tencent-secret-id", ("AKID",), rf"AKID{ALNUM}{{32,36}}"),
    Shape("yandex-api-key", ("AQVN",), rf"AQVN{WORD}{{35,38}}"),
    Shape(
        "yandex-iam-token", ("t1.9eu", "t1.eu", "t1."), rf"t1\.{WORD}{{4,400}}={{0,2}}\.{WORD}{{86}}={{0,2}}"
    ),
    Shape("yandex-storage-key", ("YC",), rf"YC[A-Z]{WORD}{{37}}"),
    Shape("yandex-oauth-token", ("y0_Ag", "y1_Ag", "y2_Ag", "y3_Ag"), rf"y[0-3]_Ag{WORD}{{50,60}}"),
    Shape("digitalocean-token", ("dop_v1_", "doo_v1_", "dor_v1_"), rf"do[opr]_v1_{ALNUM}{{60,68}}"),
    Shape("scaleway-access-key", ("SCW",), r"SCW[0-9A-Z]{17}"),
    Shape("cloudflare-origin-key", ("v1.0-",), rf"v1\.0-{HEX}{{24}}-{HEX}{{146}}"),
    Shape("cloudflare-token", ("cfut_", "cfat_", "cfk_"), rf"cf(?:ut|at|k)_{ALNUM}{{40,60}}"),
    Shape("heroku-token", ("HRKU-",), rf"HRKU-{WORD}{{36,66}}"),
    Shape(
        "fly-token",
        ("fo1_", "fm1r_", "fm1a_", "fm2_"),
        rf"(?:fo1_{WORD}{{43}}|fm(?:1[ar]|2)_{BASE64}{{100,1000}}={{0,3}})",
    ),
    Shape("render-token", ("rnd_",), rf"rnd_{ALNUM}{{28,40}}"),
    Shape("netlify-token", ("nfp_", "nfc_", "nfo_", "nfu_"), rf"nf[pcou]_{ALNUM}{{36,40}}"),
    Shape("vercel-token", ("vcp_", "vci_", "vca_", "vcr_", "vck_"), rf"vc[piark]_{ALNUM}{{24,64}}"),
    Shape("supabase-key", ("sbp_", "sb_secret_"), rf"(?:sbp_[0-9a-f]{{40}}|sb_secret_{WORD}{{30,50}})"),
    Shape("scalingo-token", ("tk-us-",), rf"tk-us-{WORD}{{48}}"),
    Shape("exoscale-key", ("EXO",), r"EXO[0-9a-f]{24,32}"),
)
