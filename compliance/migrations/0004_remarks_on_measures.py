"""Remarks on single measures, kept by their party until it returns the plan."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("compliance", "0003_publication_of_a_revision")]
    operations = [
        migrations.AddField(
            model_name="remark",
            name="about",
            field=models.CharField(blank=True, max_length=300, verbose_name="about", default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="remark",
            name="is_draft",
            field=models.BooleanField(default=False, verbose_name="not sent yet"),
        ),
        migrations.AlterField(
            model_name="remark",
            name="measure",
            field=models.ForeignKey(
                null=True,
                on_delete=models.SET_NULL,
                related_name="remarks",
                to="compliance.measure",
            ),
        ),
        migrations.AddConstraint(
            model_name="remark",
            constraint=models.UniqueConstraint(
                condition=models.Q(is_draft=True),
                fields=("revision", "measure"),
                name="remark_one_draft_of_a_measure",
            ),
        ),
    ]
