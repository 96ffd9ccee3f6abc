"""Credentials of payment services and shops."""

from __future__ import annotations

from modelyard.secrets.shapes.shape import ALNUM, HEX, UUID, WORD, Shape

SHAPES = (
    Shape(
        "stripe-key",
        ("sk_live_", "sk_test_", "sk_prod_", "rk_live_", "rk_test_", "rk_prod_"),
        rf"[sr]k_(?:live|test|prod)_{ALNUM}{{10,247}}",
    ),
    Shape("stripe-webhook-secret", ("whsec_",), r"whsec_[0-9A-Za-z+/]{24,80}={0,2}"),
    Shape("square-token", ("sq0atp-", "sq0csp-", "sq0idp-"), r"sq0(?:atp|csp|idp)-[0-9A-Za-z\\_-]{20,60}"),
    Shape("square-token", ("EAAA",), rf"EAAA{WORD}{{54,64}}"),
    Shape(
        "paypal-token",
        ("access_token$production$", "access_token$sandbox$"),
        rf"access_token\$(?:production|sandbox)\$[0-9a-z]{{13,20}}\${HEX}{{32}}",
    ),
    Shape(
        "plaid-token",
        ("access-sandbox-", "access-development-", "access-production-"),
        rf"access-(?:sandbox|development|production)-{UUID}",
    ),
    Shape("adyen-key", ("AQE",), r"AQE[0-9A-Za-z+/]{20,120}={0,2}[0-9A-Za-z+/=.-]{10,120}"),
    Shape("razorpay-key", ("rzp_live_", "rzp_test_"), rf"rzp_(?:live|test)_{ALNUM}{{14,24}}"),
    Shape("paystack-key", ("sk_live_", "sk_test_"), rf"sk_(?:live|test)_{HEX}{{40}}"),
    Shape("flutterwave-key", ("FLWSECK",), r"FLWSECK(?:_TEST)?-[0-9A-Za-z-]{12,64}"),
    Shape("flutterwave-public-key", ("FLWPUBK_TEST-",), rf"FLWPUBK_TEST-{ALNUM}{{32}}-X"),
    Shape("mollie-key", ("live_", "test_"), rf"(?:live|test)_(?=[A-Za-z]{{0,29}}[0-9]){ALNUM}{{30}}"),
    Shape("lob-key", ("live_", "test_"), rf"(?:live|test)_(?:pub_)?{HEX}{{31,35}}"),
    Shape("shippo-token", ("shippo_live_", "shippo_test_"), rf"shippo_(?:live|test)_{ALNUM}{{40}}"),
    Shape("easypost-key", ("EZAK", "EZTK"), rf"EZ[AT]K{ALNUM}{{54}}"),
    Shape("duffel-token", ("duffel_test_", "duffel_live_"), r"duffel_(?:test|live)_[0-9A-Za-z_=-]{43}"),
    Shape(
        "shopify-token",
        ("shpat_", "shpca_", "shppa_", "shpss_", "shptka_", "shpua_"),
        rf"shp(?:at|ca|pa|ss|tka|ua)_{ALNUM}{{32,38}}",
    ),
    Shape(
        "heartland-key",
        ("skapi_cert_", "skapi_prod_", "skapi_live_"),
        rf"skapi_(?:cert|prod|live)_{WORD}{{20,60}}",
    ),
    Shape("checkout-key", ("sk_sbox_",), r"sk_sbox_[0-9a-z]{20,40}[*#$=]?"),
    Shape(
        "paddle-key",
        ("pdl_live_", "pdl_sdbx_"),
        rf"pdl_(?:live|sdbx)_apikey_[0-9a-z]{{26}}_{ALNUM}{{22}}_{ALNUM}{{3}}",
    ),
    Shape(
        "freemius-key",
        ("'secret_key'", '"secret_key"'),
        r"[\"']secret_key[\"']\s{0,5}=>\s{0,5}[\"'](?P<value>sk_[^\s\"']{29})[\"']",
    ),
)
