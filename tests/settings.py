"""The site's own settings, started for tests: a key, and what only takes time left out.

Passwords are hashed fast, and a commit does not wait for the disk: a test database that the
machine's fall would spoil is made anew. Servers that tests start have the site's own settings.
"""

import os

os.environ.setdefault("SECRET_KEY", "tests")

from project.settings import *
from project.settings import CACHES, DATABASES, IS_SQLITE

# A busy machine must not turn every photo of a test into a job; tests of jobs set their own.
INTAKE_SECONDS = 60.0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Static files are looked up when asked for; else every new client of a test reads them all.
WHITENOISE_AUTOREFRESH = True

_options = DATABASES["default"].setdefault("OPTIONS", {})
if IS_SQLITE:
    _options["init_command"] += " PRAGMA synchronous=OFF;"
else:
    _options["options"] = f"{_options.get('options', '')} -c synchronous_commit=off".strip()

# Clearing a cache empties its whole Redis database, so each worker has one of its own: 10, 11, …
_worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
if _worker and "LOCATION" in CACHES["default"]:
    _server = CACHES["default"]["LOCATION"].rpartition("/")[0]
    CACHES["default"]["LOCATION"] = f"{_server}/{10 + int(_worker) % 6}"
