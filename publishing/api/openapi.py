"""How views become operations of the OpenAPI document."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from publishing.api import schemas

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
_PROBLEMS = {
    400: (schemas.BadRequestProblem, _("参数未知、重复、为空或格式不对。")),
    404: (schemas.Problem, _("没有这个地址、这一条或这一页。")),
    406: (schemas.Problem, _("没有 Accept 要求的格式。")),
    410: (schemas.GoneProblem, _("条目已撤下。")),
    414: (schemas.Problem, _("地址太长。")),
}
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
        return str(self.view.explanation)

    def get_tags(self):
        return [str(self.view.tag)]

    def get_auth(self):
        return []

    def get_override_parameters(self):
        parameters = [_ETAG, _LINK] if self._is_list_view() else [_ETAG]
        for name, (schema, description) in self.view.path_parameters.items():
            if f"{{{name}}}" in self.path:
                parameters.append(
                    OpenApiParameter(name, schema, "path", required=True, description=description)
                )
        return parameters + self.view.described_parameters()

    def get_response_serializers(self):
        responses = {200: self._get_serializer()}
        responses[304] = OpenApiResponse(description=_("没有变化:请求的 If-None-Match 仍然有效。"))
        if self.view.may_move:
            responses[301] = OpenApiResponse(description=_("网址名已变更,新地址在 Location。"))
        for status in self.view.error_statuses:
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
