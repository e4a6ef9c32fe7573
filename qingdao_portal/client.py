"""Who is asking: the address of a request's client, also behind a proxy."""

from ipaddress import ip_address

from django.conf import settings


def client_address(request):
    """The client's IP address as text, None where none can be told (a Unix socket).

    With TRUST_PROXY that is the last address in X-Forwarded-For: the proxy in front has added it.
    Those before it are the client's own words.
    """
    text = request.META.get("REMOTE_ADDR", "")
    if settings.TRUST_PROXY:
        text = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or text
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)
