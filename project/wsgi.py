"""The WSGI application that gunicorn serves: whoever imports it serves pages."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

application = get_wsgi_application()

from project.pages import bound_statements  # noqa: E402  (needs the settings)

bound_statements()
