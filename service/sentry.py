"""Errors to a Sentry, where SENTRY_DSN names one; nothing personal leaves the house."""

from django.conf import settings

from qingdao_portal.release import RELEASE


def start(transport=None):
    """Begin to report; without SENTRY_DSN nothing is sent to anybody."""
    if settings.SENTRY_DSN:
        import sentry_sdk  # who reports nothing need not load it

        sentry_sdk.init(
            dsn=settings.SENTRY_DSN,
            release=RELEASE,
            transport=transport,
            include_local_variables=False,  # they hold what readers and staff typed
            max_request_body_size="never",
            max_breadcrumbs=0,  # queries and log lines before the error
            before_send=without_readers,
        )


def without_readers(event, _hint=None):
    """Leave of the request only its method; the id finds the rest in the portal's own logs."""
    request = event.pop("request", None) or {}
    event.pop("user", None)
    event.pop("server_name", None)
    event["request"] = {"method": request.get("method", "")}
    for error in (event.get("exception") or {}).get("values", ()):
        error["value"] = ""  # PostgreSQL repeats the row that it refuses
    if "logentry" in event:
        event["logentry"] = {"message": event["logentry"].get("message", "")}  # no arguments
    return event
