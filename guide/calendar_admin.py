"""The form for a year's holidays."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from guide.models import CalendarSpan
from publishing.admin import ChildInline, ReferenceAdmin
from publishing.forms import ChildFormSet


class CalendarSpanFormSet(ChildFormSet):
    def clean(self):
        """Rows that are sent together must not share a day: each alone would pass."""
        super().clean()
        seen = set()
        for form in self.forms:
            if form.errors or form in self.deleted_forms or not form.cleaned_data.get("first_on"):
                continue
            days = set(form.instance.days)
            if days & seen:
                shared = min(days & seen)
                raise ValidationError(_("%s写了两次。同一天只能在一行里。") % f"{shared:%Y-%m-%d}")
            seen |= days


class CalendarSpanInline(ChildInline):
    model = CalendarSpan
    formset = CalendarSpanFormSet
    fields = [("kind", "name", "first_on", "last_on")]


class WorkCalendarAdmin(ReferenceAdmin):
    exchange_names = ["year"]
    list_display = ["year", "source"]
    list_select_related = ["source"]
    search_fields = ["year", "source__title"]
    autocomplete_fields = ["source"]
    inlines = [CalendarSpanInline]
    fieldsets = [(None, {"fields": ["year", "source"]})]
