"""The settings of the test suite: the same product, with what makes tests quick and repeatable."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# The suite has a data folder and a database server of its own, and each run of it a database of its own: several
# runs in one checkout do not meet. The workers of one run inherit its name.
os.environ["RELANCE_DATA"] = os.environ.get("RELANCE_TEST_DATA", str(ROOT / "var" / "test"))
TEST_RUN = os.environ.setdefault("RELANCE_TEST_RUN", str(os.getpid()))

from relance.config.settings import *  # noqa: E402, F403
from relance.config.settings import DATABASES  # noqa: E402

DATABASES["default"]["TEST"] = {"NAME": f"test_relance_{TEST_RUN}"}
# One connection per thread, so that a test's transaction is the only one that its thread sees.
DATABASES["default"]["OPTIONS"] = {}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
# Tests share their machine with whatever else runs on it.
PATIENCE = 20
