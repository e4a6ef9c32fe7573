"""The guide for directories of services: an Open Referral HSDS 3.0 API, read-only."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from guide.hsds import service_of, summary_of
from publishing.api.items import item_of
from publishing.api.pagination import MAX_PAGE, MAX_PAGE_SIZE, NumberedPages
from publishing.api.views import ApiView
from publishing.catalogue import catalogue_at
from publishing.lists.reading import Entries
from publishing.models import Edition

VERSION = "3.0"
_SERVICE = {
    "type": "object",
    "description": gettext_lazy("一项服务,字段见 HSDS 3.0。没有核实的不写。"),
    "required": ["id", "name", "status"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "name": {"type": "string"},
        "status": {"type": "string", "enum": ["active"]},
    },
}
_COUNT, _FLAG = {"type": "integer", "minimum": 0}, {"type": "boolean"}
_PAGE = {
    "total_items": _COUNT,
    "total_pages": _COUNT,
    "page_number": {"type": "integer", "minimum": 1},
    "size": _COUNT,
    "first_page": _FLAG,
    "last_page": _FLAG,
    "empty": _FLAG,
    "contents": {"type": "array", "items": _SERVICE},
}
_ADDRESS = {"type": "string", "format": "uri"}


class HsdsPages(NumberedPages):
    """`page` and `per_page` of `Entries`, in the envelope of HSDS, which has no cursors."""

    size_parameter = "per_page"
    parameters = ("page", "per_page")

    def _read(self, entries, start):
        return entries.numbered(self.number, self.size).editions, entries.count()

    def get_paginated_response(self, data):
        pages = max(-(-self.count // self.size), 1)
        return Response(
            {
                "total_items": self.count,
                "total_pages": pages if self.count else 0,
                "page_number": self.number,
                "size": len(data),
                "first_page": self.number == 1,
                "last_page": self.number == pages,
                "empty": not data,
                "contents": data,
            }
        )


class HsdsView(ApiView):
    tag = "hsds"

    @property
    def services(self):
        return Edition.objects.current().of_kind("measure")


class HsdsRootView(HsdsView):
    """Which version of HSDS this is."""

    operation_id = "getHsds"
    summary = gettext_lazy("HSDS 接口说明")
    explanation = gettext_lazy("指南条目按 Open Referral HSDS 3.0 提供,供服务目录读取。")
    answer_schemas = {
        "application/json": {
            "type": "object",
            "required": ["version", "profile", "openapi_url"],
            "properties": {
                "version": {"type": "string"},
                "profile": _ADDRESS,
                "openapi_url": _ADDRESS,
            },
        }
    }

    def get(self, request):
        return Response(
            {
                "version": VERSION,
                "profile": "https://docs.openreferral.org/en/v3.0.1/hsds/",
                "openapi_url": request.build_absolute_uri(reverse("api:openapi")),
            }
        )


class HsdsServicesView(HsdsView):
    operation_id = "listHsdsServices"
    summary = gettext_lazy("HSDS 服务列表")
    explanation = gettext_lazy("每条只有自身的字段和牵头部门;其余见单条。")
    error_statuses = (400, 404, 406, 414)
    answer_schemas = {
        "application/json": {"type": "object", "required": [*_PAGE], "properties": _PAGE}
    }

    def known_parameters(self):
        return set(HsdsPages.parameters)

    def described_parameters(self):
        def integer(**limits):
            return {"type": "integer", "minimum": 1, **limits}

        page = integer(maximum=MAX_PAGE, default=1)
        size = integer(maximum=MAX_PAGE_SIZE, default=HsdsPages.page_size)
        return [
            OpenApiParameter("page", page, description=_("第几页,从1开始。没有这一页时答404。")),
            OpenApiParameter("per_page", size, description=_("每页几条。")),
        ]

    def get(self, request):
        pages = HsdsPages()
        entries = Entries("measure", counts=catalogue_at(request.site_version)["counts"])
        editions = pages.paginate_queryset(entries, request)
        contents = [summary_of(item_of(edition, request)) for edition in editions]
        return pages.get_paginated_response(contents)


class HsdsServiceView(HsdsView):
    operation_id = "getHsdsService"
    summary = gettext_lazy("一项 HSDS 服务")
    explanation = gettext_lazy("含电话、地点、材料、收费和覆盖的城市。")
    error_statuses = (400, 404, 406, 414)
    path_parameters = {"id": ({"type": "string", "format": "uuid"}, gettext_lazy("条目的标识。"))}
    answer_schemas = {"application/json": _SERVICE}

    def get(self, request, id):
        edition = self.services.filter(entry_id=id).first()
        if edition is None:
            raise Http404(_("没有这一条。"))
        return Response(service_of(item_of(edition, request)))
