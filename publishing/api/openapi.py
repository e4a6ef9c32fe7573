"""How views become operations of the OpenAPI document."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from publishing.api import schemas
from qingdao_portal import api_deprecation

PROBLEM_TYPE = "application/problem+json"
_ETAG = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    required=True,
    response=["200", "304"],
    description=_("内容的版本;下次请求放进 If-None-Match。"),
)
_LINK = OpenApiParameter(
    "Link",
    str,
    OpenApiParameter.HEADER,
    response=["200"],
    description=_("前后页的地址(RFC 8288);只有一页时没有。"),
)
_QUOTA = OpenApiParameter(
    "RateLimit-Policy",
    str,
    OpenApiParameter.HEADER,
    response=["200", "401", "429"],
    description=_("每分钟的上限:q 是请求数,w 是秒数。"),
)
_LEFT = OpenApiParameter(
    "RateLimit",
    str,
    OpenApiParameter.HEADER,
    response=["200", "401", "429"],
    description=_("还剩多少:r 是请求数,t 是秒数。没有密钥的,用掉一半以后才有。"),
)
_RETRY = OpenApiParameter(
    "Retry-After",
    int,
    OpenApiParameter.HEADER,
    required=True,
    response=["429", "503"],
    description=_("过多少秒再试。"),
)
_BY_VIEWS = ["200", "301", "400", "404", "406", "410"]  # the others come from before them
_DEPRECATION = OpenApiParameter(
    "Deprecation",
    str,
    OpenApiParameter.HEADER,
    required=True,
    response=_BY_VIEWS,
    description=_("从什么时候起不要再用(RFC 9745)。"),
)
_SUNSET = OpenApiParameter(
    "Sunset",
    str,
    OpenApiParameter.HEADER,
    response=_BY_VIEWS,
    description=_("什么时候停用(RFC 8594)。"),
)
_FAREWELL_LINK = OpenApiParameter(
    "Link",
    str,
    OpenApiParameter.HEADER,
    response=_BY_VIEWS,
    description=_("说明停用的网页(rel=deprecation、sunset)和替代的地址(rel=successor-version)。"),
)
_PROBLEMS = {
    400: (schemas.BadRequestProblem, _("参数未知、重复、为空或格式不对。")),
    401: (schemas.Problem, _("密钥无效、已过期或已收回。")),
    404: (schemas.Problem, _("没有这个地址、这一条或这一页。")),
    406: (schemas.Problem, _("没有 Accept 要求的格式。")),
    410: (schemas.GoneProblem, _("条目已撤下。")),
    414: (schemas.Problem, _("地址太长。")),
    429: (schemas.Problem, _("请求太频繁:过 Retry-After 写的秒数再试。")),
    503: (schemas.Problem, _("暂时不可用:过 Retry-After 写的秒数再试。")),
}
_OF_ALL = (401, 429, 503)  # answered before any view is asked
_BLANK = {"type": "string", "maxLength": 0}


class PortalSchema(AutoSchema):
    """Operations named by what they read, with every status that they can answer.

    What a view says of itself is declared in `views.ApiView`.
    """

    def get_operation_id(self):
        return self.view.operation_id

    def get_summary(self):
        return str(self.view.summary)

    def get_description(self):
        return " ".join(filter(None, (str(self.view.explanation), self._farewell())))

    def is_deprecated(self):
        return api_deprecation.of_operation(self.view.operation_id) is not None

    def _farewell(self):
        """What a deprecated operation says of its end, '' for others."""
        deprecation = api_deprecation.of_operation(self.view.operation_id)
        return api_deprecation.in_words(deprecation) if deprecation else ""

    def get_tags(self):
        return [self.view.tag]

    def get_auth(self):
        return [{}, {"partnerKey": []}]  # a key raises the limit; nothing needs one

    def get_override_parameters(self):
        parameters = [_ETAG, _LINK] if self._is_list_view() else [_ETAG]
        parameters += [_QUOTA, _LEFT, _RETRY]
        if self.is_deprecated():
            parameters += [_DEPRECATION, _SUNSET]
            parameters += [] if self._is_list_view() else [_FAREWELL_LINK]
        for name, (schema, description) in self.view.path_parameters.items():
            if f"{{{name}}}" in self.path:
                parameters.append(
                    OpenApiParameter(name, schema, "path", required=True, description=description)
                )
        return parameters + self.view.described_parameters()

    def get_response_serializers(self):
        types = self.view.answer_schemas
        responses = {(200, name): schema for name, schema in types.items()}
        responses = responses or {200: self._get_serializer()}
        responses[304] = OpenApiResponse(description=_("没有变化:请求的 If-None-Match 仍然有效。"))
        if self.view.may_move:
            responses[301] = OpenApiResponse(description=_("网址名已变更,新地址在 Location。"))
        for status in sorted({*self.view.error_statuses, *_OF_ALL}):
            serializer, description = _PROBLEMS[status]
            responses[status, PROBLEM_TYPE] = OpenApiResponse(serializer, description)
        return responses

    def get_paginated_name(self, serializer_name):
        return f"{serializer_name}Page"

    def _map_basic_serializer(self, serializer, direction):
        """Describe a component in the words of its model, not by its docstring."""
        schema = super()._map_basic_serializer(serializer, direction)
        purpose = getattr(serializer, "purpose", "") or serializer.Meta.model._meta.verbose_name
        return schema | {"description": str(purpose)}

    def _is_list_view(self, serializer=None):
        return self.view.is_list

    def _get_format_parameters(self):
        return []  # described with the other parameters of the view

    def _get_response_for_code(self, serializer, status_code, *args, **kwargs):
        response = super()._get_response_for_code(serializer, status_code, *args, **kwargs)
        content = response.get("content", {})
        if "text/csv" in content:
            content["text/csv"] = {"schema": {"type": "string"}}
            content["application/x-ndjson"] = {"schema": {"type": "string"}}
        return response


def say_exactly(result, generator, request, public):
    """Say of components what is really so.

    Nothing can be written, so that no `readOnly` is needed. An empty text is one that “blank or
    an address” allows on purpose; whether it is an address too depends on who checks formats.
    """
    for component in result["components"]["schemas"].values():
        for schema in component.get("properties", {}).values():
            schema.pop("readOnly", None)
            if _BLANK in schema.get("oneOf", []):
                schema["anyOf"] = schema.pop("oneOf")
    return result
