"""The change feed: every edition and every withdrawal, in order, none left out."""

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from publishing import registry
from publishing.api.items import address_with, as_text, reference_to, successors_of
from publishing.api.parameters import read_choices, read_flag, read_integer
from publishing.api.schemas import Changes
from publishing.api.views import ApiView
from publishing.api.waiting import bell
from publishing.catalogue import current_version
from publishing.models import Edition

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000
MAX_SEQUENCE = 10**18 - 1
MAX_WAIT = 25  # seconds; proxies give up after 30 and more


class ChangesView(ApiView):
    """All changes after a sequence, oldest first."""

    operation_id = "listChanges"
    tag = "changes"
    summary = gettext_lazy("变更流")
    explanation = gettext_lazy(
        "每一次发布、更新、改址和撤下,按序号排列,不缺不漏。第一次从 after=0 开始取全部,以后把上次的"
        " next_after 作为 after。next 为 null 时已是最新。"
        " wait 让已是最新的请求等到有新变更再答。"
    )
    serializer_class = Changes

    def known_parameters(self):
        return {"after", "limit", "kinds", "minimal", "wait"}

    def described_parameters(self):
        kinds = {"type": "array", "items": {"enum": sorted(registry.kinds)}, "minItems": 1}
        return [
            OpenApiParameter(
                "after",
                {"type": "integer", "minimum": 0, "maximum": MAX_SEQUENCE, "default": 0},
                description=_("只要序号大于它的变更。"),
            ),
            OpenApiParameter(
                "limit",
                {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": MAX_LIMIT,
                    "default": DEFAULT_LIMIT,
                },
                description=_("最多几条。"),
            ),
            OpenApiParameter(
                "kinds", kinds, explode=False, style="form", description=_("只要这些类别。")
            ),
            OpenApiParameter("minimal", bool, default=False, description=_("不要全文。")),
            OpenApiParameter(
                "wait",
                {"type": "integer", "minimum": 0, "maximum": MAX_WAIT, "default": 0},
                description=_("没有新变更时,最多等几秒再答;等候的人太多时立即回答。"),
            ),
        ]

    def get(self, request):
        query = request.query_params
        after = read_integer(query, "after", default=0, minimum=0)
        limit = read_integer(query, "limit", default=DEFAULT_LIMIT, minimum=1, maximum=MAX_LIMIT)
        kinds = read_choices(query, "kinds", sorted(registry.kinds))
        is_minimal = read_flag(query, "minimal")
        wait = read_integer(query, "wait", default=0, minimum=0, maximum=MAX_WAIT)
        newest = self._newest(after, wait)
        editions = Edition.objects.of_kind(*kinds).filter(id__gt=after).order_by("id")
        editions = list(editions[: limit + 1])
        is_last = len(editions) <= limit
        editions = editions[:limit]
        next_after = self._next_after(after, editions, newest if is_last else 0)
        return Response(
            {
                "next_after": next_after,
                "next": None if is_last else address_with(request, after=next_after),
                "results": changes_of(editions, request, is_minimal=is_minimal),
            },
            # What was waited for is of this moment; a cache would hold the next one up.
            headers={"Cache-Control": "no-store"} if wait else None,
        )

    def _newest(self, after, wait):
        """The newest sequence, once there is one after `after` or the time to wait is over.

        Whoever is behind, or ahead of a site that was set back, has nothing to wait for. Others
        may use the request's connection meanwhile.
        """
        newest = self.request.site_version.sequence
        if not wait or after != newest or not settings.API_WAITERS:
            return newest
        connection.close()
        bell.wait_beyond(after, seconds=wait, at_most=settings.API_WAITERS)
        return current_version().sequence

    @staticmethod
    def _next_after(after, editions, newest):
        """Up to where the reader has now seen everything of these kinds.

        `newest` was read before the editions: all it counts were there to be read.
        """
        return max(editions[-1].id if editions else after, newest)


def changes_of(editions, request, *, is_minimal):
    """The editions as changes; with `is_minimal` without the documents."""
    successors = successors_of(editions)
    changes = []
    for edition in editions:
        change = _change_of(edition, request)
        change["successor"] = reference_to(successors.get(edition.successor_id), request)
        if not is_minimal:
            change["document"] = None if edition.is_withdrawn else edition.document
        changes.append(change)
    return changes


def _change_of(edition, request):
    return {
        "sequence": edition.id,
        "kind": edition.kind,
        "id": str(edition.entry_id),
        "slug": edition.slug,
        "edition": edition.number,
        "event": edition.event,
        "note": edition.note,
        "published_at": as_text(edition.published_at),
        "url": request.build_absolute_uri(edition.get_absolute_url()),
    }
