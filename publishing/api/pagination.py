"""Pages of lists, and the envelope around them."""

from django.db.models import Count, QuerySet, Window
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import BasePagination
from rest_framework.response import Response

from publishing.api.items import address_with
from publishing.api.parameters import read_integer
from publishing.lists.cursors import MAX_LENGTH
from publishing.lists.reading import MOST_COUNTED, MOST_NUMBERED

MAX_PAGE_SIZE = 100
CURSOR = r"^(\*|[-_A-Za-z0-9]+)$"
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
        self.size = self._read_size()
        rows, self.count = self._read(queryset, (self.number - 1) * self.size)
        if not rows and self.number > 1:
            raise NotFound(_("没有第%d页。") % self.number)
        return rows

    def _read_size(self):
        return read_integer(
            self.request.query_params,
            self.size_parameter,
            default=self._default_size(),
            minimum=1,
            maximum=MAX_PAGE_SIZE,
        )

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


class EntryPages(NumberedPages):
    """Pages of `Entries`: by number near the beginning, by `cursor` to any depth.

    Costs one query, and one more where what narrows the list has to be counted.
    """

    parameters = ("page", "page_size", "cursor")
    START = "*"  # as a cursor: the first page, to go on by cursors

    def paginate_queryset(self, entries, request, view=None):
        """The editions of the page. Raises NotFound behind the end."""
        self.request = request
        self.number, self.size = self._read_number(), self._read_size()
        cursor = request.query_params.get("cursor")
        if cursor is None or cursor == self.START:
            self.page = entries.numbered(self.number or 1, self.size)
        else:
            self.page = self._page_at(entries, cursor)
        if not self.page.editions and self.number != 1 and cursor != self.START:
            raise NotFound(_("没有这一页。"))
        self.count = entries.count()
        return self.page.editions

    def _read_number(self):
        """The number of the page; None where a cursor tells which."""
        query = self.request.query_params
        if "cursor" in query:
            if "page" in query:
                raise NotFound(_("没有这一页:page 不能和 cursor 一起用。"))
            return None
        number = read_integer(query, "page", default=1, minimum=1, maximum=MAX_PAGE)
        if (number - 1) * self._read_size() >= MOST_NUMBERED:
            text = _("页号只用到第%d条;再往后从 cursor=* 开始,按 next 翻页。")
            raise NotFound(text % MOST_NUMBERED)
        return number

    def _page_at(self, entries, text):
        try:
            return entries.at(entries.cursor(text), self.size)
        except ValueError:
            raise NotFound(_("没有这一页:不是这个列表给出的 cursor。")) from None

    def _next_address(self):
        if self.page.next is None:
            return None
        if self.number and self.number * self.size < MOST_NUMBERED:
            return address_with(self.request, page=self.number + 1)
        return address_with(self.request, page=None, cursor=self.page.next)

    def _previous_address(self):
        if self.number:
            return super()._previous_address()
        previous = self.page.previous
        return previous and address_with(self.request, cursor=previous)

    def get_schema_operation_parameters(self, view):
        text = _(
            "从哪里开始:第一次写 *,以后用 next 和 previous 里给的。"
            "翻到多深都一样快,翻页时有发布也不缺不重。"
        )
        cursor = {"type": "string", "maxLength": MAX_LENGTH, "pattern": CURSOR}
        described = {"name": "cursor", "in": "query", "description": text, "schema": cursor}
        page, size = super().get_schema_operation_parameters(view)
        reach = _("第几页,从1开始。只能翻到第%d条,再往后用 cursor;没有这一页时答404。")
        page["description"] = reach % MOST_NUMBERED
        return [page, size, described]

    def get_paginated_response_schema(self, schema):
        page = super().get_paginated_response_schema(schema)
        text = _("全部条数;带 modified_after 时最多数到%d。") % MOST_COUNTED
        page["properties"]["count"] |= {"description": text}
        return page


class WholeLists(NumberedPages):
    """For reference lists, which are short: as a rule all of it in one page."""

    page_size = MAX_PAGE_SIZE
