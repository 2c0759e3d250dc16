"""The portal's only settings module. Deployments differ by environment variables (.env.example), never by module."""

import secrets
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import django_stubs_ext
import structlog
from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _
from environs import FileAwareEnv, validate
from psycopg.conninfo import conninfo_to_dict

from portal.addresses import with_password
from portal.database.connection import Connection
from portal.logs import PRE_CHAIN, logging_config
from portal.redis_urls import broker_url, cache_url

django_stubs_ext.monkeypatch()  # lets admin classes be subscripted with their model: admin.ModelAdmin[Unit]

# Every setting NAME may be given as NAME_FILE, the path of a file that holds it: so secrets stay out of environments.
env = FileAwareEnv(strip_whitespace=True)
BASE_DIR: Final = Path(__file__).resolve().parent.parent

# --- Which kind of run -------------------------------------------------------------------------------------------

# The demo makes up its secret and its engines; outside it every secret must be given.
DEMO: bool = env.bool("DEMO", False)
if DEMO:  # a deployment's image is without them (.dockerignore)
    from portal.embedded import demo
    from portal.embedded.engines import location_for
DEBUG: bool = env.bool("DEBUG", False)
DATA_DIR: Path = Path(env.str("DATA_DIR", "") or BASE_DIR / ".local").resolve()

# Names of the keys below that this process has no need of and is not given: then none of them is missing.
KEYS_WITHHELD: list[str] = env.list("KEYS_WITHHELD", [], subcast=str.strip)
SECRET_KEY: str = env.str("SECRET_KEY", "") or (demo.secret_key(DATA_DIR) if DEMO else "")
if not SECRET_KEY:  # Django demands one; nobody believes what this one signs
    SECRET_KEY = secrets.token_urlsafe(50) if "SECRET_KEY" in KEYS_WITHHELD else env.str("SECRET_KEY")
# Keys used before: what they signed is still read.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
# Keys that seal what the law keeps a secret (complaints/sealed/encryption.py): the first encrypts, all of them open.
SEALING_KEYS: list[str] = env.list("SEALING_KEYS", [], subcast=str.strip) or (
    [demo.sealing_key(DATA_DIR)] if DEMO else []
)
# Keys of second factors (accounts/second_factor/encryption.py): the first encrypts, all of them decrypt.
SECOND_FACTOR_KEYS: list[str] = env.list("SECOND_FACTOR_KEYS", [], subcast=str.strip) or (
    [demo.second_factor_key(DATA_DIR)] if DEMO else []
)
# Keys of the hashes of look-up secrets (accounts/citizens/secret.py): the first hashes, all of them are tried.
SECRET_HASH_KEYS: list[str] = env.list("SECRET_HASH_KEYS", [], subcast=str.strip) or (
    [demo.hash_key(DATA_DIR)] if DEMO else []
)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if DEMO else [])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
DEMO_PASSWORD: str | None = demo.PASSWORD if DEMO else None
DEMO_LOGINS: dict[str, str] = demo.LOGINS if DEMO else {}

# --- Applications ------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "reporting",
    "complaints",
    "dossiers",
    "procedures",
    "files",
    "notices",
    "accounts",
    "units",
    "portal",
    "accounts.apps.StaffAdminConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
]

MIDDLEWARE = [
    "portal.middleware.request_log",
    "portal.middleware.health",
    "portal.middleware.programs_over_tls",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pads every answer with random bytes and CSRF tokens are masked: compressed length betrays no secret (BREACH).
    # Public answers, which hold none, may come here packed by brotli already (procedures/http/compression.py).
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.permissions_policy",
    "accounts.sessions.middleware.StaffSessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portal.middleware.form_size",  # before CSRF's, which reads the form; behind what chooses the language of its page
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.middleware.NoZeroBytes",  # behind CSRF's, which has read the form by then
    "portal.middleware.BrokenRules",
    "portal.middleware.UnfitValues",
    "accounts.second_factor.gate.SecondFactorGate",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "units.context.portal",
            ],
        },
    },
]

# --- Engines -----------------------------------------------------------------------------------------------------

