"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingdao_portal.settings")


def with_store():
    """Django, and around it the answers that it need not make again."""
    django = get_wsgi_application()
    from qingdao_portal.response_store.wsgi import around  # needs Django to be ready

    get_resolver().url_patterns  # noqa: B018 - imports all views, before a reader waits for them
    return around(django)


application = with_store()
