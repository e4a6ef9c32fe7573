"""Synonyms, and what readers looked for: the way from one to the other is two clicks."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from publishing.admin.rows import RowAdmin, StaffAdmin
from publishing.catalogue import current_version
from publishing.forms import RowForm
from search.models import Synonym, WordCount
from search.suggesting import nearest_words
from search.vocabulary import vocabulary_at

PROPOSED = 3  # words offered for a synonym that is made from what readers looked for


@admin.register(Synonym)
class SynonymAdmin(RowAdmin):
    """Saving one changes results at once: it is no part of an entry and has no editions."""

    form = RowForm
    list_display = ["word", "meanings", "note"]
    search_fields = ["word", "means", "note"]
    fieldsets = [(None, {"fields": ["word", "means", "note"]})]
    import_note = _("同义词一导入就生效,不用发布。")

    @admin.display(description=_("条目里的词"))
    def meanings(self, synonym):
        return "、".join(synonym.means)

    def get_changeform_initial_data(self, request):
        """`?word=` as in the links of the list of searches, with the nearest words proposed."""
        word = request.GET.get("word", "")
        if not word:
            return super().get_changeform_initial_data(request)
        near = nearest_words(word, vocabulary_at(current_version()))
        return {"word": word, "means": near[:PROPOSED]}


class OutcomeFilter(admin.SimpleListFilter):
    """What readers did not get."""

    title = _("结果")
    parameter_name = "outcome"

    def lookups(self, request, model_admin):
        return [("nothing", _("没有找到")), ("unused", _("找到了,没人点开"))]

    def queryset(self, request, queryset):
        if self.value() == "nothing":
            return queryset.filter(results=0, clicks=0)
        if self.value() == "unused":
            return queryset.filter(results__gt=0, clicks=0)
        return queryset


@admin.register(WordCount)
class WordCountAdmin(StaffAdmin):
    """Counts only; nobody edits them."""

    list_display = ["text", "searches", "results", "clicks", "last_on", "as_synonym"]
    list_filter = [OutcomeFilter, "last_on"]
    search_fields = ["text"]
    fields = ["text", "searches", "results", "clicks", "last_on"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_list_display(self, request):
        """The link to a new synonym only for whoever may add one."""
        columns = super().get_list_display(request)
        may_add = self.admin_site.get_model_admin(Synonym).has_add_permission(request)
        return columns if may_add else columns[:-1]

    @admin.display(description=_("补救"))
    def as_synonym(self, count):
        address = f"{reverse('admin:search_synonym_add')}?{urlencode({'word': count.text})}"
        return format_html('<a href="{}">{}</a>', address, _("设为同义词"))
