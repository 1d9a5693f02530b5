"""The site's own settings, started for tests: a key, and passwords that are hashed fast."""

import os

os.environ.setdefault("SECRET_KEY", "tests")

from project.settings import *

# A busy machine must not turn every photo of a test into a job; tests of jobs set their own.
INTAKE_SECONDS = 60.0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
