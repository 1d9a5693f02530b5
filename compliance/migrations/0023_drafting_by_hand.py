import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("compliance", "0022_petition_granted_date")]

    operations = [
        migrations.AddField(
            model_name="plantype",
            name="owner_kind",
            field=models.CharField(
                choices=[("institution", "Institution"), ("ministry", "Ministry")],
                default="institution",
                max_length=20,
                verbose_name="whose plans",
            ),
        ),
        migrations.AddField(
            model_name="plantype",
            name="headings",
            field=models.TextField(
                blank=True, default="", verbose_name="sections of a new plan"
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="form_key",
            field=models.UUIDField(blank=True, editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(
                fields=("created_by", "form_key"), name="plan_once_a_form"
            ),
        ),
        migrations.CreateModel(
            name="PlanUpload",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("file_name", models.CharField(max_length=200, verbose_name="file")),
                ("content", models.BinaryField()),
                ("stored_at", models.DateTimeField(blank=True, null=True)),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uploads",
                        to="compliance.plan",
                    ),
                ),
                (
                    "uploader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "uploaded document of a plan",
                "verbose_name_plural": "uploaded documents of plans",
            },
        ),
    ]
