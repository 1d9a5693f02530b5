"""Whom a later revision charges with a measure owes it from that day on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("compliance", "0005_sendings")]
    operations = [
        migrations.AddField(
            model_name="assignment",
            name="owes_from",
            field=models.DateField(blank=True, null=True),
        ),
    ]
