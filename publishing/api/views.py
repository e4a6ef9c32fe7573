"""Views of the API: what all have, entries with their history, and reference lists."""

from django.db.models import OuterRef, Subquery
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from publishing.api.filters import SLUG, StrictFilterBackend
from publishing.api.items import (
    as_text,
    item_of,
    item_texts_of,
    past_item_of,
    reference_to,
    successors_of,
)
from publishing.api.pagination import EntryPages, NumberedPages, WholeLists
from publishing.api.parameters import check_query, not_among
from publishing.api.problems import Gone, ParameterError
from publishing.api.renderers import LinesRenderer, ListRenderer, TableRenderer
from publishing.api.schemas import EditionLine
from publishing.catalogue import catalogue_at
from publishing.models import Edition
from publishing.pages import find_edition
from qingdao_portal import api_deprecation

SLUG_PARAMETER = (
    {"type": "string", "pattern": SLUG},
    gettext_lazy("网址名;用过的旧网址名答301。"),
)
NUMBER_PARAMETER = ({"type": "integer", "minimum": 1}, gettext_lazy("版次。"))
MOVED_CACHE_CONTROL = "public, max-age=60"  # a slug that is given up may be taken again


class ApiView(APIView):
    """Reads only, with checked query parameters. No body is ever looked at.

    The attributes say what the OpenAPI document tells of the view; `serializer_class` describes
    its answer.
    """

    http_method_names = ["get", "head", "options"]
    parser_classes = []
    renderer_classes = [JSONRenderer]

    operation_id = ""
    summary = ""
    explanation = ""
    tag = ""
    is_list = False
    may_move = False
    error_statuses = (400, 406, 414)
    path_parameters = {}  # name -> (JSON Schema, description)
    answer_schemas = {}  # media type -> JSON Schema, where no serializer describes the answer

    def initial(self, request, *args, **kwargs):
        if request.method.lower() not in self.http_method_names:
            raise MethodNotAllowed(request.method)
        check_query(request.query_params, self.known_parameters())
        super().initial(request, *args, **kwargs)

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        api_deprecation.add_headers(response, self.operation_id, request)
        return response

    def known_parameters(self):
        """The names of all query parameters that this address takes."""
        return set()

    def described_parameters(self):
        """Query parameters for the OpenAPI document, beside those of filters and pages."""
        return []

    def options(self, request, *args, **kwargs):
        """Nothing but the `Allow` header that every answer has."""
        return Response(status=204)


class ApiViewSet(ApiView, GenericViewSet):
    """Lists and details: `list{plural}` and `get{singular}`; `label` is what partners read."""

    singular = ""
    plural = ""
    label = ""

    @property
    def is_list(self):
        return self.action == "list"

    @property
    def operation_id(self):
        return f"list{self.plural}" if self.is_list else f"get{self.singular}"

    @property
    def summary(self):
        return (_("%s列表") if self.is_list else _("一条%s")) % self.label

    @property
    def error_statuses(self):
        return (400, 404, 406, 414)

    def known_parameters(self):
        return set(self.paginator.parameters) if self.is_list else set()

    def moved_to(self, action, **kwargs):
        """A permanent redirect to where the entry is now."""
        address = self.reverse_action(action, kwargs=kwargs, request=self.request)
        headers = {"Location": address, "Cache-Control": MOVED_CACHE_CONTROL}
        return Response(status=301, headers=headers)


class EntryViewSet(ApiViewSet):
    """The live entries of one kind.

    Subclasses set `kind`, `serializer_class` (which describes an item), `filterset_class` and
    `csv_columns` (the name of a column -> what it shows of an item).
    """

    kind = ""
    csv_columns = {}
    queryset = Edition.objects.none()
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]{1,80}"
    path_parameters = {"slug": SLUG_PARAMETER}
    pagination_class = EntryPages
    filter_backends = [StrictFilterBackend]
    formats = [ListRenderer, LinesRenderer, TableRenderer]

    @property
    def may_move(self):
        return not self.is_list

    @property
    def error_statuses(self):
        return (400, 404, 406, 414) if self.is_list else (400, 404, 406, 410, 414)

    def get_renderers(self):
        return [renderer() for renderer in (self.formats if self.is_list else [JSONRenderer])]

    def known_parameters(self):
        if not self.is_list:
            return set()
        return super().known_parameters() | {"format", *self.filterset_class.base_filters}

    def described_parameters(self):
        if not self.is_list:
            return []
        names = [renderer.format for renderer in self.formats]
        text = _("json 分页;ndjson 每行一条、csv 每行一条(供 Excel),翻页看 Link 头。")
        return [OpenApiParameter("format", str, enum=names, default="json", description=text)]

    def list(self, request, **kwargs):
        entries = self.filter_queryset(self.queryset)
        if request.accepted_renderer.format == "json":
            entries.has_documents = False
            items = item_texts_of(self.paginate_queryset(entries), request)
        else:
            items = [item_of(edition, request) for edition in self.paginate_queryset(entries)]
        response = self.get_paginated_response(items)
        response.add_post_render_callback(keep_content_type)
        if request.accepted_renderer.format == "csv":
            response.headers["Content-Disposition"] = (
                f'attachment; filename="{self.plural.lower()}.csv"'
            )
        return response

    def retrieve(self, request, slug, **kwargs):
        edition = find_edition(self.kind, slug)
        if edition.is_withdrawn:
            raise gone(edition, request)
        if edition.slug != slug:
            return self.moved_to("detail", slug=edition.slug)
        return Response(item_of(edition, request))


