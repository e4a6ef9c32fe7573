"""`/api/v1/search/`: the results of the page, for programs."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers

from publishing.api.filters import SLUG, TEXT
from publishing.api.pagination import NumberedPages
from publishing.api.parameters import not_among
from publishing.api.problems import ParameterError
from publishing.api.views import ApiView
from publishing.catalogue import catalogue_at
from search.facets import values_of
from search.finding import find
from search.presenting import KIND_LABELS, excerpt, pattern_of
from search.reading import MAX_LENGTH, read
from search.vocabulary import vocabulary_at


class SearchPages(NumberedPages):
    """Pages of `find(page=…, page_size=…)`; the envelope also has the numbers of each facet."""

    def _read(self, find_page, start):
        found = find_page(page=self.number, page_size=self.size)
        self.facets, self.is_part = found.facets, found.is_part
        return found.results, found.total

    def get_paginated_response(self, data):
        response = super().get_paginated_response(data)
        response.data |= {"count_is_exact": not self.is_part, "facets": self._groups()}
        return response

    def _groups(self):
        groups = {}
        for facet, number in sorted(self.facets.items()):
            name, _colon, value = facet.partition(":")
            groups.setdefault(name, {})[value] = number
        return groups

    def get_paginated_response_schema(self, schema):
        page = super().get_paginated_response_schema(schema)
        numbers = {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}}
        page["required"] = [*page["required"], "count_is_exact", "facets"]
        page["properties"]["count"] |= {
            "description": _("找到几条;count_is_exact 为 false 时是至少几条。")
        }
        page["properties"]["count_is_exact"] = {
            "type": "boolean",
            "description": _("false:词太常见,只数了最相关的一部分,也只给出这些。"),
        }
        page["properties"]["facets"] = {
            "type": "object",
            "additionalProperties": numbers,
            "description": _("每个筛选条件有几条:条件名 → 值 → 条数。"),
        }
        return page


class SearchResult(serializers.Serializer):
    """One thing that was found."""

    purpose = gettext_lazy("一条搜索结果")

    kind = serializers.ChoiceField(choices=list(KIND_LABELS.items()))
    id = serializers.UUIDField(help_text=gettext_lazy("条目、问答、热线或地点的标识。"))
    slug = serializers.SlugField(
        help_text=gettext_lazy("网址名;问答是所属举措的,办事地点是所在城市的。")
    )
    title = serializers.CharField()
    excerpt = serializers.CharField(
        allow_blank=True, help_text=gettext_lazy("正文里与查询最相关的一段,纯文本。")
    )
    url = serializers.URLField(help_text=gettext_lazy("网页。"))
    domain = serializers.SerializerMethodField(help_text=gettext_lazy("领域;没有时为 null。"))
    cities = serializers.ListField(
        child=serializers.SlugField(), help_text=gettext_lazy("涉及的城市。")
    )

    @extend_schema_field({"type": ["string", "null"]})
    def get_domain(self, result):
        return result["domain"] or None


class SearchView(ApiView):
    """What readers find, in the same order."""

    operation_id = "search"
    tag = "search"
    summary = gettext_lazy("搜索")
    explanation = gettext_lazy(
        "在举措、问答、项目、合作区、热线和办事地点里搜索,与网页的结果一样:中文词、同义词、繁体字、拼音和首字母都可以,"
        "错一个字也能找到。最相关的在前。"
    )
    is_list = True
    error_statuses = (400, 404, 406, 414)
    serializer_class = SearchResult
    pagination_class = SearchPages

    @property
    def paginator(self):
        if not hasattr(self, "_paginator"):
            self._paginator = self.pagination_class()
        return self._paginator

    def known_parameters(self):
        return {"q", "kind", "domain", "city", "scenario", *SearchPages.parameters}

    def described_parameters(self):
        slugs = {"type": "string", "pattern": SLUG}
        kinds = {"type": "string", "enum": list(KIND_LABELS)}
        described = [
            ("q", {"type": "string", **TEXT}, _("要找什么。"), True),
            ("kind", kinds, _("只要这一类。"), False),
            ("domain", slugs, _("只要这个领域。"), False),
            ("city", slugs, _("只要涉及这个城市的。"), False),
            ("scenario", slugs, _("只要这个生活场景。"), False),
        ]
        return [
            OpenApiParameter(name, schema, description=text, required=is_required)
            for name, schema, text, is_required in described
        ]

    def get(self, request):
        query = request.query_params
        vocabulary = vocabulary_at(request.site_version)
        parsed = read(self._text(query), vocabulary)
        facets = self._facets(query)

        def find_page(**place):
            return find(parsed, filters=facets, **place)

        results = self.paginator.paginate_queryset(find_page, request)
        pattern = pattern_of(parsed)
        return self.paginator.get_paginated_response(
            [self._item(result, pattern) for result in results]
        )

    def _text(self, query):
        text = query.get("q")
        if text is None:
            raise ParameterError(("q", _("必须有,写要找什么。")))
        if len(text) > MAX_LENGTH:
            raise ParameterError(("q", _("太长,最多%d个字。") % MAX_LENGTH))
        return text

    def _facets(self, query):
        """Those asked for. Raises ParameterError for a value that is not there."""
        facets, errors = [], []
        for name, labels in values_of(catalogue_at(self.request.site_version)).items():
            value = query.get(name)
            if value is not None and value not in labels:
                errors.append((name, not_among(list(labels))))
            elif value is not None:
                facets.append(f"{name}:{value}")
        if errors:
            raise ParameterError(*errors)
        return facets

    def _item(self, result, pattern):
        return {
            **{name: result[name] for name in ("kind", "id", "slug", "title")},
            "excerpt": excerpt(result["text"], pattern),
            "url": self.request.build_absolute_uri(result["url"]),
            "domain": result["domain"] or None,
            "cities": result["cities"],
        }
