from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("compliance", "0027_codes_at_login_and_region")]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="title",
            field=models.CharField(default="", max_length=1000, verbose_name="title"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="revision",
            name="period_start",
            field=models.DateField(null=True, verbose_name="period from"),
        ),
        migrations.AddField(
            model_name="revision",
            name="period_end",
            field=models.DateField(null=True, verbose_name="period until"),
        ),
        migrations.AddField(
            model_name="revision",
            name="hash_version",
            field=models.PositiveSmallIntegerField(default=2, editable=False),
        ),
    ]
