"""Entries in the staff area: lists that say what is public, and a form that never publishes."""

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publishing import workflow
from publishing.admin.acts import PublishingActs
from publishing.admin.checks import OutsideChecks
from publishing.admin.compare import Comparisons
from publishing.admin.facts import ENTRY_FACTS
from publishing.admin.restore import Restorations
from publishing.admin.rows import RowAdmin
from publishing.admin.views import PublicLooks
from publishing.admin.waiting import WaitingMixin
from publishing.forms import EntryForm
from publishing.states import State, public_path, with_state
from staff import access

EVENTS_SHOWN = 20


class StateFilter(admin.SimpleListFilter):
    """Entries by where they stand between the working copy and the public side."""

    title = gettext_lazy("发布状态")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return State.choices

    def queryset(self, request, queryset):
        return queryset.filter(state=self.value()) if self.value() in State.values else queryset


class EntryAdmin(
    WaitingMixin,
    PublishingActs,
    Restorations,
    Comparisons,
    OutsideChecks,
    PublicLooks,
    RowAdmin,
):
    """An entry's working copy. Saving it changes nothing public."""

    form = EntryForm
    change_form_template = "admin/publishing/entry_change_form.html"
    readonly_fields = ["last_verified_by", "created_at", "changed_at"]
    exchange_facts = ENTRY_FACTS
    actions = [*PublishingActs.actions, "verify_selected"]

    def get_queryset(self, request):
        return with_state(super().get_queryset(request))

    def before_import(self, request, row, changed_names):
        if "last_verified_on" in changed_names:
            row.last_verified_by = request.user

    def save_model(self, request, obj, form, change):
        """Save what was changed; a form sent unchanged leaves nothing to publish."""
        if "last_verified_on" in form.changed_data:
            obj.last_verified_by = request.user
        if form.has_changed() or not change:
            super().save_model(request, obj, form, change)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            context.update(
                state_label=State(obj.state).label,
                public_path=public_path(obj),
                may_submit=access.may_submit(request.user, obj),
                workflow_label=obj.get_workflow_state_display(),
                acts=self.acts_offered(request, obj, waiting := workflow.waiting_plans(obj)),
                plans=waiting,
                events=workflow.events_of(obj)[:EVENTS_SHOWN],
            )
        else:
            context["may_submit"] = self.has_add_permission(request)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_post_save_add(self, request, obj):
        return self._response_to_button(request, obj) or super().response_post_save_add(
            request, obj
        )

    def response_post_save_change(self, request, obj):
        return self._response_to_button(request, obj) or super().response_post_save_change(
            request, obj
        )

    def has_delete_permission(self, request, obj=None):
        """Never for what was public once: its address must go on saying what became of it."""
        was_public = getattr(obj, "state", State.DRAFT) != State.DRAFT
        return not was_public and super().has_delete_permission(request, obj)

    def get_deleted_objects(self, objs, request):
        """Give the reason against deleting what was public once; a draft goes with its parts."""
        deleted, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        perms_needed -= {inline.model._meta.verbose_name for inline in self.inlines}
        once_public = [entry for entry in objs if entry.state != State.DRAFT]
        reasons = [_("“%s”公开过,不能删除。请改用撤回。") % entry for entry in once_public]
        if reasons:
            perms_needed.discard(self.opts.verbose_name)
        return deleted, counts, perms_needed, [*protected, *reasons]

    @admin.display(description=gettext_lazy("发布状态"), ordering="state")
    def state(self, entry):
        state = State(entry.state)
        return format_html('<span class="state state--{}">{}</span>', state.value, state.label)

    @admin.display(description=gettext_lazy("版次"), ordering="edition_at")
    def edition_name(self, entry):
        return _("第%d版") % entry.edition["number"] if entry.edition else "-"

    @admin.display(description=gettext_lazy("查看"))
    def looks(self, entry):
        preview = format_html('<a href="{}">{}</a>', self.page_url(entry, "preview"), _("预览"))
        public = public_path(entry)
        if not public:
            return preview
        return format_html('<a href="{}">{}</a> {}', public, _("公开页"), preview)

    def _response_to_button(self, request, entry):
        """Lead from “保存并…” to the page for it; what was saved is in the database by then."""
        for page in ("preview", "submit"):
            if f"_{page}" in request.POST:
                return HttpResponseRedirect(self.page_url(entry, page))
        return None
