"""Credentials of mail and messaging services."""

from __future__ import annotations

from modelyard.secrets.shapes.shape import ALNUM, HEX, Shape

SHAPES = (
    Shape("sendgrid-key", ("SG.", "sg."), r"(?:SG|sg)\.[0-9A-Za-z_=-]{16,24}\.[0-9A-Za-z_=.-]{40,60}"),
    Shape("sendgrid-key", ("SG.",), r"SG\.[0-9A-Za-z_=.-]{66}"),
    Shape("mailgun-key", ("key-",), rf"key-{HEX}{{32}}"),
    Shape("mailgun-public-key", ("pubkey-",), rf"pubkey-{HEX}{{32}}"),
    Shape("mailchimp-key", ("-us",), r"[0-9a-f]{32}-us[0-9]{1,2}", lead=32),
    Shape("brevo-key", ("xkeysib-", "xsmtpsib-"), rf"x(?:key|smtp)sib-{ALNUM}{{60,68}}-{ALNUM}{{16}}"),
    Shape("mailersend-token", ("mlsn.",), rf"mlsn\.{ALNUM}{{60,70}}"),
    Shape("resend-key", ("re_",), rf"re_{ALNUM}{{8}}_{ALNUM}{{24}}"),
    Shape("twilio-key", ("SK",), rf"SK{HEX}{{32}}"),
    Shape("intercom-token", ("dG9r",), r"dG9rO[0-9A-Za-z+/_-]{45,70}={0,2}"),
    Shape("hubspot-token", ("pat-na", "pat-eu"), rf"pat-(?:na|eu)[0-9]-{ALNUM}{{8}}-[0-9A-Za-z-]{{27}}"),
    Shape("klaviyo-key", ("pk_",), rf"pk_{HEX}{{34}}"),
    Shape("beamer-token", ("b_",), r"b_[0-9A-Za-z=_-]{44}"),
    Shape("onesignal-key", ("os_v2_app_", "os_v2_org_"), r"os_v2_(?:app|org)_[0-9a-z]{90,120}"),
    Shape("pushover-token", ("pushover://",), r"pushover://(?P<value>[0-9A-Za-z]{20,60}@[0-9A-Za-z]{20,60})"),
)