_place = location_for(DATA_DIR) if DEMO else None
# The database as web, worker and beat see it: their role owns no table (portal/database/role.py).
_application_url = env.str("DATABASE_URL", "") or (_place.application_url if _place else env.str("DATABASE_URL"))
DATABASE_URL: str = with_password(_application_url, env.str("DATABASE_PASSWORD", ""))
# The same database as its owner, who changes tables: a process that is given this address uses it. Only `prepare` is.
OWNER_DATABASE_URL: str = with_password(env.str("OWNER_DATABASE_URL", ""), env.str("OWNER_DATABASE_PASSWORD", ""))
_redis_url = env.str("REDIS_URL", "") or (_place.redis_url if _place else env.str("REDIS_URL"))
REDIS_URL: str = with_password(_redis_url, env.str("REDIS_PASSWORD", ""))
# Both are reached over TLS with HTTPS=1, unless they are on a network that only the portal's own servers are on.
ENGINES_ON_PRIVATE_NETWORK: bool = env.bool("ENGINES_ON_PRIVATE_NETWORK", False)
# Which engines `manage.py serve` has to bring along.
EMBEDDED_DATABASE: bool = _place is not None and DATABASE_URL in {_place.application_url, _place.database_url}
EMBEDDED_BROKER: bool = _place is not None and _place.redis_url == REDIS_URL
EMBEDDED_HOME: Path | None = _place.home if _place else None

_connection = conninfo_to_dict(OWNER_DATABASE_URL or DATABASE_URL)
# Per process: web workers × size + Celery children must stay below the server's max_connections. 0: no pool.
DATABASE_POOL_SIZE: int = env.int("DATABASE_POOL_SIZE", 4)
_pool: dict[str, Any] | bool = DATABASE_POOL_SIZE > 0 and {
    "min_size": 1,
    "max_size": DATABASE_POOL_SIZE,
    "timeout": 10,
    # After an outage the next request connects again, instead of a back-off that has grown to a minute.
    "reconnect_timeout": 2,
    "connection_class": Connection,
}

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "portal.database",
        "NAME": _connection.pop("dbname", ""),
        "USER": _connection.pop("user", ""),
        "PASSWORD": _connection.pop("password", ""),
        "HOST": _connection.pop("host", ""),
        "PORT": _connection.pop("port", ""),
        # Without the check a pool hands out one dead connection per slot after the server restarted.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**_connection, "pool": _pool},
    },
}

CACHES = {
    "default": {
        "BACKEND": "portal.outage.cache.TolerantRedisCache",
        "LOCATION": cache_url(REDIS_URL),
        "KEY_PREFIX": "portal",
        # Seconds. The first one who waits so long spares all others the wait (portal/outage/cache.py).
        "OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2},
    },
    # Public pages, in the memory of each process (procedures/http/page_cache.py).
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": 60,
        "OPTIONS": {"MAX_ENTRIES": 400},
    },
}

