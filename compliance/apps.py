from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplianceConfig(AppConfig):
    name = "compliance"
    verbose_name = _("Compliance")

    def ready(self) -> None:
        """Answer for our reminders at the last moment; register jobs, lists to export, checks."""
        from django.core.checks import register as register_check
        from django.db.backends.signals import connection_created
        from django.db.models.signals import pre_migrate

        from compliance.checks import (
            next_year_is_in_the_calendar,
            refuse_an_older_development_state,
        )
        from compliance.models import searching
        from compliance.services.documents.uploads import READ_JOB, read_in_job
        from compliance.services.evidence.files import PHOTO_JOB, attach_in_job
        from compliance.services.incentives.regional_jobs import SHEETS_JOB, calculate_in_job
        from compliance.services.inspections import holding
        from compliance.services.jobs import exporting
        from compliance.services.jobs import running as jobs
        from compliance.services.notices import (
            address_events,
            duty_events,
            interims,
            plan_events,
        )
        from compliance.services.notices.still_due import KIND, still_due
        from compliance.services.people.imports.storing_jobs import STORE_JOB, store_in_job
        from compliance.services.people.invitation_jobs import INVITE_JOB, invite_in_job
        from compliance.services.people.letter_jobs import RESEND_JOB, resend_in_job
        from compliance.services.people.logins import watch_codes
        from compliance.views.audit import audit_table
        from compliance.views.boards.overdue import board_table
        from compliance.views.boards.region import region_table
        from compliance.views.incentives import sheets_table
        from compliance.views.people.imports import template_table
        from compliance.views.people.lists import people_table
        from notifications.subjects import register

        register(KIND, still_due)
        register(interims.KIND, interims.still_asked)
        plan_events.announce_all()
        duty_events.announce_all()
        address_events.announce_all()
        watch_codes()
        jobs.register(PHOTO_JOB, attach_in_job)
        jobs.register(holding.PHOTO_JOB, holding.attach_in_job)
        jobs.register(READ_JOB, read_in_job)
        jobs.register(STORE_JOB, store_in_job)
        jobs.register(INVITE_JOB, invite_in_job)
        jobs.register(RESEND_JOB, resend_in_job)
        jobs.register(SHEETS_JOB, calculate_in_job)
        jobs.register(exporting.KIND, exporting.export_in_job)
        exporting.register("due-dates", board_table)
        exporting.register("people", people_table)
        exporting.register("region", region_table)
        exporting.register("people-template", template_table)
        for form in ("csv", "jsonl"):
            exporting.register(f"audit.{form}", partial(audit_table, form))
        for form in ("csv", "json"):
            exporting.register(f"incentives.{form}", partial(sheets_table, form))
        register_check(next_year_is_in_the_calendar, "calendar")
        connection_created.connect(searching.teach)
        pre_migrate.connect(refuse_an_older_development_state, sender=self)
