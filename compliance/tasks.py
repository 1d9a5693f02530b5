"""The scheduled tasks of compliance: a service does the work; each may run twice."""

from celery import shared_task
from django.utils import timezone

from compliance.services import uploads
from compliance.services.acts import Act
from compliance.services.evidence.parts import forget_incoming_files
from compliance.services.execution import occurrences
from compliance.services.jobs import asking, running
from compliance.services.people import invitation_letters, logins, suspensions
from notifications.services.sweeps import watched


@shared_task
def materialise_occurrences() -> None:
    """Make the occurrences that executing plans are missing."""
    with watched("materialise-occurrences") as counts:
        counts["created"] = occurrences.materialise_occurrences()


@shared_task
def send_invitations() -> None:
    """Send the invitations that are due now."""
    with watched("send-invitations") as counts:
        counts.update(invitation_letters.send_invitations(timezone.now()))


@shared_task
def forget_uploads() -> None:
    """Delete uploads that nobody confirmed and files that stopped arriving."""
    with watched("forget-uploads") as counts:
        counts["forgotten"] = uploads.forget_uploads(timezone.now())
        counts["stopped"] = forget_incoming_files(timezone.now())
        counts["jobs_forgotten"] = asking.forget_jobs(timezone.now())


@shared_task
def run_jobs() -> None:
    """Run the jobs that people have asked for."""
    with watched("run-jobs") as counts:
        counts.update({f"jobs_{end}": count for end, count in running.run_jobs().items()})


@shared_task
def tell_suspensions() -> None:
    """Let the directors know whom letters no longer reach."""
    with watched("tell-suspensions") as counts:
        counts["suspended"] = suspensions.tell_suspensions(Act.of_system())


@shared_task
def record_logins() -> None:
    """Enter into the audit trail what happened to logins, where it had to wait."""
    with watched("record-logins") as counts:
        counts["logins"] = logins.enter_notes(Act.of_system())
