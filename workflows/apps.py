from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    name = "workflows"
    verbose_name = _("Workflows")

    def ready(self) -> None:
        """Answer for reminders of tasks at the last moment; register lists to export."""
        from compliance.services.jobs import exporting
        from notifications.subjects import register
        from workflows.services.notices.reminders import TASK
        from workflows.services.notices.still_due import still_due
        from workflows.services.notices.task_events import announce_all
        from workflows.views.inspections.holding import inspections_table
        from workflows.views.petitions import petitions_table
        from workflows.views.plans.lists import plans_table

        register(TASK, still_due)
        announce_all()
        exporting.register("inspections", inspections_table)
        exporting.register("petitions", petitions_table)
        exporting.register("plans", plans_table)
