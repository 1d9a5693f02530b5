from django.db import migrations, models
from django.db.models import F, Q


def grant_what_was_asked(apps, schema_editor):
    rows = apps.get_model("compliance", "Petition").objects
    rows.filter(kind="extension", status="granted").update(granted_due_on=F("new_due_on"))


class Migration(migrations.Migration):
    dependencies = [("compliance", "0021_planned_inspections")]

    operations = [
        migrations.AddField(
            "petition",
            "granted_due_on",
            models.DateField(blank=True, null=True, verbose_name="date granted"),
        ),
        migrations.RunPython(grant_what_was_asked, migrations.RunPython.noop),
        migrations.AddConstraint(
            "petition",
            models.CheckConstraint(
                condition=Q(
                    kind="extension",
                    status="granted",
                    granted_due_on__isnull=False,
                    granted_due_on__lte=F("new_due_on"),
                )
                | (~Q(kind="extension", status="granted") & Q(granted_due_on__isnull=True)),
                name="petition_granted_date_within_what_was_asked",
            ),
        ),
    ]
