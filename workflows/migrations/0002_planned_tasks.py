"""PostgreSQL notes whose tasks have changed, so that a sweep looks at those only."""

from django.db import migrations

from compliance.models import planned_work

OF_VOTES = """
    SELECT task.organisation_id
    FROM {0} vote
    JOIN compliance_revisionparty party ON party.id = vote.party_id
    JOIN workflows_process process ON process.revision_id = party.revision_id
    JOIN workflows_task task ON task.process_id = process.id AND task.finished IS NULL"""
# Left out of a letter, or gone from the ledger: the step is open again, for whoever has the task.
OF_REMINDERS = """
    SELECT task.organisation_id
    FROM {0} reminder
    JOIN workflows_task task ON task.id = reminder.subject_id AND task.finished IS NULL
    WHERE reminder.subject_kind = 'task' AND {1}"""
CHANGES = {
    ("workflows_task", "INSERT"): "SELECT organisation_id FROM now",
    ("workflows_task", "UPDATE"): """
    SELECT organisation_id FROM was UNION SELECT organisation_id FROM now""",
    ("workflows_task", "DELETE"): "SELECT organisation_id FROM was",
    # Who has voted needs no reminder; when all have, everyone is told that somebody must conclude.
    ("compliance_vote", "INSERT"): OF_VOTES.format("now"),
    ("compliance_vote", "UPDATE"): OF_VOTES.format("now"),
    ("compliance_vote", "DELETE"): OF_VOTES.format("was"),
    ("notifications_reminder", "UPDATE"): OF_REMINDERS.format("now", "reminder.state = 'skipped'"),
    ("notifications_reminder", "DELETE"): OF_REMINDERS.format("was", "TRUE"),
}


def note_changed_tasks(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in planned_work.statements(CHANGES, "note_tasks"):
            schema_editor.execute(statement)


def note_them_no_more(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in planned_work.backward(CHANGES, "note_tasks"):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("workflows", "0001_initial"),
        ("compliance", "0002_reference_data"),
        ("notifications", "0001_initial"),
    ]

    operations = [migrations.RunPython(note_changed_tasks, note_them_no_more)]
