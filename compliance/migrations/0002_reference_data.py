"""The reference data that every installation begins with: plan types and the calendar."""

from django.db import migrations

# Who plays which party: domain.md, "People and what each must be able to do".
PLAN_TYPES = [
    {
        "code": "institution",
        "name": "Improvement plan of an institution",
        "drafted_by": "director",
        "agreed_by": "coordinator",
        "approved_by": "director",
        "published_by": "director",
        "reported_by": "director",
        "accepted_by": "coordinator",
    },
    {
        "code": "regional",
        "name": "Improvement plan of a region",
        "drafted_by": "coordinator",
        "agreed_by": "head",
        "approved_by": "council",
        "published_by": "coordinator",
        "reported_by": "coordinator",
        "accepted_by": "head",
    },
]
FIRST_YEAR, LAST_YEAR = 2015, 2027


def add_reference_data(apps, schema_editor):
    import holidays

    PlanType = apps.get_model("compliance", "PlanType")
    PlanType.objects.bulk_create(PlanType(**row) for row in PLAN_TYPES)
    CalendarDay = apps.get_model("compliance", "CalendarDay")
    days = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        russia = holidays.country_holidays("RU", years=year, language="ru")
        days += [
            CalendarDay(date=day, kind="non_working", title=title)
            for day, title in sorted(russia.items())
            if day.weekday() < 5
        ]
        days += [CalendarDay(date=day, kind="working") for day in sorted(russia.weekend_workdays)]
    CalendarDay.objects.bulk_create(days)


def remove_reference_data(apps, schema_editor):
    apps.get_model("compliance", "PlanType").objects.all().delete()
    apps.get_model("compliance", "CalendarDay").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("compliance", "0001_initial")]

    operations = [migrations.RunPython(add_reference_data, remove_reference_data)]
