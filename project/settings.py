"""Settings of Vekha, all from environment variables (README, "Running it for real")."""

from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF

from project import environment
from project.environment import Misconfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

# --- What kind of start this is ------------------------------------------------------------
DEBUG = environment.flag("DEBUG")
DEMO = environment.flag("DEMO")
SECRET_KEY = environment.text(
    "SECRET_KEY", "only-for-development-and-the-demo-on-loopback" if DEBUG or DEMO else None
)
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
SITE_URL = environment.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
if urlsplit(SITE_URL).scheme not in {"http", "https"} or not urlsplit(SITE_URL).netloc:
    raise Misconfigured(f"SITE_URL must look like https://host, not {SITE_URL!r}.")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE = SITE_URL.startswith("https://")

# --- Applications: the one-way street project → workflows → compliance → notifications -------
INSTALLED_APPS = [
    "workflows",
    "compliance",
    "notifications",
    "viewflow.workflow",
    "django_fsm",
    "allauth",
    "allauth.account",
    "anymail",
    "csp",
    "django_htmx",
    "django_include_bootstrap",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "compliance.middleware.LocalTimeMiddleware",
    "compliance.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"
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
                "workflows.context.page",
            ],
        },
    }
]

# --- Database --------------------------------------------------------------------------------
try:
    DATABASES = {
        "default": dj_database_url.parse(
            environment.text("DATABASE_URL", f"sqlite:///{VAR_DIR}/vekha.sqlite3"),
            conn_max_age=60,
            conn_health_checks=True,
        )
    }
except (ValueError, dj_database_url.ParseError, dj_database_url.UnknownSchemeError) as error:
    raise Misconfigured(
        "DATABASE_URL must look like postgres://user:password@host:5432/name "
        f"or sqlite:///path: {error}"
    ) from error
IS_SQLITE = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
if IS_SQLITE:
    # WAL lets readers go on while one writes; IMMEDIATE takes the write lock at BEGIN, so that a
    # transaction that reads before it writes cannot fail half-way with "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 30,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}

# --- People ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "compliance.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "project.login.ClosedSignupAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Веха: "

# --- Language and time -------------------------------------------------------------------------
LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", "Русский")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = environment.time_zone("TIME_ZONE", "Europe/Moscow")
USE_TZ = True

# --- Files -------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"  # filled by collectstatic
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = Path(environment.text("MEDIA_ROOT", str(VAR_DIR / "media")))
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20

# --- Letters -----------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", "Веха <vekha@localhost>")
_email_url = environment.text("EMAIL_URL", f"file:{VAR_DIR / 'mail'}")
_email = urlsplit(_email_url)
EMAIL_TIMEOUT = 20
if _email.scheme == "file" and _email.path:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(BASE_DIR / _email.path)
elif _email.scheme in {"smtp", "smtps"} and _email.hostname:
    EMAIL_BACKEND = "notifications.smtp.EmailBackend"
    EMAIL_HOST = _email.hostname
    try:
        EMAIL_PORT = _email.port or (465 if _email.scheme == "smtps" else 25)
    except ValueError as error:
        raise Misconfigured(f"EMAIL_URL has a wrong port: {_email_url!r}.") from error
    EMAIL_HOST_USER = unquote(_email.username or "")
    EMAIL_HOST_PASSWORD = unquote(_email.password or "")
    EMAIL_USE_SSL = _email.scheme == "smtps"
elif _email.scheme == "anymail" and find_spec(f"anymail.backends.{_email.path or None}"):
    EMAIL_BACKEND = f"anymail.backends.{_email.path}.EmailBackend"
else:
    raise Misconfigured(
        "EMAIL_URL must be file:PATH, smtp://host:port, smtps://user:password@host:port "
        f"or anymail:PROVIDER, not {_email_url!r}."
    )

# --- Background work ---------------------------------------------------------------------------
CELERY_BROKER_URL = environment.text("CELERY_BROKER_URL", "memory://")
if CELERY_BROKER_URL.split("://")[0] not in {"memory", "redis", "rediss", "amqp", "amqps"}:
    raise Misconfigured(
        f"CELERY_BROKER_URL must be memory:// or redis://host:6379/0, not {CELERY_BROKER_URL!r}."
    )
CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True  # every task may run twice; none may be lost
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "start-due-plans": {
        "task": "workflows.tasks.start_due_plans",
        "schedule": crontab(minute="5"),
    },
    "materialise-occurrences": {
        "task": "compliance.tasks.materialise_occurrences",
        "schedule": crontab(minute="15"),
    },
    "plan-reminders": {
        "task": "workflows.tasks.plan_reminders",
        "schedule": 20.0 if DEMO else crontab(minute="*/10"),
    },
    "deliver-messages": {
        "task": "notifications.tasks.deliver_messages",
        "schedule": 10.0 if DEMO else 60.0,
    },
}
# /health/work says that a sweep is late when it has not ended well for so long.
SWEEPS_LATE_AFTER = {
    "start-due-plans": timedelta(hours=3),
    "materialise-occurrences": timedelta(hours=3),
    "plan-reminders": timedelta(minutes=40),
    "deliver-messages": timedelta(minutes=30),
}
# Letters leave between these local hours of the addressee's organisation; in the demo always.
SENDING_HOURS = (0, 24) if DEMO else (8, 20)
# Of a queue that more people may take from, each task is told to so many of them in turn.
PEOPLE_TOLD_OF_A_QUEUED_TASK = 10

# --- Safety ------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "compliance.middleware.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's own control icons are data: URIs
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SILENCED_SYSTEM_CHECKS = []
if not SECURE:
    # Plain http is for loopback only; deployment checks speak when SITE_URL is https.
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W008", "security.W012", "security.W016"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"vekha": {"level": "INFO"}},
}
