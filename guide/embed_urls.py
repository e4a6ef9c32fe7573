from django.urls import path

from guide import embedding, oembed

app_name = "embed"

urlpatterns = [
    path("measures/<slug:slug>/", embedding.measure_card, name="measure"),
    path("domains/<slug:slug>/", embedding.domain_list, name="domain"),
    path("element.js", embedding.element, name="element"),
    path("oembed.json", oembed.oembed, name="oembed"),
]
