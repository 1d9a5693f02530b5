"""Each text that went to the parties is kept, so that the next round shows what changed."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("compliance", "0004_remarks_on_measures")]
    operations = [
        migrations.CreateModel(
            name="Sending",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sent_at", models.DateTimeField(verbose_name="sent at")),
                ("content", models.JSONField(verbose_name="text")),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=models.CASCADE,
                        related_name="sendings",
                        to="compliance.revision",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=models.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "sending to the parties",
                "verbose_name_plural": "sendings to the parties",
                "ordering": ["sent_at", "id"],
            },
        ),
    ]
