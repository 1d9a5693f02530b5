"""An event keeps the ministry at the top, by which a region's events are found."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("compliance", "0008_audit_task")]

    operations = [
        migrations.AddField(
            model_name="auditevent",
            name="region",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="compliance.organisation",
            ),
        ),
    ]
