"""Events written before say their region too: one statement a region."""

from django.db import migrations


def fill(apps, schema_editor):
    Organisation = apps.get_model("compliance", "Organisation")
    AuditEvent = apps.get_model("compliance", "AuditEvent")
    for region in Organisation.objects.filter(parent__isnull=True):
        within = Organisation.objects.filter(path__startswith=region.path)
        AuditEvent.objects.filter(organisation__in=within).update(region=region)


class Migration(migrations.Migration):
    dependencies = [("compliance", "0009_audit_region")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
