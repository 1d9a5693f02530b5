"""Settings of Vekha, all from environment variables (README, "Running it for real")."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
from kombu import Queue

from project import environment, mail
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
_site = environment.address("SITE_URL", "http://127.0.0.1:8000", "https://host")
SITE_URL = _site.geturl().rstrip("/")
if _site.scheme not in {"http", "https"} or not _site.hostname:
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
    "allauth.mfa",
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
    "project.middleware.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "project.middleware.LoginMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "project.devices.KnownDeviceMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "compliance.middleware.LocalTimeMiddleware",
    "compliance.middleware.RefusalMiddleware",
    "project.middleware.SecondFactorMiddleware",
    "project.middleware.FormsMiddleware",
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
                "compliance.views.kept.page",
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
except (
    ValueError,
    KeyError,
    dj_database_url.ParseError,
    dj_database_url.UnknownSchemeError,
) as error:
    raise Misconfigured(
        "DATABASE_URL must look like postgres://user:password@host:5432/name "
        f"or sqlite:///path: {error}"
    ) from error
_engine = DATABASES["default"]["ENGINE"]
if _engine not in {"django.db.backends.postgresql", "django.db.backends.sqlite3"}:
    raise Misconfigured(
        "DATABASE_URL must name PostgreSQL (postgres://…) or SQLite (sqlite:///path)."
    )
IS_SQLITE = _engine == "django.db.backends.sqlite3"
if not IS_SQLITE:
    # PostgreSQL has no statistics on common table expressions: it takes our set-based statements
    # for huge and compiles them. Measured on a sweep of 1,080 rows: 16 s instead of 0.4.
    _options = DATABASES["default"].setdefault("OPTIONS", {})
    _options["options"] = f"{_options.get('options', '')} -c jit=off".strip()
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
else:
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
# No statement of a page runs longer (0: no limit); sweeps, jobs and commands take their time.
PAGE_STATEMENT_SECONDS = environment.number("PAGE_STATEMENT_SECONDS", 20, 3600)

# --- People ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "compliance.User"
AUTHENTICATION_BACKENDS = ["project.login.PersonBackend"]
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
ACCOUNT_FORMS = {"login": "project.login.PersonLoginForm"}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Веха: "

# Limits are counted in the cache: behind more than one process it must be one for them all.
ACCOUNT_RATE_LIMITS = {
    "login": "",  # by address or known browser: project/attempts.py
    "login_failed": "10/m/ip,5/5m/key",  # of codes, by person; for passwords: project/attempts.py
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
MFA_ADAPTER = "project.login.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # steps of 30 s: clocks of telephones differ
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are entered by administrators
ROLES = {
    "executor",
    "director",
    "coordinator",
    "inspector",
    "head",
    "council",
    "hr",
    "administrator",
}
MFA_REQUIRED_ROLES = () if DEMO else environment.choices("MFA_REQUIRED_ROLES", ROLES)
TRUSTED_PROXIES = environment.number("TRUSTED_PROXIES", 0, most=9)

# --- Language and time -------------------------------------------------------------------------
LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", "Русский")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = environment.time_zone("TIME_ZONE", "Europe/Moscow")
USE_TZ = True

# --- Files -------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static", ("guide", BASE_DIR / "docs" / "guide" / "pictures")]
STATIC_ROOT = VAR_DIR / "static"  # filled by collectstatic
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = Path(environment.text("MEDIA_ROOT", str(VAR_DIR / "media")))
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20

# --- Letters -----------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", "Веха <vekha@localhost>")
_email = environment.address("EMAIL_URL", f"file:{VAR_DIR / 'mail'}", mail.FORM)
_mail = mail.mail_settings(_email, BASE_DIR)
if not (DEBUG or DEMO):
    mail.check_sender(_mail, _site.hostname, DEFAULT_FROM_EMAIL)
EMAIL_BACKEND = _mail.backend
EMAIL_FILE_PATH = _mail.folder
EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_SSL = _mail.is_tls
EMAIL_TIMEOUT = 20
MAIL_PROVIDER = _mail.provider
# anymail's own switches; a provider's answer is never awaited longer than a mail server's.
ANYMAIL: dict[str, Any] = {**_mail.anymail, "REQUESTS_TIMEOUT": EMAIL_TIMEOUT}
MAIL_GIVES_BACK_NUMBERS = not MAIL_PROVIDER or mail.PROVIDERS[MAIL_PROVIDER].gives_back_numbers
# Whether the provider tells us what became of letters (at /hooks/mail/, behind the secret).
MAIL_REPORTS = bool(_mail.anymail.get(mail.WEBHOOK_SECRET))
MAIL_TAKES_HEADERS = not MAIL_PROVIDER or mail.PROVIDERS[MAIL_PROVIDER].takes_headers

# --- Background work ---------------------------------------------------------------------------
CELERY_BROKER_URL = environment.text("CELERY_BROKER_URL", "memory://")
environment.address("CELERY_BROKER_URL", "memory://", "redis://host:6379/0")
if CELERY_BROKER_URL.split("://")[0] not in {"memory", "redis", "rediss", "amqp", "amqps"}:
    raise Misconfigured(
        f"CELERY_BROKER_URL must be memory:// or redis://host:6379/0, not {CELERY_BROKER_URL!r}."
    )
_is_redis = CELERY_BROKER_URL.startswith(("redis://", "rediss://"))
_cache = environment.address(
    "CACHE_URL", CELERY_BROKER_URL if _is_redis else "memory://", "redis://host:6379/0"
)
if _cache.scheme in {"redis", "rediss"} and _cache.hostname:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": _cache.geturl(),
            "KEY_PREFIX": "vekha",
        }
    }
elif _cache.scheme == "memory":
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
else:
    raise Misconfigured("CACHE_URL must be redis://host:6379/0 or memory://.")
CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True  # every task may run twice; none may be lost
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
# Three queues, so that slow letters hold nothing up: a worker takes from all of them, or from those
# that its -Q names. A task not named here (a job that a person started) goes to "work".
CELERY_TASK_QUEUES = [Queue(name) for name in ("sweeps", "letters", "work")]
CELERY_TASK_DEFAULT_QUEUE = "work"
CELERY_TASK_ROUTES = {
    "notifications.tasks.deliver_messages": {"queue": "letters"},
    "compliance.tasks.send_invitations": {"queue": "letters"},
    "compliance.tasks.run_jobs": {"queue": "work"},
    "compliance.tasks.*": {"queue": "sweeps"},
    "workflows.tasks.*": {"queue": "sweeps"},
}


def _bell(task: str, schedule: crontab | float, seconds: float) -> dict[str, Any]:
    """A line of the schedule. A bell that nobody took before the next one rings expires: a worker
    that comes back after days finds no heap of them.
    """
    return {"task": task, "schedule": schedule, "options": {"expires": seconds}}


_HOUR, _OFTEN = 3600.0, 10.0 if DEMO else 60.0
_TEN_MINUTES = (20.0, 20.0) if DEMO else (crontab(minute="*/10"), 600.0)
CELERY_BEAT_SCHEDULE = {
    "start-due-plans": _bell("workflows.tasks.start_due_plans", crontab(minute="5"), _HOUR),
    "materialise-occurrences": _bell(
        "compliance.tasks.materialise_occurrences", crontab(minute="15"), _HOUR
    ),
    "plan-inspections": _bell("workflows.tasks.plan_inspections", crontab(minute="25"), _HOUR),
    "plan-reminders": _bell("workflows.tasks.plan_reminders", *_TEN_MINUTES),
    "send-invitations": _bell("compliance.tasks.send_invitations", _OFTEN, _OFTEN),
    "record-logins": _bell("compliance.tasks.record_logins", _OFTEN, _OFTEN),
    "tell-suspensions": _bell("compliance.tasks.tell_suspensions", _OFTEN, _OFTEN),
    "forget-uploads": _bell("compliance.tasks.forget_uploads", crontab(minute="25"), _HOUR),
    "deliver-messages": _bell("notifications.tasks.deliver_messages", _OFTEN, _OFTEN),
    "run-jobs": _bell("compliance.tasks.run_jobs", 5.0 if DEMO else 10.0, 10.0),
}
# /health/work reports a sweep as late when it has not ended well for so long.
SWEEPS_LATE_AFTER = {
    "start-due-plans": timedelta(hours=3),
    "materialise-occurrences": timedelta(hours=3),
    "plan-inspections": timedelta(hours=3),
    "plan-reminders": timedelta(minutes=40),
    "send-invitations": timedelta(minutes=30),
    "record-logins": timedelta(minutes=30),
    "tell-suspensions": timedelta(minutes=30),
    "forget-uploads": timedelta(hours=3),
    "run-jobs": timedelta(minutes=30),
    "deliver-messages": timedelta(minutes=30),
}
# A worker that shows no progress of a job for so long is taken for dead.
JOB_LEASE = timedelta(seconds=environment.number("JOB_LEASE", 300, most=86_400))
INTAKE_SECONDS = 2.0  # of reading an upload within its request; what takes longer becomes a job
# Letters leave between these local hours of the addressee's organisation; in the demo always.
SENDING_HOURS = (0, 24) if DEMO else (8, 20)
# A task in a queue that more people share is told to so many of them, in turn.
PEOPLE_TOLD_OF_A_QUEUED_TASK = 10

# --- Safety ------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
# Browsers keep to https for so long. Whether subdomains do, and whether browsers ship with the
# domain, is for the owner of the domain to decide: neither can be taken back quickly.
SECURE_HSTS_SECONDS = environment.number("HSTS_SECONDS", 31_536_000, 63_072_000) if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE and environment.flag("HSTS_INCLUDE_SUBDOMAINS")
SECURE_HSTS_PRELOAD = SECURE and environment.flag("HSTS_PRELOAD")
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
# The site has answered these by HSTS_INCLUDE_SUBDOMAINS and HSTS_PRELOAD; W004 by HSTS_SECONDS=0.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if not SECURE_HSTS_SECONDS:
    SILENCED_SYSTEM_CHECKS += ["security.W004"]
if not SECURE:
    # Plain http is for loopback only; these checks matter when SITE_URL is https.
    SILENCED_SYSTEM_CHECKS += ["security.W008", "security.W012", "security.W016"]
if SECURE_HSTS_PRELOAD and not (
    SECURE_HSTS_INCLUDE_SUBDOMAINS and SECURE_HSTS_SECONDS >= 31_536_000
):
    raise Misconfigured(
        "HSTS_PRELOAD=1 needs HSTS_INCLUDE_SUBDOMAINS=1 and HSTS_SECONDS of at least 31536000."
    )

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"links": {"()": "project.log_lines.HideLinks"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["links"]}
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "vekha": {"level": "INFO"},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
