"""`static`, `translate`, `url` and `keep`: what a template need not work out again.

The first three are Django's own; used with constants alone they print the same in each page of a
language, so their text is remembered. `url` with positional arguments remembers its addresses. A
builtin of all templates; where `{% load %}` names Django's libraries, as the admin does, Django's
are used.
"""

from django.conf import settings
from django.template import Library, Node
from django.template.base import TemplateSyntaxError, Variable
from django.template.defaulttags import url as url_of_django
from django.template.loader_tags import IncludeNode, do_include
from django.templatetags.i18n import do_translate
from django.templatetags.static import do_static
from django.utils.html import conditional_escape

from qingdao_portal import kept_parts
from qingdao_portal.addresses import path_of

register = Library()


class SettledNode(Node):
    """A node whose text depends on nothing but the language and on whether it is escaped."""

    def __init__(self, node):
        self.node = node
        self.token = node.token
        self._texts = {}

    def render(self, context):
        language, _day = kept_parts.moment_of(context)
        key = language, context.autoescape
        text = self._texts.get(key)
        if text is None:
            text = self._texts[key] = self.node.render(context)
        return text

    render_annotated = render  # nothing in here fails that has not failed at once


def _settled(node, token, expressions):
    """The node, remembered where it prints what comes from constants. Not while files may change.

    `expressions` are all that it depends on.
    """
    node.token = token
    sets_variable = getattr(node, "asvar", None) or getattr(node, "varname", None)
    is_constant = not any(
        expression.filters or _is_variable(expression) for expression in expressions
    )
    return SettledNode(node) if is_constant and not sets_variable and not settings.DEBUG else node


def _is_variable(expression):
    return isinstance(expression.var, Variable) and expression.var.lookups is not None


@register.tag
def static(parser, token):
    node = do_static(parser, token)
    return _settled(node, token, [node.path])


@register.tag
def translate(parser, token):
    node = do_translate(parser, token)
    is_plain = not node.noop and not node.message_context
    return _settled(node, token, [node.filter_expression]) if is_plain else node


class PathNode(Node):
    """An address of a view with a constant name and positional arguments."""

    def __init__(self, name, arguments):
        self.name, self.arguments = name, arguments

    def render(self, context):
        path = path_of(self.name, *(argument.resolve(context) for argument in self.arguments))
        return conditional_escape(path) if context.autoescape else path


@register.tag
def url(parser, token):
    node = url_of_django(parser, token)
    if node.asvar or node.kwargs or node.view_name.filters or _is_variable(node.view_name):
        return node
    path = PathNode(node.view_name.var, node.args)
    return _settled(path, token, node.args)


class KeepNode(IncludeNode):
    """An include that is rendered once for the same values."""

    def render(self, context):
        values = {name: value.resolve(context) for name, value in self.extra_context.items()}
        part = self.template.var, context.autoescape
        key = kept_parts.key_of(part, values, kept_parts.moment_of(context))
        text = kept_parts.find(key)
        if text is None:
            text = super().render(context)
            kept_parts.put(key, text)
        return text


@register.tag
def keep(parser, token):
    """`{% keep "part.html" with name=value only %}`: include a part that is a function of values.

    Everything it shows comes from these values, the language and the day. What cannot be told
    apart by its value is simply included.
    """
    node = do_include(parser, token)
    if not node.isolated_context or not isinstance(node.template.var, str):
        raise TemplateSyntaxError("keep takes the name of a template, and “only” at its end.")
    return KeepNode(node.template, extra_context=node.extra_context, isolated_context=True)
