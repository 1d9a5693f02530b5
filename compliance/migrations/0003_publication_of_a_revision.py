"""A revision keeps why it was opened or withdrawn, and where it was published."""

from django.db import migrations, models


def copy_publication(apps, schema_editor):
    """What binds already was published where its plan says."""
    plans = apps.get_model("compliance", "Plan").objects.filter(pk=models.OuterRef("plan"))
    rows = apps.get_model("compliance", "Revision").objects.filter(
        status="in_force", plan__published_on__isnull=False
    )
    rows.update(
        published_on=models.Subquery(plans.values("published_on")),
        published_url=models.Subquery(plans.values("published_url")),
    )


class Migration(migrations.Migration):
    dependencies = [("compliance", "0002_reference_data")]
    operations = [
        migrations.AddField(
            model_name="revision",
            name="reason",
            field=models.TextField(blank=True, verbose_name="why the plan is changed", default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="revision",
            name="withdrawal_reason",
            field=models.TextField(blank=True, verbose_name="why it was withdrawn", default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="revision",
            name="published_on",
            field=models.DateField(blank=True, null=True, verbose_name="published on"),
        ),
        migrations.AddField(
            model_name="revision",
            name="published_url",
            field=models.URLField(
                blank=True, max_length=1000, verbose_name="published at", default=""
            ),
            preserve_default=False,
        ),
        migrations.RunPython(copy_publication, migrations.RunPython.noop),
    ]