# --- Celery ------------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = broker_url(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # wait for the broker for ever, instead of leaving after 100 tries
# Must exceed the longest task and the longest countdown: a task unanswered so long is given to another worker.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True  # what a task did is in the database
CELERY_TASK_PUBLISH_RETRY = False  # a request never waits for an absent broker; the outbox sends again
CELERY_TASK_TIME_LIMIT = 840
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# True makes the worker exit when it loses the broker while a task runs.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"
CELERY_BEAT_SCHEDULER = "portal.celery.HeartbeatScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
_every_ten = crontab(minute="*/10")
_ten_minutes = {"expires": 600}  # seconds; the next run does whatever this one would have done
CELERY_BEAT_SCHEDULE = {
    "refresh-stale": {"task": "reporting.tasks.refresh_stale", "schedule": 10, "options": {"expires": 10}},
    "note-open": {"task": "reporting.tasks.note_open", "schedule": crontab(minute=10)},
    "send-notices": {"task": "notices.tasks.send_notices", "schedule": 5, "options": {"expires": 5}},
    "reckon-calendar": {
        "task": "dossiers.tasks.reckon_calendar_changes",
        "schedule": 5,
        "options": {"expires": 5},
    },
    "reckon-calendar-of-cases": {
        "task": "complaints.tasks.reckon_calendar_changes",
        "schedule": 5,
        "options": {"expires": 5},
    },
    "remind-of-cases": {"task": "complaints.tasks.remind_of_cases", "schedule": _every_ten, "options": _ten_minutes},
    "continue-units": {"task": "dossiers.tasks.continue_ended_units", "schedule": crontab(hour=0, minute=5)},
    "remind-of-legs": {"task": "dossiers.tasks.remind_of_legs", "schedule": _every_ten, "options": _ten_minutes},
    "remind-of-hand-overs": {
        "task": "dossiers.tasks.remind_of_hand_overs",
        "schedule": _every_ten,
        "options": _ten_minutes,
    },
    "chase-supplements": {
        "task": "dossiers.tasks.chase_supplements",
        "schedule": _every_ten,
        "options": _ten_minutes,
    },
    "draft-apologies": {"task": "dossiers.tasks.draft_apologies", "schedule": _every_ten, "options": _ten_minutes},
    "mail-daily-worklists": {
        "task": "dossiers.tasks.mail_daily_worklists",
        "schedule": _every_ten,
        "options": _ten_minutes,
    },
    "remind-of-calls": {"task": "complaints.tasks.remind_of_calls", "schedule": _every_ten, "options": _ten_minutes},
    "send-digests": {"task": "reporting.tasks.send_digests", "schedule": _every_ten, "options": _ten_minutes},
    "read-mailbox": {"task": "complaints.tasks.read_mailbox", "schedule": 60, "options": {"expires": 60}},
    "clean-uploads": {"task": "complaints.tasks.clean_uploads", "schedule": 5, "options": {"expires": 5}},
    "forget-mail": {"task": "complaints.tasks.forget_mail", "schedule": crontab(hour=2, minute=50)},
    "close-books": {"task": "dossiers.tasks.close_books", "schedule": crontab(hour=0, minute=20)},
    "forget-lookups": {"task": "dossiers.tasks.forget_lookups", "schedule": crontab(minute=40)},
    "forget-followers": {"task": "dossiers.tasks.forget_followers", "schedule": crontab(minute=50)},
    "forget-unused-forms": {"task": "procedures.tasks.forget_unused_forms", "schedule": crontab(hour=2, minute=20)},
    "forget-orphaned-files": {"task": "files.tasks.forget_orphans", "schedule": crontab(hour=2, minute=40)},
    "forget-sessions": {"task": "portal.tasks.forget_sessions", "schedule": crontab(hour=2, minute=10)},
    "count-nightly": {"task": "reporting.tasks.count_nightly", "schedule": crontab(hour=0, minute=40)},
    "make-open-data": {"task": "reporting.tasks.make_open_data", "schedule": _every_ten, "options": _ten_minutes},
    "prove-rollup": {"task": "reporting.tasks.prove_rollup", "schedule": crontab(hour=1, minute=30)},
}

# --- Language and time -------------------------------------------------------------------------------------------

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Tiếng Việt")), ("en", _("Tiếng Anh"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
# Django knows none for Vietnamese and would read 01/02 as the second of January.
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]

