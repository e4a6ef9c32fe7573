"""Lists narrowed to what waits for the user, and the button that says: still true."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from publishing import reviews
from publishing.queues import queues
from publishing.services import PublishingError
from publishing.states import is_live


class QueueFilter(admin.SimpleListFilter):
    """Entries that wait for the user: the rows behind each number of the to-do."""

    title = gettext_lazy("待办")
    parameter_name = "todo"

    def lookups(self, request, model_admin):
        return [(queue.name, queue.label) for queue in queues.values()]

    def queryset(self, request, queryset):
        queue = queues.get(self.value())
        return queue.narrow(request.user, queryset, timezone.now()) if queue else queryset


class WaitingMixin:
    """Adds the filters of the to-do and 核实无误 to a `ModelAdmin` of entries."""

    def get_urls(self):
        verify = path(
            "<uuid:pk>/verify/",
            self.admin_site.admin_view(require_POST(self.verify_view)),
            name=f"{self.opts.app_label}_{self.opts.model_name}_verify",
        )
        return [verify, *super().get_urls()]

    def get_list_filter(self, request):
        return [QueueFilter, "workflow_state", *super().get_list_filter(request)]

    def has_verify_permission(self, request, obj=None):
        """Whether the user may verify this entry, or any at all."""
        if obj is not None:
            return reviews.may_verify(request.user, obj)
        return reviews.verifiable(request.user, self.model.objects.all()).exists()

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            context["may_verify"] = is_live(obj) and self.has_verify_permission(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def verify_view(self, request, pk):
        """Stamp one entry, and lead back to it."""
        entry = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_verify_permission(request, entry):
            raise PermissionDenied
        self._verify(request, [entry])
        return HttpResponseRedirect(self.page_url(entry, "change"))

    @admin.action(description=gettext_lazy("核实无误(只更新核对日期)"), permissions=["verify"])
    def verify_selected(self, request, queryset):
        self._verify(request, queryset)

    def _verify(self, request, entries):
        """Stamp each in a transaction of its own, and say how many; give reasons for the rest."""
        count = 0
        for entry in entries:
            try:
                reviews.verify(entry=entry, by=request.user)
                count += 1
            except PublishingError as error:
                self.message_user(request, error, messages.ERROR)
            except PermissionDenied:
                text = _("您不负责“%s”,没有核实。") % entry
                self.message_user(request, text, messages.ERROR)
        if count:
            text = ngettext("已核实%d条,核对日期已公开。", "已核实%d条,核对日期已公开。", count)
            self.message_user(request, text % count, messages.SUCCESS)
