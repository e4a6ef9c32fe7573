"""What pages tell machines: schema.org data, and the meta tags of government websites."""

import re
from html import unescape

from django import template
from django.conf import settings
from django.utils import timezone

from publishing.json_ld import absolute as absolute_address
from publishing.json_ld import breadcrumb_list, json_ld
from qingdao_portal import kept_parts

register = template.Library()
_LINK = re.compile(r'<a href="([^"]+)">([^<]+)</a>')


class TrailNode(template.Node):
    """Prints what is inside, and on public pages says it again as a BreadcrumbList."""

    def __init__(self, nodelist):
        self.nodelist = nodelist

    def render(self, context):
        html = self.nodelist.render(context)
        if not context.get("is_public_page"):
            return html
        return html + _said_of(html, kept_parts.moment_of(context))


def _said_of(html, moment):
    """The links in `html` as a BreadcrumbList; made once in a process."""
    key = kept_parts.key_of("trail", [settings.PORTAL_URL, html], moment)
    data = kept_parts.find(key)
    if data is None:
        links = [(unescape(path), unescape(name)) for path, name in _LINK.findall(html)]
        data = json_ld(breadcrumb_list(links)) if len(links) > 1 else ""
        kept_parts.put(key, data)
    return data


@register.tag
def trail(parser, token):
    """`{% trail %}…{% endtrail %}` around the links from the home page to the page."""
    nodelist = parser.parse(("endtrail",))
    parser.delete_first_token()
    return TrailNode(nodelist)


@register.filter
def absolute(path):
    """The full address of a path of this site."""
    return absolute_address(path)


@register.filter
def to_the_minute(moment):
    """A time as PubDate wants it: `2025-04-28 09:30`."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


@register.filter
def content_source(item):
    """Who published what an entry rests on, each once; '' where nobody is named."""
    publishers = (citation["source"]["publisher"] for citation in item["citations"])
    return "、".join(dict.fromkeys(filter(None, publishers)))


@register.filter
def keywords_of(item):
    """Words under which an entry may be looked for."""
    domain = item.get("domain") or {"name": ""}
    cities = [city["short_name"] for city in item["cities"]]
    words = [*item.get("keywords", ()), domain["name"], item.get("theme", ""), *cities]
    return ",".join(dict.fromkeys(filter(None, words)))