# --- Accounts ----------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "accounts.backends.RoleBackend",
]
PASSWORD_HASHERS = ["accounts.sign_in.hashers.OneArgon2AtATime", "accounts.sign_in.hashers.OnePbkdf2AtATime"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "accounts.sign_in.password_rules.KnownPasswordValidator"},
    {"NAME": "accounts.sign_in.password_rules.UsedPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:home"
ACCOUNT_FORMS = {"login": "accounts.sign_in.forms.SignInForm"}
ACCOUNT_ADAPTER = "accounts.sign_in.adapter.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
# accounts/sign_in/password_limits.py counts these in PostgreSQL: allauth's own follow the Host header and need Redis.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "reauthenticate": None}
# The day from which nobody of staff works without a second factor; 14 days before it every page counts the days. None:
# each account has 14 days from its first sign-in.
SECOND_FACTOR_FROM: date | None = env.date("SECOND_FACTOR_FROM") if env.str("SECOND_FACTOR_FROM", "") else None
# User names of accounts for emergencies: no second factor is asked of them, and each sign-in raises an alarm.
BREAK_GLASS_LOGINS: list[str] = env.list("BREAK_GLASS_LOGINS", [], subcast=str.strip)
# The identity provider by which staff may sign in beside their password (docs/operations.md); empty: none. `OIDC_ACR`:
# values of `acr` that stand for two steps there; empty: the portal asks for its own second step.
OIDC_ISSUER: str = env.str("OIDC_ISSUER", "")
OIDC_CLIENT_ID: str = env.str("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET: str = env.str("OIDC_CLIENT_SECRET", "")
OIDC_NAME: str = env.str("OIDC_NAME", "") or str(urlsplit(OIDC_ISSUER).hostname or "")
OIDC_ACR: list[str] = env.list("OIDC_ACR", [], subcast=str.strip)
MFA_ADAPTER = "accounts.second_factor.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True  # as the only step, where the device verifies the person
MFA_RATE_LIMITS = {"webauthn_login": None}  # accounts/second_factor/passkeys.py counts
MFA_FORMS = {
    "authenticate": "accounts.second_factor.forms.SecondStepForm",
    "reauthenticate": "accounts.second_factor.forms.ConfirmCodeForm",
    "activate_totp": "accounts.second_factor.forms.SetUpAppForm",
    "authenticate_webauthn": "accounts.second_factor.passkeys.PasskeyStepForm",
    "reauthenticate_webauthn": "accounts.second_factor.passkeys.ConfirmPasskeyForm",
    "login_webauthn": "accounts.second_factor.passkeys.PasskeySignInForm",
    "add_webauthn": "accounts.second_factor.passkeys.AddPasskeyForm",
}
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RECOVERY_CODE_DIGITS = 12  # 40 bits
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are the administrators' to enter

# --- Static files and uploads ------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# One file, and everything sent with one press of a button, in megabytes; then how many files. What is longer is not
# read to its end, what is more is discarded.
MAX_UPLOAD_MB: int = env.int("MAX_UPLOAD_MB", 20, validate=validate.Range(min=1))
MAX_REQUEST_MB: int = env.int("MAX_REQUEST_MB", 5 * MAX_UPLOAD_MB, validate=validate.Range(min=1))
FILE_UPLOAD_HANDLERS = ["files.uploads.handler.LimitedUploadHandler"]
MAX_UPLOADS = 30
# Millions of points of all pictures sent with one press, or with one e-mail: drawing a PNG again takes up to 70 ms of
# a core for each. From citizens ten photographs of 12, or two of 50: to send that five times a minute, which is the
# limit, does not fill the one core that cleans. From staff the 30 files allowed, each A4 at 300 dpi.
MAX_REQUEST_MEGAPIXELS: int = env.int("MAX_REQUEST_MEGAPIXELS", 120, validate=validate.Range(min=50))
MAX_STAFF_REQUEST_MEGAPIXELS: int = env.int("MAX_STAFF_REQUEST_MEGAPIXELS", 300, validate=validate.Range(min=50))
# clamd, which scans every upload: tcp://HOST:3310 or unix:///run/clamav/clamd.ctl; empty: none. While it is away files
# wait for it (files/antivirus/clamd.py).
CLAMD_ADDRESS: str = env.str("CLAMD_ADDRESS", "")
DATA_UPLOAD_MAX_NUMBER_FILES = 1000  # from here on no sentence is owed: the request is refused as a whole
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # bytes of everything in a form that is not a file
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
# Bytes of a form without files (application/x-www-form-urlencoded), which cost the web 0.25 ms a thousand to read: two
# texts of 20,000 Vietnamese letters are half of it.
MAX_FORM_BYTES = 300_000
_private = {
    "location": DATA_DIR / "uploads",
    "base_url": None,  # they have no address of their own: served through a view that asks who is there
    "file_permissions_mode": 0o600,
    "directory_permissions_mode": 0o700,
}
OPEN_DATA_DIR: Path = DATA_DIR / "open-data"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": _private},
    "uploads": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": _private},
    "staticfiles": {"BACKEND": "portal.serving.static_files.PortalStaticStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# --- The web server's processes (portal/serving/gateway.py) ---------------------------------------------------------

# Threads of each; more than two took processor time from each other. Seconds a request waits for one.
WEB_THREADS: int = env.int("WEB_THREADS", 2, validate=validate.Range(min=1))
WEB_WAIT_SECONDS: float = env.float("WEB_WAIT_SECONDS", 5.0)
# Seconds for a request's body to arrive; every 8,000 bytes of it are given one more.
WEB_BODY_SECONDS: float = env.float("WEB_BODY_SECONDS", 30.0)

# --- Security ----------------------------------------------------------------------------------------------------

# HTTPS is switched on by one variable: the demo speaks plain HTTP on this machine only.
HTTPS: bool = env.bool("HTTPS", not DEMO)
SECURE_SSL_REDIRECT = HTTPS
BEHIND_PROXY: bool = env.bool("BEHIND_PROXY", False)
# How many entries at the right end of X-Forwarded-For our own proxies wrote; every limit per visitor counts by them.
NUM_PROXIES: int = int(env.str("NUM_PROXIES", "") or BEHIND_PROXY)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Sent over HTTPS only, by this host only and to all of its paths: browsers refuse any other cookie of such a name.
COOKIE_PREFIX: str = "__Host-" if HTTPS else ""
SESSION_ENGINE = "accounts.sessions.store"  # in PostgreSQL: a lost Redis must not log anybody out
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
SESSION_COOKIE_SECURE = HTTPS
# A session of staff ends so long after signing in, and earlier when it is not used for so long: at a device that only
# one person uses, and at a shared one.
SESSION_COOKIE_AGE = 60 * 60 * env.int("SESSION_HOURS", 12, validate=validate.Range(1, 24))
SESSION_IDLE_OWN = timedelta(minutes=env.int("SESSION_IDLE_OWN_MINUTES", 480, validate=validate.Range(min=5)))
SESSION_IDLE_SHARED = timedelta(minutes=env.int("SESSION_IDLE_SHARED_MINUTES", 30, validate=validate.Range(min=5)))
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.errors.views.csrf_failure"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}django_language"
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "portal.messages.Messages"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    },
}

# Seconds for which a process serves cached pages without asking whether the catalogue or the calendar has changed.
PAGES_TRUSTED_FOR: float = env.float("PAGES_TRUSTED_FOR", 1.0)

# --- The open API ------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["accounts.limits.throttles.VisitorThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "anon": env.str("API_RATE", "120/min"),
        "dump": env.str("DUMP_RATE", "20/min"),
        "costly": env.str("COSTLY_RATE", "20/min"),
    },
    "EXCEPTION_HANDLER": "portal.errors.views.api_exception_handler",
    "PAGE_SIZE": 20,
    "UNAUTHENTICATED_USER": None,
}

