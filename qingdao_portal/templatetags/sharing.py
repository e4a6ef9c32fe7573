"""What apps show of a link that somebody shares."""

from django import template
from django.utils.safestring import mark_safe

from qingdao_portal.pictures import picture_address, site_picture_address

register = template.Library()
register.filter(picture_address)
register.simple_tag(site_picture_address)


class SaidTwice(template.Node):
    # Not Django's simple_block_tag: that one hides the blocks inside from their children.
    def __init__(self, nodelist, name):
        self.nodelist = nodelist
        self.name = name

    def render(self, context):
        text = self.nodelist.render(context).strip()
        context[self.name] = mark_safe(text)  # noqa: S308 - rendered, so escaped already
        return ""


@register.tag
def said_twice(parser, token):
    """`{% said_twice as name %}{% block … %}…`: a block whose text stands in two places."""
    _tag, _as, name = token.split_contents()
    nodelist = parser.parse(["endsaid_twice"])
    parser.delete_first_token()
    return SaidTwice(nodelist, name)
