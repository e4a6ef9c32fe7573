from django.contrib import admin

from publishing.admin import TRANSLATIONS, ReferenceAdmin
from sources.models import Source


@admin.register(Source)
class SourceAdmin(ReferenceAdmin):
    list_display = ["__str__", "key", "date", "date_kind", "link"]
    list_filter = ["link", "date_kind"]
    search_fields = ["key", "title", "publisher", "url"]
    fieldsets = [
        (None, {"fields": ["publisher", "title", ("date", "date_kind"), ("link", "url"), "key"]}),
        TRANSLATIONS,
    ]
