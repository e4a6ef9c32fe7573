"""Serializers that describe answers in the OpenAPI document. They never make one.

Documents are stored as they were serialised when they were published, so that only what the API
adds to them is described here.
"""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from publishing import registry
from publishing.models import Edition


class ItemLinks(serializers.Serializer):
    """Where an entry is to be found."""

    purpose = _("条目的各个地址")

    self = serializers.URLField(help_text=_("这一份 JSON 的地址。"))
    html = serializers.URLField(help_text=_("给人看的网页,同 url。"))
    editions = serializers.URLField(help_text=_("历次版本的列表。"))


class ItemFields(serializers.Serializer):
    """What the edition adds to a document. Mixed into the description of an item."""

    url = serializers.URLField(help_text=_("这个条目的网页。"))
    edition = serializers.IntegerField(min_value=1, help_text=_("版次,每个条目从1开始。"))
    sequence = serializers.IntegerField(min_value=1, help_text=_("全站变更序号。"))
    published_at = serializers.DateTimeField(help_text=_("首次发布时间。"))
    updated_at = serializers.DateTimeField(help_text=_("这一版的发布时间。"))
    links = ItemLinks(help_text=_("这一条的各个地址。"))

    FIELDS = ["url", "edition", "sequence", "published_at", "updated_at", "links"]


class EditionFacts(serializers.Serializer):
    """How and why an edition came about."""

    event = serializers.ChoiceField(choices=Edition.Event.choices, help_text=_("这一版因何而来。"))
    note = serializers.CharField(allow_blank=True, help_text=_("修改说明或撤下原因。"))
    is_current = serializers.BooleanField(help_text=_("是否最新一版。"))

    FIELDS = ["event", "note", "is_current"]


class EditionLine(EditionFacts):
    """An edition in the history of its entry."""

    purpose = _("历次版本中的一版")

    edition = serializers.IntegerField(min_value=1)
    sequence = serializers.IntegerField(min_value=1)
    slug = serializers.SlugField(help_text=_("当时的网址名。"))
    published_at = serializers.DateTimeField(help_text=_("这一版的发布时间。"))
    document_url = serializers.URLField(help_text=_("这一版的全文(API 地址)。"))


class EntryReference(serializers.Serializer):
    """Another entry by name."""

    purpose = _("另一个条目的名称和地址")

    id = serializers.UUIDField()
    slug = serializers.SlugField()
    url = serializers.URLField()


class ParameterProblem(serializers.Serializer):
    purpose = _("一个参数的错误")

    parameter = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer):
    """An RFC 9457 problem document."""

    purpose = _("错误说明(RFC 9457)")

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()


class BadRequestProblem(Problem):
    """A request that cannot be read; `errors` where parameters are to blame."""

    purpose = _("请求有误")

    errors = ParameterProblem(many=True, required=False, help_text=_("哪个参数错在哪里。"))


class GoneProblem(Problem):
    """A withdrawn entry."""

    purpose = _("条目已撤下")

    reason = serializers.CharField(help_text=_("撤下原因。"))
    withdrawn_at = serializers.DateTimeField()
    successor = EntryReference(allow_null=True, help_text=_("替代它的条目;没有时为 null。"))


@extend_schema_field(
    PolymorphicProxySerializer(
        component_name="Document",
        serializers=lambda: [kind.serializer for _name, kind in sorted(registry.kinds.items())],
        resource_type_field_name="kind",
    )
)
class DocumentField(serializers.JSONField):
    """A document of any kind."""


class Change(serializers.Serializer):
    """One edition or withdrawal."""

    purpose = _("一次变更:发布、更新、改址或撤下")

    sequence = serializers.IntegerField(min_value=1, help_text=_("全站变更序号,连续不缺。"))
    kind = serializers.ChoiceField(choices=[])  # those registered, see `get_fields`
    id = serializers.UUIDField(help_text=_("条目的标识,永不改变。"))
    slug = serializers.SlugField()
    edition = serializers.IntegerField(min_value=1)
    event = serializers.ChoiceField(choices=Edition.Event.choices)
    note = serializers.CharField(allow_blank=True, help_text=_("修改说明或撤下原因。"))
    published_at = serializers.DateTimeField(help_text=_("这次变更的时间。"))
    url = serializers.URLField(help_text=_("条目的网页;撤下后那里答410。"))
    successor = EntryReference(allow_null=True, help_text=_("撤下后替代它的条目。"))
    document = DocumentField(
        required=False,
        allow_null=True,
        help_text=_("这一版的全文;撤下时为 null,minimal=true 时没有这一项。"),
    )

    def get_fields(self):
        kinds = [(name, kind.model._meta.verbose_name) for name, kind in registry.kinds.items()]
        return super().get_fields() | {"kind": serializers.ChoiceField(kinds)}


class Changes(serializers.Serializer):
    """A stretch of the change feed."""

    purpose = _("变更流的一段")

    next_after = serializers.IntegerField(min_value=0, help_text=_("下次请求的 after。"))
    next = serializers.URLField(
        allow_null=True, help_text=_("后面还有时,下一段的地址;已到最新时为 null。")
    )
    results = Change(many=True)
