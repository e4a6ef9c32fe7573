"""The finder in the staff area: its rows are a working copy; the last list publishes them."""

from django import forms
from django.contrib import admin, messages
from django.db.models import OuterRef, Subquery
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finder.documents import draft_document, public_document
from finder.models import Answer, Condition, Question, Release, Rule
from finder.services import draft_problems, publish
from finder.views import page_of
from publishing.admin.fieldsets import TRANSLATIONS
from publishing.admin.rows import ChildInline, RowAdmin, StaffAdmin
from publishing.catalogue import catalogue_at, current_version
from publishing.forms import RowForm
from publishing.models import Edition
from publishing.services import PublishingError


class AnswerInline(ChildInline):
    model = Answer
    fk_name = "question"
    fields = [("label", "slug", "position"), "hint", "next_question", "no_entry"]
    autocomplete_fields = ["next_question"]


class ConditionInline(ChildInline):
    model = Condition
    fields = [("answer", "verdict", "position"), "why"]
    autocomplete_fields = ["answer"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("answer__question")


@admin.register(Question)
class QuestionAdmin(RowAdmin):
    form = RowForm
    list_display = ["text", "slug", "role", "position"]
    list_filter = ["role"]
    search_fields = ["text", "slug", "answers__label"]
    inlines = [AnswerInline]
    fieldsets = [
        (None, {"fields": ["text", "hint", ("slug", "role", "position")]}),
        TRANSLATIONS,
    ]


@admin.register(Answer)
class AnswerAdmin(RowAdmin):
    form = RowForm
    list_display = ["label", "question", "slug", "next_question", "no_entry", "position"]
    list_select_related = ["question", "next_question"]
    list_filter = ["question"]
    search_fields = ["label", "slug", "question__text"]
    autocomplete_fields = ["question", "next_question"]
    exchange_names = [("question__slug", "slug")]
    fieldsets = [
        (None, {"fields": ["question", ("label", "slug", "position"), "hint"]}),
        (gettext_lazy("接下来"), {"fields": ["next_question", "no_entry"]}),
        TRANSLATIONS,
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("question")


class RuleForm(RowForm):
    """Entries are chosen by the title that is public now."""

    entry_id = forms.ChoiceField(label=gettext_lazy("条目"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "entry_id" in self.fields:
            titles = _titles()
            chosen = str(self.instance.entry_id or "")
            if chosen and chosen not in titles:
                titles[chosen] = _("已不公开的条目")
            self.fields["entry_id"].choices = [("", "---------"), *titles.items()]


def _titles():
    editions = Edition.objects.current().of_kind("measure").in_order()
    return {str(pk): title for pk, title in editions.values_list("entry_id", "title")}


@admin.register(Rule)
class RuleAdmin(RowAdmin):
    form = RuleForm
    list_display = ["title", "place", "next_step", "position"]
    list_filter = ["place", "conditions__answer__question"]
    search_fields = ["next_step", "conditions__why"]
    inlines = [ConditionInline]
    fieldsets = [
        (None, {"fields": ["entry_id", ("place", "position"), "next_step"]}),
        TRANSLATIONS,
    ]

    def get_queryset(self, request):
        live = Edition.objects.current().filter(
            kind=OuterRef("kind"), entry_id=OuterRef("entry_id")
        )
        title = Subquery(live.values("title"))
        return super().get_queryset(request).annotate(title=title)

    @admin.display(description=gettext_lazy("条目"))
    def title(self, rule):
        return rule.title or _("已不公开的条目")


class ReleaseForm(forms.Form):
    note = forms.CharField(label=gettext_lazy("修改说明"), max_length=300)


@admin.register(Release)
class ReleaseAdmin(StaffAdmin):
    """What was published, whether the working copy may be, and the button that does it."""

    change_list_template = "admin/finder/release/change_list.html"
    list_display = ["__str__", "note", "published_at", "published_by"]
    list_select_related = ["published_by"]
    search_fields = ["note"]
    fields = ["note", "published_at", "published_by"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).defer("document")

    def get_urls(self):
        site = self.admin_site
        return [
            path("publish/", site.admin_view(self.publish_view), name="finder_release_publish"),
            path("preview/", site.admin_view(self.preview_view), name="finder_release_preview"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        document = draft_document()
        context = {
            "problems": draft_problems(document),
            "is_changed": document != public_document(),
            "may_publish": request.user.has_perm("finder.publish_release"),
            "form": ReleaseForm(),
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def publish_view(self, request):
        """Publish on POST; then, and for anything else, the list with the outcome."""
        if request.method == "POST":
            try:
                release = publish(by=request.user, note=request.POST.get("note", "")[:300])
            except PublishingError as error:
                self.message_user(request, str(error), messages.ERROR)
            else:
                text = _("已发布。") if release else _("没有变化,不用发布。")
                self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:finder_release_changelist"))

    def preview_view(self, request):
        """The finder as the working copy would have it; its faults instead, if there are any."""
        document = draft_document()
        if found := draft_problems(document):
            self.message_user(request, "".join(found), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:finder_release_changelist"))
        request.site_version = current_version()
        return page_of(request, document, catalogue_at(request.site_version)["domains"])
