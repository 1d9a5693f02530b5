"""The schedule that a new installation starts with; a ministry may change every line of it."""

from django.db import migrations

EXECUTOR, DIRECTOR, MINISTRY = "executor", "director", "ministry"

# (working days from the due date, whom, then every so many working days)
SCHEDULE = [
    (-30, EXECUTOR, None),
    (-14, EXECUTOR, None),
    (-7, EXECUTOR, None),
    (-3, EXECUTOR, None),
    (-1, EXECUTOR, None),
    (0, EXECUTOR, None),
    (1, EXECUTOR, None),
    (1, DIRECTOR, None),
    (3, DIRECTOR, None),
    (7, MINISTRY, None),
    (12, EXECUTOR, 5),
    (12, DIRECTOR, 5),
]


def add_schedule(apps, schema_editor):
    step = apps.get_model("notifications", "ReminderStep")
    step.objects.bulk_create(
        step(subject_kind="occurrence", offset=offset, who=who, repeat_every=repeat_every)
        for offset, who, repeat_every in SCHEDULE
    )


def remove_schedule(apps, schema_editor):
    apps.get_model("notifications", "ReminderStep").objects.filter(
        subject_kind="occurrence"
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [migrations.RunPython(add_schedule, remove_schedule)]
