"""PostgreSQL notes whose tasks have changed, so that a sweep looks at those only."""

from django.db import migrations

from compliance.models import planned_work

OF_VOTES = """
    SELECT task.organisation_id
    FROM {0} vote
    JOIN compliance_revisionparty party ON party.id = vote.party_id
    JOIN workflows_process process ON process.revision_id = party.revision_id
    JOIN workflows_task task ON task.process_id = process.id AND task.finished IS NULL"""
CHANGES = {
    ("workflows_task", "INSERT"): "SELECT organisation_id FROM now",
    ("workflows_task", "UPDATE"): """
    SELECT organisation_id FROM was UNION SELECT organisation_id FROM now""",
    ("workflows_task", "DELETE"): "SELECT organisation_id FROM was",
    # Who has voted needs no reminder; when all have, everyone is told that somebody must conclude.
    ("compliance_vote", "INSERT"): OF_VOTES.format("now"),
    ("compliance_vote", "UPDATE"): OF_VOTES.format("now"),
    ("compliance_vote", "DELETE"): OF_VOTES.format("was"),
}


def note_changed_tasks(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in planned_work.statements(CHANGES):
            schema_editor.execute(statement)


def note_them_no_more(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in planned_work.backward(CHANGES):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("workflows", "0001_initial"), ("compliance", "0002_reference_data")]

    operations = [migrations.RunPython(note_changed_tasks, note_them_no_more)]
