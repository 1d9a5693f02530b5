"""Who agreed and approved until now becomes the types' parties; what is on its way is called."""

from django.db import migrations

ANY_BASIS = ["order", "minutes", "letter", "signature"]
COUNCIL_BASIS = ["minutes", "order", "letter", "signature"]


def steps_of(kind):
    """Agreement within ten working days without a basis, approval within five on any."""
    bases = COUNCIL_BASIS if kind.approved_by == "council" else ANY_BASIS
    return [
        {"kind": "agrees", "position": 1, "role": kind.agreed_by, "bases": [], "days": 10},
        {"kind": "approves", "position": 2, "role": kind.approved_by, "bases": bases, "days": 5},
    ]


def add_parties(apps, schema_editor):
    PlanType = apps.get_model("compliance", "PlanType")
    PartyStep = apps.get_model("compliance", "PartyStep")
    RevisionParty = apps.get_model("compliance", "RevisionParty")
    Revision = apps.get_model("compliance", "Revision")
    # Until now nobody was kept from deciding on their own draft.
    PlanType.objects.update(drafters_decide=True)
    for kind in PlanType.objects.all():
        steps = steps_of(kind)
        PartyStep.objects.bulk_create(PartyStep(type=kind, **step) for step in steps)
        publisher = {"kind": "publishes", "position": 3, "role": kind.published_by, "days": 5}
        for revision in Revision.objects.filter(plan__type=kind, status="with_parties"):
            RevisionParty.objects.bulk_create(
                RevisionParty(revision=revision, round=1, **step) for step in [*steps, publisher]
            )


def remove_parties(apps, schema_editor):
    apps.get_model("compliance", "RevisionParty").objects.all().delete()
    apps.get_model("compliance", "PartyStep").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("compliance", "0014_parties")]

    operations = [migrations.RunPython(add_parties, remove_parties)]