# The name that clients of Open311 may call this jurisdiction by; empty: the host of PORTAL_URL.
OPEN311_JURISDICTION: str = env.str("OPEN311_JURISDICTION", "")

SPECTACULAR_SETTINGS = {
    "TITLE": "Cổng một cửa",
    "DESCRIPTION": (
        "Thủ tục, ngày hẹn trả và số liệu công khai.\n\n"
        "Procedures, due dates and public figures. Fields may be added at any time; what is taken away or means "
        "something else gets a new number in the address, is marked `deprecated` here and tells so by the headers "
        "`Deprecation` and `Sunset` for at least six months before."
    ),
    "VERSION": "1.1.0",  # as in docs/api.md; the first number is that of the address
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- Rules of the offices ----------------------------------------------------------------------------------------

# Working days an applicant has to bring what a supplement request asked for, before the dossier is given up.
SUPPLEMENT_ANSWER_DAYS: int = env.int("SUPPLEMENT_ANSWER_DAYS", 20)
# Working hours a dossier may be overdue before the heads of its unit hear of it; after as many again, those above.
ESCALATE_AFTER_HOURS: int = env.int("ESCALATE_AFTER_HOURS", 8, validate=validate.Range(min=1))
# Working days a reporter may take to complete a report before its office gets a notice that nothing has come.
CASE_SUPPLEMENT_DAYS: int = env.int("CASE_SUPPLEMENT_DAYS", 10, validate=validate.Range(min=1))
# What beside dossiers a change of the working calendar moves.
CALENDAR_PARTS = ["complaints.changes.calendar.contributor.CASES"]
_parts = "complaints.changes.reorganisation.contributors"
REORGANISATION_PARTS = [f"{_parts}.{name}" for name in ("CASES", "CALLS", "BOOKINGS", "RECEPTIONS")]

# --- Mail --------------------------------------------------------------------------------------------------------

# The demo's mail becomes files that only the owner of DATA_DIR reads: it never leaves the machine, nor meets a log.
EMAIL_BACKEND: str = (
    env.str("EMAIL_BACKEND", "") or f"django.core.mail.backends.{'filebased' if DEMO else 'smtp'}.EmailBackend"
)
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_TIMEOUT = 10  # seconds; a worker must not hang on a mail server that does not answer
EMAIL_HOST: str = env.str("EMAIL_HOST", "localhost")
EMAIL_HOST_USER: str = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD: str = env.str("EMAIL_HOST_PASSWORD", "")
# TLS from the first byte, or by STARTTLS; Django verifies the server's certificate either way.
EMAIL_USE_SSL: bool = env.bool("EMAIL_USE_SSL", False)
EMAIL_USE_TLS: bool = env.bool("EMAIL_USE_TLS", HTTPS and not EMAIL_USE_SSL)
EMAIL_PORT: int = env.int("EMAIL_PORT", 465 if EMAIL_USE_SSL else 587 if EMAIL_USE_TLS else 25)
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", "portal@localhost")

# The mailbox that citizens write to, read by complaints/tasks.py; without it nothing is read. Its address is the one
# that letters about cases may be answered to.
IMAP_URL: str = env.str("IMAP_URL", "")
IMAP_SECONDS: float = env.float("IMAP_SECONDS", 20)  # to connect, and to wait for each answer
MAILBOX_ADDRESS: str = env.str("MAILBOX_ADDRESS", "")
MAX_MAIL_MB: int = env.int("MAX_MAIL_MB", 40, validate=validate.Range(min=1))  # larger ones are not fetched

# --- Messages to people ------------------------------------------------------------------------------------------

# Where the portal is reached from outside: letters and SMS print links, and tasks have no request to take them from.
_here = f"http://{env.str('HOST', '127.0.0.1')}:{env.str('PORT', '8000')}"
_first_host = next(iter(ALLOWED_HOSTS), "localhost")
# Who takes reports of weaknesses: mailto: or https: addresses, for /.well-known/security.txt.
SECURITY_CONTACT: list[str] = env.list("SECURITY_CONTACT", [], subcast=str.strip)
PORTAL_URL: str = (env.str("PORTAL_URL", "") or (_here if DEMO else f"http{'s' * HTTPS}://{_first_host}")).rstrip("/")
OPEN311_JURISDICTION = OPEN311_JURISDICTION or str(urlsplit(PORTAL_URL).hostname)
# Citizens are written to from the one hour until before the other, Hanoi time; outside of these hours it waits.
NOTICES_SINCE_HOUR: int = env.int("NOTICES_SINCE_HOUR", 7, validate=validate.Range(0, 23))
NOTICES_UNTIL_HOUR: int = env.int("NOTICES_UNTIL_HOUR", 21, validate=validate.Range(NOTICES_SINCE_HOUR + 1, 24))

# Without a gateway nobody is sent an SMS; the demo writes them to files beside its mail.
SMS_GATEWAY_URL: str = env.str("SMS_GATEWAY_URL", "")
SMS_GATEWAY_TOKEN: str = env.str("SMS_GATEWAY_TOKEN", "")
SMS_SENDER: str = env.str("SMS_SENDER", "")
SMS_TO_FILES: bool = DEMO and not SMS_GATEWAY_URL
SMS_CONNECT_SECONDS: float = env.float("SMS_CONNECT_SECONDS", 3)
SMS_READ_SECONDS: float = env.float("SMS_READ_SECONDS", 5)
SMS_TOTAL_SECONDS: float = env.float("SMS_TOTAL_SECONDS", 10)  # also for a gateway that answers byte by byte

# --- Logs --------------------------------------------------------------------------------------------------------

LOG_JSON: bool = env.bool("LOG_JSON", not (DEBUG or DEMO))
LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging_config(json=LOG_JSON, level=env.str("LOG_LEVEL", "INFO"))
structlog.configure(
    processors=[*PRE_CHAIN, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
