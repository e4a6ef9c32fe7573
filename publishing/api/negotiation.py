"""Which format an answer has: what `format=` says, else what `Accept` prefers."""

from rest_framework.negotiation import DefaultContentNegotiation

from publishing.api.parameters import not_among
from publishing.api.problems import ParameterError


class FormatOrAccept(DefaultContentNegotiation):
    """`format=csv` is an order, whatever the browser that follows the link accepts."""

    def select_renderer(self, request, renderers, format_suffix=None):
        wanted = request.query_params.get("format")
        if wanted is None:
            return super().select_renderer(request, renderers, format_suffix)
        for renderer in renderers:
            if renderer.format == wanted:
                return renderer, renderer.media_type
        raise ParameterError(("format", not_among([renderer.format for renderer in renderers])))
