"""Who is asking: the address of a request's client, also behind a proxy."""

from ipaddress import ip_address, ip_network

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


def client_network(request):
    """What counts as one client where requests are counted, '' where none can be told.

    IPv6 clients have 2⁶⁴ addresses to ask from, so their whole network is one.
    """
    address = client_address(request) or ""
    return str(ip_network(f"{address}/64", strict=False)) if ":" in address else address


# In the environment of a request that the portal makes to itself, for the mirror. What clients
# send gets there under names that begin with HTTP_, so none of them can claim it.
IN_PROCESS = "qingdao_portal.in_process"


def is_own(request):
    """Whether the portal asks itself, which no limit for others is about."""
    return request.META.get(IN_PROCESS) is True
