"""The form for a year's holidays."""

from guide.models import CalendarSpan
from publishing.admin import ChildInline, ReferenceAdmin


class CalendarSpanInline(ChildInline):
    model = CalendarSpan
    fields = [("kind", "name", "first_on", "last_on")]


class WorkCalendarAdmin(ReferenceAdmin):
    exchange_names = ["year"]
    list_display = ["year", "source"]
    list_select_related = ["source"]
    search_fields = ["year", "source__title"]
    autocomplete_fields = ["source"]
    inlines = [CalendarSpanInline]
    fieldsets = [(None, {"fields": ["year", "source"]})]
