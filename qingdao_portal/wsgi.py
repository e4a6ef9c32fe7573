"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingdao_portal.settings")


def with_store():
    """Django, and around it the answers that it need not make again."""
    django = get_wsgi_application()
    from qingdao_portal.response_store.wsgi import around  # both need Django to be ready
    from search.lexemes import segmenter

    # Now, before a reader waits for it, and once for all workers that are forked from here.
    get_resolver().url_patterns  # noqa: B018 - imports all views
    segmenter()  # reads its dictionary
    return around(django)


application = with_store()
