"""Django's settings; all that differs between installations comes from `server.environment`."""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from server.background.engine import engine_of
from server.database import database
from server.environment import read_environment, read_keys
from server.identity_provider import single_sign_on
from server.logs import logging_of

_environment = read_environment()
_keys = read_keys(_environment)
_here = Path(__file__).parent
_public = urlsplit(_keys.public_url)
_url = _environment.database_url
DATABASES = {"default": database(_url.get_secret_value() if _url else None, _environment.data)}
_engine = engine_of(DATABASES["default"])

DEBUG = _environment.debug
SECRET_KEY = _keys.signing
SEAL_KEY = _keys.seal
METRICS_TOKEN = _keys.metrics_token
RECOVERY_PUBLIC_KEY = _keys.recovery_public_key
PUBLIC_URL = _keys.public_url
ALLOWED_HOSTS = [*(_environment.hosts or [_public.hostname or "localhost"]), "127.0.0.1", "[::1]", "localhost"]
BEHIND_PROXY = _environment.behind_proxy
LOGGING = logging_of(json_lines=_environment.json_logs, debug=DEBUG)
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
DATA = _environment.data

ROOT_URLCONF = "server.urls"
WSGI_APPLICATION = "server.wsgi.application"
INSTALLED_APPS = [
    "server.accounts",
    "server.clients",
    "server.agents",
    "server.access",
    "server.standards",
    "server.scans",
    "server.readings",
    "server.alignment",
    "server.notices",
    "server.web",
    "server.agent_api",
    "server.api",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_tasks",
    _engine.app,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "server.well_formed.WellFormedMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "server.accounts.middleware.ActorMiddleware",
    "server.observing.ObservingMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "server.web.shell.shell",
            ]
        },
    }
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": _engine.backend}}
PROCRASTINATE_ON_APP_READY = "server.background.backend.add_the_task"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["server.accounts.hashing.CappedArgon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},  # NIST SP 800-63B-4, where a password may stand alone
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "server.accounts.passwords.NoPattern"},
]
ACCOUNT_ADAPTER = "server.accounts.sign_in.SignIn"
ACCOUNT_FORMS = {"login": "server.accounts.forms.SignInForm"}
ACCOUNT_RATE_LIMITS = False  # server.accounts.lock_out does it, in the database
ACCOUNT_SESSION_REMEMBER = True  # server.accounts.sessions says how long
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "server.accounts.second_factor.Sealing"
MFA_FORMS = {"authenticate": "server.accounts.forms.CodeForm"}
MFA_TOTP_TOLERANCE = 1  # half minutes that a phone's clock may be off
MFA_TOTP_ISSUER = "Datumline"
SOCIALACCOUNT_ADAPTER = "server.accounts.single_sign_on.KnownPeopleOnly"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form would need the provider's address in the content policy
SOCIALACCOUNT_STORE_TOKENS = False
SINGLE_SIGN_ON = _environment.oidc_name if _environment.single_sign_on else ""
SOCIALACCOUNT_PROVIDERS = single_sign_on(_environment)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

SESSION_COOKIE_NAME = "__Host-session" if not DEBUG else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if not DEBUG else "csrf"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = not DEBUG
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600  # at a desk; users.md section 5
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 0 if DEBUG or _public.scheme != "https" else 31_536_000
if _environment.behind_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's own arrows and ticks are pictures in its style sheet
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]  # a language stands here once its catalogue is complete: no page is half translated
LOCALE_PATHS = [_here / "locale"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # imports; the agents' routes have bounds of their own
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
