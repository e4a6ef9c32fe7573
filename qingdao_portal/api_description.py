"""What the API says of itself: the root, the OpenAPI document, the page drawn from it."""

import json
from functools import cache

from django.conf import settings
from django.http import HttpResponse
from django.urls import resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.renderers import TemplateHTMLRenderer
from rest_framework.response import Response

from publishing.api.views import ApiView
from qingdao_portal.api_changelog import UPDATES
from qingdao_portal.api_deprecation import in_words
from qingdao_portal.api_reference import reference_of

# Committed, and compared with the code by a test: made while requests wait, it would be made
# several times at once, which drf-spectacular answers with errors.
OPENAPI_FILE = settings.BASE_DIR / "docs" / "api" / "openapi.json"
LISTS = (
    *("measures", "projects", "zones", "domains", "scenarios", "cities", "counties"),
    *("hotlines", "offices", "programmes", "changes", "search"),
)


VIEWS = ("catalog", "hsds")  # of the same data, by the rules of others


@cache
def openapi_bytes():
    """The OpenAPI document as it is served."""
    return OPENAPI_FILE.read_bytes()


@cache
def reference():
    """The OpenAPI document for people."""
    return reference_of(json.loads(openapi_bytes()))


class RootDocument(serializers.Serializer):
    """The API in short."""

    purpose = gettext_lazy("接口总览")

    name = serializers.CharField()
    version = serializers.CharField()
    sequence = serializers.IntegerField(
        min_value=0, help_text=gettext_lazy("最新的变更序号;全站没有变更时为0。")
    )
    revision = serializers.IntegerField(
        min_value=0, help_text=gettext_lazy("公开内容(含基础资料)每变一次加1。")
    )
    links = serializers.DictField(
        child=serializers.URLField(), help_text=gettext_lazy("各个列表和文档的地址。")
    )


class RootView(ApiView):
    """Where everything is, and how new it is."""

    operation_id = "getRoot"
    tag = "root"
    summary = gettext_lazy("接口总览")
    explanation = gettext_lazy("各个列表的地址,和全站内容的版本。")
    serializer_class = RootDocument

    def get(self, request):
        root = request.build_absolute_uri(reverse("api:root"))
        links = {name: f"{root}{name}/" for name in LISTS}
        links |= {name: request.build_absolute_uri(reverse(f"api:{name}")) for name in VIEWS}
        links["openapi"] = request.build_absolute_uri(reverse("api:openapi"))
        links["docs"] = request.build_absolute_uri(reverse("api-docs"))
        return Response(
            {
                "name": _("青岛都市圈同城生活指南"),
                "version": "1",
                "sequence": request.site_version.sequence,
                "revision": request.site_version.revision,
                "links": links,
            }
        )


@extend_schema(exclude=True)
class OpenApiView(ApiView):
    """The OpenAPI 3.1 document."""

    def get(self, request):
        return HttpResponse(openapi_bytes(), content_type="application/json")


class PageView(ApiView):
    """A page about the API, in the portal's own looks."""

    renderer_classes = [TemplateHTMLRenderer]

    def known_parameters(self):
        return set(self.request.query_params)  # people follow links with whatever is behind them

    def options(self, request):
        return HttpResponse(status=204, headers={"Allow": ", ".join(self.allowed_methods)})


@extend_schema(exclude=True)
class DocsView(PageView):
    """The OpenAPI document as a page, without scripts."""

    def get(self, request):
        return Response({"reference": reference()}, template_name="api/docs.html")


@extend_schema(exclude=True)
class ChangelogView(PageView):
    """What became of the API, and what of it will go."""

    def get(self, request):
        context = {"updates": UPDATES, "deprecations": deprecated_operations()}
        return Response(context, template_name="api/changelog.html")


def deprecated_operations():
    """What will go: name, summary and end of each operation, the first to go first."""
    summaries = {
        operation["operationId"]: operation["summary"]
        for item in json.loads(openapi_bytes())["paths"].values()
        for operation in item.values()
    }
    named = settings.API_DEPRECATIONS.items()
    in_order = sorted(named, key=lambda pair: (pair[1].sunset or "9999", pair[0]))
    return [
        {"name": name, "summary": summaries[name], "words": in_words(deprecation)}
        for name, deprecation in in_order
    ]


@extend_schema(exclude=True)
class UnknownAddressView(ApiView):
    """404 for whatever is no address of the API, a redirect where only the slash is missing."""

    def initial(self, request, *args, **kwargs):
        if not self._with_slash():
            raise NotFound(_("没有这个地址。"))

    def get(self, request):
        return Response(status=301, headers={"Location": self._with_slash()})

    def _with_slash(self):
        """The same address with a slash at its end if that is one of the API, else None."""
        path = self.request.path + "/"
        if resolve(path).func.cls is UnknownAddressView:
            return None
        query = self.request.query_params.urlencode()
        return self.request.build_absolute_uri(f"{path}?{query}" if query else path)
