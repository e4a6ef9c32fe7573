"""Compress answers, but not those whose checksum is that of the bytes as they are."""

from django.middleware.gzip import GZipMiddleware


class CompressionMiddleware(GZipMiddleware):
    def process_response(self, request, response):
        if response.has_header("Repr-Digest"):  # of what is sent, content coding included
            return response
        return super().process_response(request, response)
