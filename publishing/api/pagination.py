"""Pages of lists, and the envelope around them."""

from django.db.models import Count, QuerySet, Window
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import BasePagination
from rest_framework.response import Response

from publishing.api.items import address_with
from publishing.api.parameters import read_integer

MAX_PAGE_SIZE = 100
MAX_PAGE = 10**6  # far behind the end of every list; PostgreSQL takes no offset above 2**63


class NumberedPages(BasePagination):
    """`page` and `page_size`; `{count, next, previous, results}` and the `Link` header.

    Costs one query: the number of all rows comes with the rows of the page.
    """

    parameters = ("page", "page_size")
    size_parameter = "page_size"
    page_size = 20

    def paginate_queryset(self, queryset, request, view=None):
        """The rows of the page. `queryset` may be a list too. Raises NotFound behind the end."""
        self.request = request
        query = request.query_params
        self.number = read_integer(query, "page", default=1, minimum=1, maximum=MAX_PAGE)
        self.size = read_integer(
            query,
            self.size_parameter,
            default=self._default_size(),
            minimum=1,
            maximum=MAX_PAGE_SIZE,
        )
        rows, self.count = self._read(queryset, (self.number - 1) * self.size)
        if not rows and self.number > 1:
            raise NotFound(_("没有第%d页。") % self.number)
        return rows

    def _default_size(self):
        # A table or a file of lines is taken for the whole list: as much of it as one page holds.
        is_enveloped = self.request.accepted_renderer.format == "json"
        return self.page_size if is_enveloped else MAX_PAGE_SIZE

    def _read(self, rows, start):
        end = start + self.size
        if not isinstance(rows, QuerySet):
            return rows[start:end], len(rows)
        rows = list(rows.annotate(count_of_all=Window(Count("*")))[start:end])
        return rows, rows[0].count_of_all if rows else 0

    def get_paginated_response(self, data):
        links = {"next": self._next_address(), "previous": self._previous_address()}
        names = {"next": "next", "previous": "prev"}  # as registered for `Link`
        header = ", ".join(f'<{url}>; rel="{names[rel]}"' for rel, url in links.items() if url)
        envelope = {"count": self.count, **links, "results": data}
        return Response(envelope, headers={"Link": header} if header else None)

    def _next_address(self):
        if self.number * self.size >= self.count:
            return None
        return address_with(self.request, page=self.number + 1)

    def _previous_address(self):
        if self.number == 1:
            return None
        return address_with(self.request, page=self.number - 1 if self.number > 2 else None)

    def get_schema_operation_parameters(self, view):
        return [
            {
                "name": "page",
                "in": "query",
                "description": _("第几页,从1开始。没有这一页时答404。"),
                "schema": {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": 1},
            },
            {
                "name": "page_size",
                "in": "query",
                "description": _("每页几条。"),
                "schema": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": MAX_PAGE_SIZE,
                    "default": self.page_size,
                },
            },
        ]

    def get_paginated_response_schema(self, schema):
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "description": _("列表的一页"),
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "minimum": 0, "description": _("全部条数。")},
                "next": {**link, "description": _("下一页的地址;没有下一页时为 null。")},
                "previous": {**link, "description": _("上一页的地址;第一页为 null。")},
                "results": schema,
            },
        }


class WholeLists(NumberedPages):
    """For reference lists, which are short: as a rule all of it in one page."""

    page_size = MAX_PAGE_SIZE
