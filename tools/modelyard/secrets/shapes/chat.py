"""Credentials of chat and social services, web hooks among them: who knows the address may post."""

from __future__ import annotations

from modelyard.secrets.shapes.shape import ALNUM, WORD, Shape

SHAPES = (
    Shape(
        "slack-token",
        ("xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxo-", "xoxe-", "xoxc-", "xoxd-"),
        r"xox(?:b-[0-9]{8,14}-[0-9A-Za-z-]{12,80}|[bpsoe]-(?:[0-9]{5,14}-){2,3}[0-9A-Za-z-]{8,90}|[ar]-(?:[0-9]-)?(?=[A-Za-z-]{0,40}[0-9])[0-9A-Za-z]{8,48}(?:-[0-9A-Za-z]{8,48}){0,4}|e-[0-9]-[0-9A-Za-z]{100,200}|[cd]-[0-9A-Za-z%+/=-]{40,400})",
    ),
    Shape(
        "slack-token",
        ("XOXB-", "XOXP-", "XOXA-", "XOXR-", "XOXS-", "XOXO-", "XOXE-"),
        r"XOX[BPSOE]-[0-9]{1,14}-[0-9A-Z-]{12,300}",
    ),
    Shape("slack-config-token", ("xoxe.xox", "XOXE.XOX"), r"(?i:xoxe\.xox[bp])-[0-9]-[0-9A-Za-z]{100,250}"),
    Shape(
        "slack-app-token",
        ("xapp-", "XAPP-"),
        r"(?:xapp|XAPP)-[0-9]-[0-9A-Za-z]{8,20}-[0-9]{8,20}-[0-9A-Za-z]{30,120}",
    ),
    Shape(
        "slack-webhook",
        ("hooks.slack.com/", "hooks.slack-gov.com/"),
        r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/(?P<value>[0-9A-Za-z+/]{9,30}/[0-9A-Za-z+/]{14,90})",
        loose=True,
    ),
    Shape(
        "discord-webhook",
        ("discord.com/api/webhooks/", "discordapp.com/api/webhooks/"),
        rf"discord(?:app)?\.com/api/webhooks/[0-9]{{15,22}}/(?P<value>{WORD}{{16,90}})",
    ),
    Shape(
        "teams-webhook",
        (".webhook.office.com/", "outlook.office.com/webhook/", "outlook.office365.com/webhook/"),
        r"(?:\.webhook\.office\.com/webhookb2|outlook\.office(?:365)?\.com/webhook)/(?P<value>[0-9A-Za-z@/-]{30,260})",
    ),
    Shape(
        "zapier-webhook",
        ("hooks.zapier.com/hooks/",),
        r"hooks\.zapier\.com/hooks/(?:catch|standard)/(?P<value>[0-9]{3,12}/[0-9A-Za-z]{5,40})",
        loose=True,
    ),
    Shape(
        "google-chat-webhook",
        ("chat.googleapis.com/v1/spaces/",),
        r"chat\.googleapis\.com/v1/spaces/[\w-]{5,20}/messages\?key=(?P<value>[\w-]{20,60}[^\s\"'<>]{0,120})",
    ),
    Shape(
        "hubspot-webhook",
        ("api.hubapi.com/webhooks/",),
        rf"api\.hubapi\.com/webhooks/v[0-9]/(?P<value>{ALNUM}{{5,20}}/{WORD}{{10,60}})",
    ),
    Shape(
        "twilio-webhook",
        ("chat.twilio.com/v2/Services/",),
        r"chat\.twilio\.com/v2/Services/(?P<value>[0-9A-Z]{20,40}/[\w-]{10,60})",
        loose=True,
    ),
    Shape("telegram-bot-token", (":AA", ":A"), rf"(?<![0-9a-z]:)[0-9]{{5,16}}:A{WORD}{{32,44}}", lead=16),
    Shape("facebook-token", ("EAA",), rf"EAA[A-Z]{ALNUM}{{80,400}}"),
    Shape("instagram-token", ("IGQV", "IGAA"), rf"IG(?:QV|AA){WORD}{{50,300}}"),
    Shape("twitter-bearer-token", ("AAAAAAAAAAAAAAAAAAAAA",), r"A{20,24}[0-9A-Za-z%]{70,120}"),
    Shape("linkedin-secret", ("WPL_AP",), r"WPL_AP[01]\.[0-9A-Za-z]{14,16}\.[0-9A-Za-z+/=]{6,12}"),
    Shape("dropbox-token", ("sl.",), rf"sl\.(?:u\.)?{WORD}{{130,1500}}={{0,2}}"),
    Shape(
        "line-notify-token",
        ("notify-api.line.me",),
        r"notify-api\.line\.me[^\n]{0,120}Bearer (?P<value>[0-9A-Za-z]{43})",
        wide=True,
    ),
    Shape(
        "zoom-webhook",
        ("inbots.zoom.us/incoming/hook/",),
        r"inbots\.zoom\.us/incoming/hook/(?P<value>[\w-]{20,60})",
    ),
    Shape(
        "feishu-webhook",
        ("open.feishu.cn/open-apis/bot/", "open.larksuite.com/open-apis/bot/"),
        r"open\.(?:feishu\.cn|larksuite\.com)/open-apis/bot/v2/hook/(?P<value>[0-9a-f-]{36})",
    ),
    Shape(
        "dingtalk-webhook",
        ("oapi.dingtalk.com/robot/send",),
        r"oapi\.dingtalk\.com/robot/send\?access_token=(?P<value>[0-9a-f]{64})",
    ),
    Shape(
        "wecom-webhook",
        ("qyapi.weixin.qq.com/cgi-bin/webhook/",),
        r"qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=(?P<value>[0-9a-f-]{36})",
    ),
    Shape(
        "ifttt-webhook",
        ("maker.ifttt.com/trigger/",),
        r"maker\.ifttt\.com/trigger/[\w-]{1,60}/with/key/(?P<value>[\w-]{20,60})",
    ),
)
