from django.db import migrations

# (offset in working days, whom, then every so many working days). Hardly a task has thirty working
# days: its first step is reached when it arrives.
TASKS = [
    (-30, "owner", None),
    (-1, "owner", None),
    (0, "owner", None),
    (1, "owner", None),
    (1, "superior", None),
    (6, "owner", 5),
    (6, "superior", 5),
]
# Events by their names in the audit trail; each is told once to those whom it concerns.
EVENTS = [
    "report.return",
    "report.accept",
    "approval.return",
    "plan.return_to_draft",
    "plan.agree",
    "plan.approve",
    "plan.publish",
    "report.question",
    "plan.accept_report",
]


def add_steps(apps, schema_editor):
    step = apps.get_model("notifications", "ReminderStep")
    step.objects.bulk_create(
        step(subject_kind="task", offset=offset, who=who, repeat_every=repeat_every)
        for offset, who, repeat_every in TASKS
    )
    step.objects.bulk_create(
        step(subject_kind=action, offset=0, who="concerned") for action in EVENTS
    )


def remove_steps(apps, schema_editor):
    apps.get_model("notifications", "ReminderStep").objects.filter(
        subject_kind__in=["task", *EVENTS]
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_default_schedule")]

    operations = [migrations.RunPython(add_steps, remove_steps)]
