"""The webhook of `partners.webhooks` in the OpenAPI document: a hook of drf-spectacular.

Its own section for webhooks knows no headers, in which all of the signature is.
"""

from django.utils.translation import gettext as _

from publishing import registry

EXAMPLE = {
    "type": "measure.published",
    "timestamp": "2026-01-01T00:00:00+00:00",
    "data": {
        "sequence": 120,
        "kind": "measure",
        "id": "00000000-0000-4000-8000-000000000000",
        "slug": "example",
        "edition": 2,
        "event": "published",
        "url": "https://portal.example/guide/measures/example/",
        "changes_url": "https://portal.example/api/v1/changes/?after=119",
    },
}
NUMBER = {"type": "integer", "minimum": 1}
ADDRESS = {"type": "string", "format": "uri"}


def add_webhook(result, generator, request, public):
    """Describe what the portal sends to subscribers, and what it makes of their answers."""
    result["webhooks"] = {"change": {"post": _operation()}}
    schemas = result["components"]["schemas"]
    schemas |= {"ChangeNotice": _notice(), "WebhookMessage": _message()}
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    return result


def _operation():
    message = {"$ref": "#/components/schemas/WebhookMessage"}
    return {
        "operationId": "receiveChange",
        "summary": _("一次变更的推送"),
        "description": _(
            "按 Standard Webhooks 签名,同一订阅按先后送达。10秒内答 2xx 算收到;"
            "其他的稍后再送,消息编号不变。"
        ),
        "tags": ["webhooks"],
        "parameters": [
            _header("webhook-id", _("消息编号:重送时不变,以此去重。")),
            _header("webhook-timestamp", _("这一次发送的时间,Unix 秒。")),
            _header("webhook-signature", _("“v1,”加签名;更换密钥的几天里有两个,用空格分开。")),
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": message, "example": EXAMPLE}},
        },
        "responses": {
            "2XX": {"description": _("收到了。")},
            "410": {"description": _("不再接收:订阅随即停用。")},
            "default": {"description": _("没有收到:稍后再送,或按 Retry-After 的时间。")},
        },
    }


def _header(name, description):
    return {
        "in": "header",
        "name": name,
        "required": True,
        "schema": {"type": "string"},
        "description": description,
    }


def _message():
    return _object(
        _("推送的消息"),
        type={"type": "string", "description": _("类别和变更,例如 measure.published。")},
        timestamp={
            "type": "string",
            "format": "date-time",
            "description": _("变更的时间(UTC)。"),
        },
        data={"$ref": "#/components/schemas/ChangeNotice"},
    )


def _notice():
    return _object(
        _("哪个条目有了变更;全文请从 changes_url 读取"),
        sequence=NUMBER | {"description": _("全站变更序号。")},
        kind={"type": "string", "enum": sorted(registry.kinds)},
        id={"type": "string", "format": "uuid", "description": _("条目的标识,永不改变。")},
        slug={"type": "string"},
        edition=NUMBER,
        event={"$ref": "#/components/schemas/ChangeEventEnum"},
        url=ADDRESS | {"description": _("条目的网页。")},
        changes_url=ADDRESS | {"description": _("从这里读这次和以后的变更。")},
    )


def _object(description, **properties):
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(properties),
    }
