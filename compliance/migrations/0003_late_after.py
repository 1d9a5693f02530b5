import datetime

from django.db import migrations, models
from django.db.models.functions import Greatest


def set_late_after(apps, schema_editor):
    """The later of the date as written and the planned one; an extended date is later than both."""
    occurrences = apps.get_model("compliance", "Occurrence").objects
    occurrences.update(late_after=Greatest("intended_on", "due_on"))
    lines = apps.get_model("compliance", "IncentiveLine").objects
    lines.update(late_after=models.F("due_on"))  # by which those sheets judged


class Migration(migrations.Migration):

    dependencies = [
        ("compliance", "0002_reference_data"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="occurrence",
            name="occurrence_by_organisation",
        ),
        migrations.AddField(
            model_name="incentiveline",
            name="late_after",
            field=models.DateField(null=True, verbose_name="last day in time"),
        ),
        migrations.AddField(
            model_name="occurrence",
            name="late_after",
            field=models.DateField(
                null=True,
                help_text="What is done by then is done in time.",
                verbose_name="last day in time",
            ),
        ),
        migrations.RunPython(set_late_after, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="incentiveline",
            name="late_after",
            field=models.DateField(verbose_name="last day in time"),
        ),
        migrations.AlterField(
            model_name="occurrence",
            name="late_after",
            field=models.DateField(
                help_text="What is done by then is done in time.",
                verbose_name="last day in time",
            ),
        ),
        migrations.AlterField(
            model_name="occurrence",
            name="due_on",
            field=models.DateField(
                help_text="Planned and reminded: a working day where there is one.",
                verbose_name="due on",
            ),
        ),
        migrations.AddIndex(
            model_name="occurrence",
            index=models.Index(
                condition=models.Q(("status", "open")),
                fields=["late_after"],
                name="occurrence_open_by_lateness",
            ),
        ),
        migrations.AddIndex(
            model_name="occurrence",
            index=models.Index(
                fields=["organisation", "late_after"], name="occurrence_by_organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="occurrence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("late_after__gte", models.F("due_on")),
                    ("late_after__lte", datetime.date(2100, 12, 31)),
                    ("late_after__gte", models.F("intended_on")),
                ),
                name="occurrence_late_after_both_dates",
            ),
        ),
    ]
