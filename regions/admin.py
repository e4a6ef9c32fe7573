from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from publishing.admin import TRANSLATIONS, ReferenceAdmin
from regions.models import City, County, StatisticalZone


@admin.register(City)
class CityAdmin(ReferenceAdmin):
    exchange_names = ["short_name", "name", "slug", "code"]
    list_display = ["short_name", "name", "code", "slug", "kind"]
    list_filter = ["kind"]
    search_fields = ["short_name", "name", "pinyin", "code", "slug"]
    fieldsets = [
        (None, {"fields": [("name", "short_name"), ("code", "kind"), "pinyin", "slug"]}),
        (_("示意图上的位置"), {"fields": [("lng", "lat")]}),
        TRANSLATIONS,
    ]


@admin.register(County)
class CountyAdmin(ReferenceAdmin):
    exchange_names = [("city__short_name", "name"), "code"]
    list_display = ["name", "code", "city", "kind", "in_metro_plan"]
    list_filter = ["city", "kind", "in_metro_plan"]
    list_select_related = ["city"]
    search_fields = ["name", "pinyin", "code"]
    autocomplete_fields = ["city"]
    fieldsets = [
        (None, {"fields": ["name", ("code", "kind"), "pinyin", "city", "in_metro_plan", "note"]}),
        (_("示意图上的位置"), {"fields": [("lng", "lat"), "point_from"]}),
        TRANSLATIONS,
    ]


@admin.register(StatisticalZone)
class StatisticalZoneAdmin(ReferenceAdmin):
    list_display = ["name", "code", "city"]
    list_filter = ["city"]
    list_select_related = ["city"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["city"]
    fieldsets = [(None, {"fields": [("name", "code"), "city"]}), TRANSLATIONS]
