"""What every installation begins with: the calendar, the kinds of plans and their parties; and, on
PostgreSQL, how words are searched for."""

from django.db import migrations

from compliance.models import planned_work, searching

FIRST_YEAR, LAST_YEAR = 2015, 2027

# The five criteria of order 317н of 23.05.2018.
CRITERIA = """\
I. Открытость и доступность информации об организации
II. Комфортность условий предоставления услуг, в том числе время ожидания
III. Доступность услуг для инвалидов
IV. Доброжелательность, вежливость работников организации
V. Удовлетворённость условиями оказания услуг"""

# Who plays which party: domain.md, "People and what each must be able to do". Agreement within
# ten working days without a basis, approval within five on any basis; for a council, minutes first.
PLAN_TYPES = [
    (
        {
            "code": "institution",
            "name": "Improvement plan of an institution",
            "owner_kind": "institution",
            "headings": CRITERIA,
            "drafted_by": "director",
            "published_by": "director",
            "reported_by": "director",
            "accepted_by": "coordinator",
        },
        ("coordinator", "director"),
        ["order", "minutes", "letter", "signature"],
    ),
    (
        {
            "code": "regional",
            "name": "Improvement plan of a region",
            "owner_kind": "ministry",
            "headings": "",
            "drafted_by": "coordinator",
            "published_by": "coordinator",
            "reported_by": "coordinator",
            "accepted_by": "head",
        },
        ("head", "council"),
        ["minutes", "order", "letter", "signature"],
    ),
]


def add_plan_types(apps, schema_editor):
    PlanType = apps.get_model("compliance", "PlanType")
    PartyStep = apps.get_model("compliance", "PartyStep")
    for fields, (agrees, approves), bases in PLAN_TYPES:
        # Unless a ministry decides otherwise, people may decide on their own draft.
        kind = PlanType.objects.create(**fields, drafters_decide=True)
        PartyStep.objects.create(type=kind, kind="agrees", position=1, role=agrees, days=10)
        PartyStep.objects.create(
            type=kind, kind="approves", position=2, role=approves, bases=bases, days=5
        )


def add_calendar(apps, schema_editor):
    import holidays

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


def remove_plan_types(apps, schema_editor):
    apps.get_model("compliance", "PartyStep").objects.all().delete()
    apps.get_model("compliance", "PlanType").objects.all().delete()


def remove_calendar(apps, schema_editor):
    apps.get_model("compliance", "CalendarDay").objects.all().delete()


def note_changed_work(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in planned_work.statements():
            schema_editor.execute(statement)


def note_it_no_more(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in planned_work.backward():
            schema_editor.execute(statement)


def index_words(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in searching.statements():
            schema_editor.execute(statement)


def drop_words(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in searching.backward():
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0001_initial"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("notifications", "0001_initial"),
    ]

    operations = [
        # Here and not among the tables: the package's own table needs our users first.
        migrations.CreateModel(
            name="LoginCode",
            fields=[],
            options={
                "verbose_name": "code at login",
                "verbose_name_plural": "codes at login",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("mfa.authenticator",),
        ),
        migrations.RunPython(add_plan_types, remove_plan_types),
        migrations.RunPython(add_calendar, remove_calendar),
        migrations.RunPython(index_words, drop_words),
        migrations.RunPython(note_changed_work, note_it_no_more),
    ]
