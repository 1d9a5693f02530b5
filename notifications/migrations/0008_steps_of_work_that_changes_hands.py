from django.db import migrations

# Events by their names in the audit trail; each is told once to those whom it concerns.
EVENTS = [
    "inspection.refute",
    "petition.lapse",
    "plan.reopen",
    "assignment.name",
    "substitution.enter",
    "substitution.end",
    "task.recall",
    "person.hand_over",
]


def add_steps(apps, schema_editor):
    step = apps.get_model("notifications", "ReminderStep")
    step.objects.bulk_create(
        step(subject_kind=action, offset=0, who="concerned") for action in EVENTS
    )


def remove_steps(apps, schema_editor):
    apps.get_model("notifications", "ReminderStep").objects.filter(
        subject_kind__in=EVENTS
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("notifications", "0007_steps_of_petitions")]

    operations = [migrations.RunPython(add_steps, remove_steps)]
