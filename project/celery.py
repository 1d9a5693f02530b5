"""The Celery application: a bell that calls services, never their memory."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

app = Celery("vekha")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
