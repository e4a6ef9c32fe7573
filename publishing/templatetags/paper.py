"""Addresses as paper carries them: short, and drawn for the camera of a phone."""

from functools import lru_cache

import segno
from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from publishing.short_addresses import public_address, short_address

register = template.Library()
register.filter(public_address)
register.filter(short_address)


@register.filter
def qr_code(address):
    """The address as a QR code, inline SVG. The text beside it has the address in letters."""
    name = format_html('<svg class="qr" role="img" aria-label="{}" ', _("二维码,内容是旁边的网址"))
    return mark_safe(_drawing(address).replace("<svg ", name, 1))  # noqa: S308


@lru_cache(maxsize=1024)  # takes milliseconds, and a handbook has dozens
def _drawing(address):
    """Drawn by segno from the address: paths and numbers only. White ground: cameras need it."""
    code = segno.make(address, error="m", micro=False)
    return code.svg_inline(border=4, omitsize=True, light="#fff", lineclass=None, svgclass=None)


@register.filter
def without_scheme(address):
    """`portal.example/m/rail-passes`: what somebody types who reads the address on paper."""
    return address.partition("://")[2] or address
