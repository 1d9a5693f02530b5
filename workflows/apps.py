from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    name = "workflows"
    verbose_name = _("Workflows")

    def ready(self) -> None:
        """Answer for reminders of tasks when the sender asks at the last moment."""
        from notifications.subjects import register
        from workflows.services.notices.reminders import TASK
        from workflows.services.notices.still_due import still_due
        from workflows.services.notices.task_events import announce_all

        register(TASK, still_due)
        announce_all()
