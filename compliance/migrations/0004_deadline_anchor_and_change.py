"""The day of the event a deadline waits for, and since when the deadline in force has held."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("compliance", "0003_boards")]

    operations = [
        migrations.AddField(
            "measureversion",
            "deadline_anchor",
            models.DateField(blank=True, null=True, verbose_name="day of the event"),
        ),
        migrations.AddField(
            "measure", "deadline_changed_on", models.DateField(blank=True, null=True)
        ),
    ]
