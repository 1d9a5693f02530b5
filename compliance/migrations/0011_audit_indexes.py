"""What the search of the audit trail walks along: a region's events, the latest first."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("compliance", "0010_audit_region_filled")]

    operations = [
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["region", "-at", "-id"], name="audit_by_region"),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["region", "action", "-at", "-id"], name="audit_by_action"),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                fields=["region", "-at", "-id"],
                condition=models.Q(("reason", ""), _negated=True),
                name="audit_with_reason",
            ),
        ),
    ]
