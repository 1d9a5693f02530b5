import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def name_as_recorded(apps, schema_editor):
    """The audit trail has said all along in whose name a substitute decided."""
    events = apps.get_model("compliance", "AuditEvent").objects
    reports = apps.get_model("compliance", "ExecutionReport").objects
    rows = events.filter(
        action__in=["report.accept", "report.return"], on_behalf_of__isnull=False
    ).order_by("pk")
    for actor, absent, after in rows.values_list("actor", "on_behalf_of", "after"):
        reports.filter(pk=after.get("report"), decided_by=actor).update(decided_for=absent)


class Migration(migrations.Migration):
    dependencies = [("compliance", "0024_headings_of_known_types")]

    operations = [
        migrations.AddField(
            "executionreport",
            "decided_for",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(name_as_recorded, migrations.RunPython.noop),
    ]
