"""An event names the task it was done through; old events keep version 1 of their hash."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("compliance", "0007_several_proofs_and_documents")]

    operations = [
        migrations.AddField(
            model_name="auditevent", name="task_id", field=models.BigIntegerField(null=True)
        ),
        migrations.AddField(
            model_name="auditevent",
            name="version",
            field=models.PositiveSmallIntegerField(default=1),
        ),
    ]
