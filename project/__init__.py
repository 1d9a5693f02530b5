"""Settings and wiring: the only place that knows every app. Holds no rule."""

from project.celery import app as celery_app

__all__ = ["celery_app"]
