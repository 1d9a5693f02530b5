"""Settings and wiring: the only place that knows every app. Holds no rule."""

import warnings

from project.celery import app as celery_app

__all__ = ["celery_app"]

# django-fsm says at every import that it is not developed further: decision 7. One ignore, here,
# where everything starts and before any model is imported.
warnings.filterwarnings("ignore", message="The 'django-fsm' package", category=UserWarning)
