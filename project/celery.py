"""The Celery application: it only calls services at their time, and keeps nothing of its own."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

app = Celery("vekha")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
