"""The portal's rows behind Django's own middleware and DRF's own settings."""

from qingdao_portal import settings as portal

globals().update({name: getattr(portal, name) for name in dir(portal) if name.isupper()})
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "bench.peers.drf_api"
REST_FRAMEWORK = {}
