"""Settings, all of them from the environment. `.env.example` lists every variable.

Development (`DEBUG=1`) needs none, and `make run` makes what it needs. Elsewhere a missing
secret or host name stops the start with a sentence that says what to do.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from qingdao_portal import database
from qingdao_portal.api_settings import (  # noqa: F401 Django reads them here
    API_DEPRECATIONS,
    REST_FRAMEWORK,
    SPECTACULAR_SETTINGS,
)
from qingdao_portal.environment import (
    contact_address,
    env_bool,
    env_choice,
    env_int,
    env_list,
    env_str,
    mail_settings,
    redis_address,
)

BASE_DIR = Path(__file__).resolve().parent.parent
environ.Env.read_env(BASE_DIR / ".env")  # the process environment wins over the file
VAR_DIR = Path(env_str("VAR_DIR", str(BASE_DIR / "var")))

DEBUG = env_bool("DEBUG", False)
SECRET_KEY = env_str("SECRET_KEY", "development-only-secret-key" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Put a long random text into the environment or into .env, "
        "or set DEBUG=1 for development."
    )
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS is not set. List the host names of the portal, separated by commas."
    )

INSTALLED_APPS = [
    "qingdao_portal.admin_site.PortalAdminConfig",  # django.contrib.admin with our site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "django_tasks",
    "qingdao_portal.tasks_app.PortalTasksConfig",  # django_tasks_db
    "django_prometheus",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "staff",
    "qingdao_portal",
    "publishing",
    "search",
    "exchange",
    "sources",
    "regions",
    "contacts",
    "guide",
    "projects",
    "cooperation",
    "finder",
    "upkeep",
    "feedback",
    "service",
    "partners",
]

MIDDLEWARE = [
    "qingdao_portal.logs.RequestIdMiddleware",
    "qingdao_portal.isolation.IsolationMiddleware",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "qingdao_portal.cross_origin.CrossOriginMiddleware",
    "qingdao_portal.languages.LanguageMiddleware",
    "qingdao_portal.isolation.ContentSecurityMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "qingdao_portal.front_door.FrontDoorMiddleware",
    "qingdao_portal.compression.CompressionMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "publishing.middleware.VersionMiddleware",
    "qingdao_portal.parameters.KnownParametersMiddleware",
    "partners.middleware.ApiLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "staff.middleware.StaffAreaMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "qingdao_portal.languages.LanguageTagsMiddleware",
    "qingdao_portal.reader_links.ReaderLinksMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "qingdao_portal.urls"
# The portal has a host to itself. A prefix that a client or proxy claims would get into links that
# are remembered for everybody.
FORCE_SCRIPT_NAME = ""
WSGI_APPLICATION = "qingdao_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qingdao_portal.reader.reader_context",
                "qingdao_portal.offline.offline_context",
                "qingdao_portal.site.site_context",
                "qingdao_portal.languages.language_context",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "qingdao_portal.templatetags.settled",
            ],
        },
    }
]

# The embedded PostgreSQL unless DATABASE_URL names another; see qingdao_portal/database.py.
DATABASES, DATABASE_ROUTERS = database.with_replica(
    database.configuration(env_str("DATABASE_URL", ""), VAR_DIR), env_str("REPLICA_URL", "")
)
if "replica" in DATABASES:  # the version is asked of it first
    MIDDLEWARE.insert(
        MIDDLEWARE.index("publishing.middleware.VersionMiddleware"),
        "qingdao_portal.replica_middleware.ReplicaMiddleware",
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Signing in: see docs/signing-in.md.
AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["staff.backends.PasswordBackend"]
REQUIRE_SECOND_FACTOR = env_bool("REQUIRE_SECOND_FACTOR", not DEBUG)
OTP_TOTP_ISSUER = "青岛都市圈指南"
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0  # staff.lockout does it
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Nobody approves what they submitted or edited themselves. Off only where one person does it all.
FOUR_EYES = env_bool("FOUR_EYES", True)
# An entry without a review date of its own is due this long after it was last verified.
REVIEW_INTERVAL_DAYS = env_int("REVIEW_INTERVAL_DAYS", 180)
# Outside links of live entries are asked for once a day, never from a developer's machine.
LINK_CHECK = not DEBUG and env_bool("LINK_CHECK", True)
# `host:port` of servers in one's own network that may be asked although they are not public.
OUTBOUND_PRIVATE_HOSTS = env_list("OUTBOUND_PRIVATE_HOSTS", [])

# What readers write: answered within so many working days; a contact is erased and the message
# deleted so many days after it came. Pages for readers say these numbers.
FEEDBACK_ANSWER_DAYS = env_int("FEEDBACK_ANSWER_DAYS", 5)
FEEDBACK_CONTACT_DAYS = env_int("FEEDBACK_CONTACT_DAYS", 60)
FEEDBACK_KEEP_DAYS = env_int("FEEDBACK_KEEP_DAYS", 180)

# What one network may ask of the API in a minute without a key; partners have limits of their own.
API_REQUESTS_PER_MINUTE = env_int("API_REQUESTS_PER_MINUTE", 300)
# Limits are counted there instead of in PostgreSQL, as long as it answers; nothing else is there.
REDIS_URL = redis_address(env_str("REDIS_URL", ""))

LANGUAGE_CODE = "zh-hans"
LOCALE_PATHS = [BASE_DIR / "locale"]
# Languages that pages and texts of entries are translated into, each by its own name.
CONTENT_LANGUAGES = [("en", "English"), ("ko", "한국어"), ("ja", "日本語")]
LANGUAGES = [(LANGUAGE_CODE, "简体中文"), *CONTENT_LANGUAGES]
LANGUAGE_TAGS = {code: code for code, _name in CONTENT_LANGUAGES} | {LANGUAGE_CODE: "zh-Hans"}
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Finished answers of the public side, kept in each process of gunicorn; 0 keeps none.
RESPONSE_STORE_BYTES = env_int("RESPONSE_STORE_BYTES", 0 if DEBUG else 64 * 1024 * 1024)
# Parts of pages that show what never changes are rendered once; off while templates may change.
KEPT_PARTS = env_bool("KEPT_PARTS", not DEBUG)

# A proxy in front says by which scheme and from which address a request came; only then true.
TRUST_PROXY = env_bool("TRUST_PROXY", False)
# Safety. TLS ends at the proxy in front; behind it every address is https outside development.
USE_HTTPS = env_bool("USE_HTTPS", not DEBUG)
SECURE_SSL_REDIRECT = USE_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # probes come from inside, without TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUST_PROXY else None
SECURE_HSTS_SECONDS = 31_536_000 if USE_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = USE_HTTPS
SECURE_HSTS_PRELOAD = USE_HTTPS
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = USE_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/admin/"  # content pages never see a cookie
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", [])
CSRF_FAILURE_VIEW = "staff.unsaved.csrf_failure"  # else 403_csrf.html

# Mail: without EMAIL_URL development prints it, and production sends none and says so to staff.
EMAIL_URL = env_str("EMAIL_URL", "")
vars().update(mail_settings(EMAIL_URL, debug=DEBUG))
SENDS_MAIL = DEBUG or bool(EMAIL_URL)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env_str("DEFAULT_FROM_EMAIL", "portal@localhost")
# Where readers of mails and feeds find the portal.
PORTAL_URL = env_str(
    "PORTAL_URL", f"{'https' if USE_HTTPS else 'http'}://{ALLOWED_HOSTS[0].lstrip('.*')}"
).rstrip("/")

# What the server draws itself, PDF and pictures, has Chinese text only with this font.
CHINESE_FONT = env_str("CHINESE_FONT", "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")

# Browsers keep pages once seen, for reading without a network. Off, they drop all they have kept.
OFFLINE_READING = env_bool("OFFLINE_READING", not DEBUG)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# A file that staff import may be larger: qingdao_portal/front_door.py lets it in.
IMPORT_MAX_BYTES = env_int("IMPORT_MAX_BYTES", 5 * 1024 * 1024)
IMPORT_MAX_ROWS = env_int("IMPORT_MAX_ROWS", 5000)  # of each sheet
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000  # a measure with five provisions and long lists has hundreds

# Requests for changes that may wait in each process of gunicorn; each of them holds a thread.
WEB_THREADS = env_int("WEB_THREADS", 3)
API_WAITERS = env_int("API_WAITERS", WEB_THREADS // 3)
if API_WAITERS >= WEB_THREADS:
    raise ImproperlyConfigured(
        f"API_WAITERS is {API_WAITERS}: with WEB_THREADS={WEB_THREADS} nobody else would be "
        "answered. Set it lower."
    )

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "qingdao_portal.logs.LineFormatter", "has_words": DEBUG},
        "json": {"()": "qingdao_portal.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": env_choice("LOG_FORMAT", "line", ("line", "json")),
        }
    },
    "root": {"handlers": ["console"], "level": env_str("LOG_LEVEL", "INFO")},
    "loggers": {
        # They tell of each page laid out, and of each style that paper has no use for.
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}
# No such thing as an endless wait: a cable pulled is noticed, a lock not got is reported.
for _configured in DATABASES.values():
    _configured["CONN_MAX_AGE"] = env_int("CONN_MAX_AGE", 60)
    _configured["CONN_HEALTH_CHECKS"] = True

# What government websites say of themselves. What is not set is not printed anywhere.
SITE_SPONSOR = env_str("SITE_SPONSOR", "")  # 主办单位
SITE_OPERATOR = env_str("SITE_OPERATOR", "")  # 承办单位
SITE_ID_CODE = env_str("SITE_ID_CODE", "")  # 政府网站标识码
ICP_NUMBER = env_str("ICP_NUMBER", "")  # ICP备案号
POLICE_NUMBER = env_str("POLICE_NUMBER", "")  # 公安备案号
SITE_CONTACT = env_str("SITE_CONTACT", "")  # 联系方式

# Addresses of operations: unset, the page is absent.
SECURITY_CONTACT = contact_address(env_str("SECURITY_CONTACT", ""))
METRICS_TOKEN = env_str("METRICS_TOKEN", "")
# Errors are sent there, without anything personal; unset, nothing is sent. service/sentry.py
SENTRY_DSN = env_str("SENTRY_DSN", "")

# Backups: encrypted to these public keys of age, kept while they are new or few. See
# docs/operations.md. POSTGRES_BIN is where pg_dump is when it is not the portal's own.
BACKUP_DIR = Path(env_str("BACKUP_DIR", str(VAR_DIR / "backups")))
BACKUP_RECIPIENTS = env_list("BACKUP_RECIPIENTS", [])
BACKUP_KEEP = env_int("BACKUP_KEEP", 14)
BACKUP_KEEP_DAYS = env_int("BACKUP_KEEP_DAYS", 35)
POSTGRES_BIN = env_str("POSTGRES_BIN", "")

# The worker keeps a copy of the public side there, for a proxy to serve when nothing else does.
MIRROR_DIR = Path(text) if (text := env_str("MIRROR_DIR", "")) else None

# The role of the web processes and the worker; `prepare` limits it to reading and writing rows.
WEB_ROLE = env_str("WEB_ROLE", "")
