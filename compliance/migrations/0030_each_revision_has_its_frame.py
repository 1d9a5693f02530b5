from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("compliance", "0029_frames_filled")]

    operations = [
        migrations.AlterField(
            model_name="revision",
            name="period_start",
            field=models.DateField(verbose_name="period from"),
        ),
        migrations.AlterField(
            model_name="revision",
            name="period_end",
            field=models.DateField(verbose_name="period until"),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")), name="revision_period_in_order"
            ),
        ),
    ]
