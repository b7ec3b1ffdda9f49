"""The one settings file. Everything that differs between installations comes from the environment (env.py)."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from relance.config import database, env, logs, mail, sign_in

PACKAGE = Path(__file__).resolve().parent.parent
DATA = env.data_folder()

SECRET_KEY = env.secret_key(DATA)
DEBUG = env.boolean("RELANCE_DEBUG", default=False)
ALLOWED_HOSTS = env.words("RELANCE_HOSTS", default=["127.0.0.1", "localhost", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.words("RELANCE_ORIGINS", default=[])
BEHIND_TLS = env.boolean("RELANCE_TLS", default=False)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "procrastinate.contrib.django",
    "relance.journal",
    "relance.access",
    "relance.people",
    "relance.lists",
    "relance.crm",
    "relance.activities",
    "relance.imports",
    "relance.timeline",
    "relance.notifications",
    "relance.bulk",
    "relance.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "relance.web.middleware.relance_middleware",
]

ROOT_URLCONF = "relance.config.urls"
WSGI_APPLICATION = "relance.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before the apps' own: our pages replace those of django-allauth.
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "relance.web.pages.page_context",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "relance.web.templatetags.ui"],
        },
    },
]

DATABASES = {"default": database.settings(DATA)}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "relance.web.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {"login_failed": sign_in.FAILED_ATTEMPTS}
ALLAUTH_TRUSTED_PROXY_COUNT = env.whole_number("RELANCE_PROXIES", default=int(BEHIND_TLS))
MFA_ADAPTER = "relance.web.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
# An address is what an administrator has entered, so there is nothing left to confirm.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Relance"
MFA_RATE_LIMITS: dict[str, str] | bool = {}
SOCIALACCOUNT_ADAPTER = "relance.web.adapters.ProviderAdapter"
# A form that leads to another host is what the content policy refuses: sign-in there begins with a link.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": sign_in.providers(), "OAUTH_PKCE_ENABLED": True}}

CACHES = {"default": sign_in.SHARED_CACHE}

CSRF_FAILURE_VIEW = "relance.web.pages.csrf_failed"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-sessionid" if BEHIND_TLS else "sessionid"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
# By what the limits of a custom filter's statements are multiplied (lists/terms.py).
PATIENCE = 1

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
# The bytes of people's files: never beneath what is served, and never served but by a view that asks for the rights.
FILES_ROOT = DATA / "files"
MOST_UPLOAD_BYTES = env.whole_number("RELANCE_MAX_UPLOAD_MB", default=256, lowest=1) * 2**20

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

PROCRASTINATE_ON_APP_READY = "relance.config.jobs.register"

MAIL = mail.server()
EMAIL_BACKEND = env.text("RELANCE_EMAIL_BACKEND", default=MAIL.backend)
EMAIL_HOST, EMAIL_PORT, EMAIL_TIMEOUT = MAIL.host, MAIL.port, 10
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.use_tls, MAIL.use_ssl
DEFAULT_FROM_EMAIL = env.text("RELANCE_EMAIL_FROM", default="relance@localhost")

LOGGING = logs.configuration(env.choice("RELANCE_LOG", ("line", "json"), default="line"))
