"""The site's own settings, started for tests: a key, and passwords that are hashed fast."""

import os

os.environ.setdefault("SECRET_KEY", "tests")

from project.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
