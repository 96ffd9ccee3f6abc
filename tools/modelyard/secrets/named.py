"""Credentials without a shape of their own: bare letters and digits beside their vendor's name."""

from __future__ import annotations

import functools
import re

_H32, _H40, _H64 = "[0-9a-fA-F]{32}", "[0-9a-fA-F]{40}", "[0-9a-fA-F]{64}"
_UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
# Vendor's word in the name, without separators; what its credentials look like.
_VENDORS = (
    ("adafruit", r"[\w-]{32}"),
    ("adobe", _H32),
    ("airtable", "[0-9A-Za-z]{17}"),
    ("algolia", "[0-9A-Za-z]{32}"),
    ("alibaba|aliyun", "[0-9A-Za-z]{30}"),
    ("asana", "[0-9A-Za-z]{32}"),
    ("atlassian|confluence|jira", "[0-9A-Za-z]{24}"),
    ("auth0", r"[\w-]{48,70}"),
    ("aws.*secret|secretaccesskey", "[0-9A-Za-z/+=]{40}"),
    ("azure.*(?:openai|cognitive|search|ai)", "[0-9A-Za-z]{32,84}"),
    ("bitbucket", r"[\w=-]{32,64}"),
    ("bittrex", "[0-9A-Za-z]{32}"),
    ("box", "[0-9A-Za-z]{32}"),
    ("circleci?", _H40),
    ("cloudant|cloupw|^cl(?:pw|apikey|key)", "[0-9a-z]{24}|[0-9a-f]{64}"),
    ("cloudflare", r"[\w-]{37,40}"),
    ("codecov", f"[0-9A-Za-z]{{32}}|{_UUID}"),
    ("cohere|^coapi", "[0-9A-Za-z]{40}"),
    ("coinbase", r"[\w-]{64}"),
    ("confluent", "[0-9A-Za-z]{16}|[0-9A-Za-z+/]{64}"),
    ("contentful", r"[\w=-]{43}"),
    ("cos.*hmac|ibmcos|cossecret|secretaccesskey", "[0-9a-f]{48}"),
    ("datadog|^dd(?:api|app)", "[0-9A-Za-z]{32,40}"),
    ("deepgram", _H40),
    ("discord", rf"{_H64}|[\w=-]{{32}}"),
    ("drone(?:ci)?", "[0-9A-Za-z]{32}"),
    ("dropbox", r"[0-9A-Za-z]{15}|[\w=-]{64}"),
    ("etsy", "[0-9A-Za-z]{24}"),
    ("facebook", _H32),
    ("fastly", r"[\w=-]{32}"),
    ("finicity", f"{_H32}|[0-9A-Za-z]{{20}}"),
    ("finnhub", "[0-9A-Za-z]{20}"),
    ("flickr", "[0-9A-Za-z]{16,32}"),
    ("freshbooks", "[0-9A-Za-z]{64}"),
    ("gitter", r"[\w-]{40}"),
    ("github", _H40),
    ("gocardless", r"(?:live|sandbox)_[\w=-]{40}"),
    ("heroku", _UUID),
    ("hetzner|hcloud", "[0-9A-Za-z]{64}"),
    ("hubspot", _UUID),
    ("intercom", r"[\w=-]{60}"),
    ("jenkins", "[0-9a-f]{32,34}"),
    ("jfrog|artifactory|bintray|xray", "[0-9A-Za-z]{64,73}|A[KP][0-9A-Za-z]{10,80}"),
    ("kraken", r"[\w/=+-]{80,90}"),
    ("kucoin", f"[0-9a-f]{{24}}|{_UUID}"),
    ("launchdarkly", rf"[\w=-]{{40}}|(?:sdk|api|mob)-{_UUID}"),
    ("linear", _H32),
    ("linkedin", "[0-9A-Za-z]{16}"),
    ("linode", _H64),
    ("loggly", _UUID),
    ("logdna", _H32),
    ("looker", "[0-9A-Za-z]{20,24}"),
    ("mailchimp", "[0-9a-f]{32}(?:-us[0-9]{1,2})?"),
    ("mailgun", "[0-9a-z]{32}-[0-9a-z]{8}-[0-9a-z]{8}|(?:pub)?key-[0-9a-f]{32}"),
    ("mattermost", "[0-9A-Za-z]{26}"),
    ("meraki", _H40),
    ("messagebird", rf"[0-9A-Za-z]{{25}}|{_UUID}"),
    ("mistral", "[0-9A-Za-z]{32}"),
    ("netlify", r"[\w=-]{40,46}"),
    ("newrelic", r"[0-9A-Za-z]{40,64}|NR[A-Z]{2}-[\w-]{19,48}"),
    ("nytimes|newyorktimes", r"[\w=-]{32}"),
    ("okta", r"00[\w=-]{40}"),
    ("opsgenie", _UUID),
    ("pagerduty", "[0-9A-Za-z+_-]{20}|[0-9a-z]{32}"),
    ("plaid", "[0-9A-Za-z]{24,30}"),
    ("postmark", _UUID),
    ("privateai", "[0-9A-Za-z]{32}"),
    ("rapidapi", r"[\w-]{50}"),
    ("rollbar", _H32),
    ("sendbird", f"{_H40}|{_UUID}"),
    ("sentry", _H64),
    ("sidekiq|contribsys", "[0-9a-f]{8}:[0-9a-f]{8}"),
    ("snyk", _UUID),
    ("softlayer|^sl(?:api)?(?:key|pass)", "[0-9a-z]{64}"),
    ("sonar", r"[\w=-]{40}"),
    ("splunk|hec", _UUID),
    ("square", r"[\w-]{22,64}"),
    ("squarespace", _UUID),
    ("sumo(?:logic)?", "su[0-9A-Za-z]{12}|[0-9A-Za-z]{64}"),
    ("telegra?m?", r"[0-9]{5,16}:A[\w-]{34}"),
    ("travis(?:ci)?", "[0-9A-Za-z]{22}"),
    ("twilio", "(?:SK|AC)?[0-9a-f]{32}"),
    ("twitch", "[0-9A-Za-z]{30}"),
    ("twitter", r"[0-9A-Za-z]{25}|[0-9A-Za-z]{45,50}|[0-9]{15,25}-[0-9A-Za-z]{20,40}"),
    ("vultr", "[0-9A-Z]{36}"),
    ("wandb", _H40),
    ("yandex", r"[\w-]{30,60}"),
    ("zendesk", "[0-9A-Za-z]{40}"),
)


@functools.lru_cache(maxsize=1)
def _table() -> tuple[re.Pattern[str], tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]]:
    every = re.compile("|".join(f"(?:{word})" for word, _ in _VENDORS))
    return every, tuple((re.compile(word), re.compile(value)) for word, value in _VENDORS)


def vendor_of(name: str, value: str) -> str:
    """The vendor whose kind of credential ``value`` is, if ``name`` names that vendor; else empty."""
    squeezed = re.sub(r"[^a-z0-9]", "", name.lower())
    every, table = _table()
    if not every.search(squeezed):
        return ""
    for word, pattern in table:
        found = word.search(squeezed)
        if found and pattern.fullmatch(value):
            return re.sub(r"[^a-z0-9]+", "-", found[0]).strip("-")
    return ""
