"""The schedule that a new installation starts with; a ministry may change every line of it."""

from django.db import migrations

# For each kind of subject: (working days from its date, who is told, repeated every so many days).
# Few tasks have thirty working days: the first step is then reached when the task arrives.
SCHEDULE = {
    "occurrence": [
        (-30, "executor", None),
        (-14, "executor", None),
        (-7, "executor", None),
        (-3, "executor", None),
        (-1, "executor", None),
        (0, "executor", None),
        (1, "executor", None),
        (1, "director", None),
        (3, "director", None),
        (7, "ministry", None),
        (12, "executor", 5),
        (12, "director", 5),
    ],
    "interim": [(0, "executor", None)],
    "task": [
        (-30, "owner", None),
        (-1, "owner", None),
        (0, "owner", None),
        (1, "owner", None),
        (1, "superior", None),
        (6, "owner", 5),
        (6, "superior", 5),
    ],
}
# Events by their names in the audit trail; each is told once to the people it concerns.
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
    "revision.return_to_draft",
    "revision.agree",
    "revision.approve",
    "revision.publish",
    "task.reassign",
    "task.delegate",
    "task.return",
    "occurrence.extend",
    "occurrence.waive",
    "petition.decline",
    "petition.refuse",
    "inspection.refute",
    "petition.lapse",
    "plan.reopen",
    "assignment.name",
    "substitution.enter",
    "substitution.end",
    "task.recall",
    "person.hand_over",
    "address.suspend",
    "report.recall",
]


def add_schedule(apps, schema_editor):
    step = apps.get_model("notifications", "ReminderStep")
    step.objects.bulk_create(
        step(subject_kind=kind, offset=offset, who=who, repeat_every=repeat_every)
        for kind, steps in SCHEDULE.items()
        for offset, who, repeat_every in steps
    )
    step.objects.bulk_create(
        step(subject_kind=action, offset=0, who="concerned") for action in EVENTS
    )


def remove_schedule(apps, schema_editor):
    apps.get_model("notifications", "ReminderStep").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [migrations.RunPython(add_schedule, remove_schedule)]
