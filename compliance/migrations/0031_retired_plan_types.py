from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("compliance", "0030_each_revision_has_its_frame")]

    operations = [
        migrations.AddField(
            model_name="plantype",
            name="retired_at",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="no new plans since"
            ),
        ),
    ]