class HistoryViewSet(ApiViewSet):
    """All editions of one entry, withdrawn ones included: what was public stays on record."""

    kind = ""
    queryset = Edition.objects.none()
    lookup_field = "number"
    lookup_value_regex = "[1-9][0-9]{0,8}"
    path_parameters = {"slug": SLUG_PARAMETER, "number": NUMBER_PARAMETER}
    pagination_class = NumberedPages
    may_move = True

    @property
    def error_statuses(self):
        return (400, 404, 406, 414) if self.is_list else (400, 404, 406, 410, 414)

    def get_serializer_class(self):
        return EditionLine if self.is_list else self.serializer_class

    def list(self, request, slug, **kwargs):
        newest = find_edition(self.kind, slug)
        if newest.slug != slug:
            return self.moved_to("list", slug=newest.slug)
        editions = Edition.objects.filter(kind=self.kind, entry_id=newest.entry_id)
        page = self.paginate_queryset(editions.defer("document", "facets", "references"))
        return self.get_paginated_response([self._line(edition, slug) for edition in page])

    def retrieve(self, request, slug, number, **kwargs):
        edition = self._find(slug, int(number))
        if edition.current_slug != slug:
            return self.moved_to("detail", slug=edition.current_slug, number=number)
        if edition.is_withdrawn:
            raise gone(edition, request)
        return Response(past_item_of(edition, request, slug=slug) | facts_of(edition))

    def _line(self, edition, slug):
        kwargs = {"slug": slug, "number": edition.number}
        return {
            "edition": edition.number,
            "sequence": edition.id,
            "slug": edition.slug,
            **facts_of(edition),
            "published_at": as_text(edition.published_at),
            "document_url": self.reverse_action("detail", kwargs=kwargs, request=self.request),
        }

    def _find(self, slug, number):
        """The edition of the entry that has, or had last, this slug. Or Http404. One query."""
        editions = Edition.objects.of_kind(self.kind)
        entry = editions.filter(slug=slug).order_by("-is_current", "-id").values("entry_id")[:1]
        newest = editions.newest().filter(entry_id=OuterRef("entry_id"))
        found = editions.filter(number=number, entry_id=Subquery(entry))
        edition = found.annotate(current_slug=Subquery(newest.values("slug"))).first()
        if edition is None:
            raise Http404(_("没有这一版。"))
        return edition


class CatalogueViewSet(ApiViewSet):
    """A list of reference rows out of the catalogue.

    Subclasses set `collection`, `lookup_field` and `serializer_class` (which describes a row).
    `narrowed_by` says what the list may be narrowed by: the name of a parameter -> the collection
    that its slugs are from, and whether a row belongs to that part.
    """

    tag = "reference"
    collection = ""
    lookup_value_regex = "[-a-zA-Z0-9_]{1,80}"
    path_parameters = {"slug": ({"type": "string", "pattern": SLUG}, gettext_lazy("网址名。"))}
    narrowed_by = {}
    pagination_class = WholeLists

    @cached_property
    def catalogue(self):
        return catalogue_at(self.request.site_version)

    def rows(self):
        return self.catalogue[self.collection]

    def known_parameters(self):
        return super().known_parameters() | (set(self.narrowed_by) if self.is_list else set())

    def described_parameters(self):
        if not self.is_list:
            return []
        schema = {"type": "string", "pattern": SLUG}
        return [
            OpenApiParameter(name, schema, description=_("/api/v1/%s/ 里的 slug。") % collection)
            for name, (collection, _belongs) in self.narrowed_by.items()
        ]

    def list(self, request, **kwargs):
        rows = self.rows()
        for name, (collection, belongs) in self.narrowed_by.items():
            if name in request.query_params:
                part = self._named_part(name, collection)
                rows = [row for row in rows if belongs(row, part)]
        return self.get_paginated_response(self.paginate_queryset(rows))

    def retrieve(self, request, **kwargs):
        wanted = kwargs[self.lookup_field]
        for row in self.rows():
            if str(row[self.lookup_field]) == wanted:
                return Response(row)
        raise Http404(_("没有这一条。"))

    def _named_part(self, name, collection):
        parts = {part["slug"]: part for part in self.catalogue[collection]}
        slug = self.request.query_params[name]
        if slug not in parts:
            raise ParameterError((name, not_among(parts)))
        return parts[slug]


def keep_content_type(response):
    """Give a list without a line its type back, which is dropped with an empty body."""
    response.headers.setdefault("Content-Type", response.accepted_renderer.media_type)


def facts_of(edition):
    """How and why the edition came about."""
    return {"event": edition.event, "note": edition.note, "is_current": edition.is_current}


def gone(edition, request):
    """The error that a withdrawn entry is answered with."""
    successor = successors_of([edition]).get(edition.successor_id)
    return Gone(
        reason=edition.note,
        withdrawn_at=as_text(edition.published_at),
        successor=reference_to(successor, request),
    )
