"""Whose plans the known types are, and the five criteria of order 317н of 23.05.2018."""

from django.db import migrations

CRITERIA = """\
I. Открытость и доступность информации об организации
II. Комфортность условий предоставления услуг, в том числе время ожидания
III. Доступность услуг для инвалидов
IV. Доброжелательность, вежливость работников организации
V. Удовлетворённость условиями оказания услуг"""


def fill(apps, schema_editor):
    PlanType = apps.get_model("compliance", "PlanType")
    PlanType.objects.filter(code="regional").update(owner_kind="ministry")
    PlanType.objects.filter(code="institution", headings="").update(headings=CRITERIA)


class Migration(migrations.Migration):
    dependencies = [("compliance", "0023_drafting_by_hand")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
