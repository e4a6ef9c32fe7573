"""schema.org data on the pages of measures."""

from django import template
from django.utils.safestring import mark_safe

from guide.structured_data import faq_page, government_service
from publishing.json_ld import json_ld

register = template.Library()


@register.simple_tag
def service_data(measure, provision=None):
    """The measure as a GovernmentService, and its questions on its own page."""
    found = [government_service(measure, provision), None if provision else faq_page(measure)]
    return mark_safe("\n".join(json_ld(data) for data in found if data))  # noqa: S308
