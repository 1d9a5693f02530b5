"""Every text says what its plan says; what was frozen keeps the hash that knew no period."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    Revision = apps.get_model("compliance", "Revision")
    plans = apps.get_model("compliance", "Plan").objects.filter(pk=OuterRef("plan"))
    Revision.objects.update(
        **{
            name: Subquery(plans.values(name)[:1])
            for name in ("title", "period_start", "period_end")
        }
    )
    Revision.objects.exclude(content_hash="").update(hash_version=1)


class Migration(migrations.Migration):
    dependencies = [("compliance", "0028_frame_of_a_revision")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
