"""Who agrees and approves stands in the steps only. Going back takes the last step of each kind."""

from django.db import migrations, models

FIELDS = {"agrees": "agreed_by", "approves": "approved_by"}


def take_back(apps, schema_editor):
    """One role of each kind: the one with which the plan changes its state."""
    PartyStep = apps.get_model("compliance", "PartyStep")
    for step in PartyStep.objects.order_by("position").select_related("type"):
        setattr(step.type, FIELDS[step.kind], step.role)
        step.type.save(update_fields=[FIELDS[step.kind]])


class Migration(migrations.Migration):
    dependencies = [("compliance", "0015_parties_of_known_types")]

    operations = [
        *(
            migrations.AlterField("plantype", name, models.CharField(max_length=20, default=""))
            for name in FIELDS.values()
        ),
        migrations.RunPython(migrations.RunPython.noop, take_back),
        *(migrations.RemoveField("plantype", name) for name in FIELDS.values()),
    ]
