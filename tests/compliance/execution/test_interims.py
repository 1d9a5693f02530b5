"""Interim dates as rows: made, renewed and dropped with the due dates, told, never late."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command

from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import AuditEvent, InterimDate, Measure, Occurrence, Organisation, PlanType
from compliance.services.execution.interims import tell_course
from compliance.services.execution.occurrences import materialise_occurrences
from notifications.models import Message, Reminder
from notifications.services.delivery import deliver_messages
from tests.building import factories as make
from tests.building.executed import BEGIN, executing, noon, reworded
from workflows.services.notices.reminders import plan_reminders

pytestmark = pytest.mark.django_db

YEAR = "2026 год"
QUARTER_ENDS = [date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30)]


@pytest.fixture
def region() -> make.Region:
    return make.region()


def asked(plan, **given) -> list[date]:
    rows = InterimDate.objects.filter(plan=plan, **given).order_by("asked_on")
    return list(rows.values_list("asked_on", flat=True))


def sweep(day: date) -> None:
    materialise_occurrences(now=noon(day))


def test_a_long_period_gets_interim_dates_beside_its_one_due_date(region: make.Region) -> None:
    plan = executing(region, YEAR)
    assert asked(plan) == QUARTER_ENDS
    assert Occurrence.objects.filter(plan=plan).count() == 1
    assert materialise_occurrences(now=BEGIN) == 0
    assert asked(plan) == QUARTER_ENDS


@pytest.mark.parametrize("phrase", ["I квартал 2026 г.", "Постоянно", "до 31.12.2026"])
def test_what_is_short_continuous_or_a_day_gets_none(region: make.Region, phrase: str) -> None:
    assert asked(executing(region, phrase)) == []


def test_what_has_passed_when_the_plan_begins_is_not_asked_for(region: make.Region) -> None:
    assert asked(executing(region, YEAR, at=noon(date(2026, 4, 10)))) == QUARTER_ENDS[1:]


@pytest.mark.parametrize(
    ("of_region", "of_type", "wanted"),
    [
        ("half_yearly", "", [date(2026, 6, 30)]),
        ("none", "", []),
        ("none", "quarterly", QUARTER_ENDS),
        ("quarterly", "none", []),
    ],
)
def test_how_often_is_a_setting_of_the_region_and_of_the_plan_type(
    region: make.Region, of_region: str, of_type: str, wanted: list[date]
) -> None:
    Organisation.objects.filter(pk=region.ministry.pk).update(interim_checkpoints=of_region)
    PlanType.objects.update(interim_checkpoints=of_type)
    assert asked(executing(region, YEAR)) == wanted


def test_a_changed_setting_drops_what_is_ahead_and_keeps_what_was_told(region: make.Region) -> None:
    plan = executing(region, YEAR)
    first = InterimDate.objects.filter(plan=plan).first()
    tell_course(first.pk, "Идёт закупка", act=make.act(region.executor, noon(QUARTER_ENDS[0])))
    Organisation.objects.filter(pk=region.ministry.pk).update(interim_checkpoints="none")
    sweep(date(2026, 4, 2))
    assert asked(plan) == QUARTER_ENDS[:1]


def test_a_new_deadline_asks_on_other_days(region: make.Region) -> None:
    plan = executing(region, YEAR)
    reworded(plan, "I полугодие 2026 г.", date(2026, 2, 2))
    assert asked(plan) == QUARTER_ENDS[:1]


def test_done_work_is_asked_nothing(region: make.Region) -> None:
    plan = executing(region, YEAR)
    Occurrence.objects.filter(plan=plan).update(
        status="waived", close_reason="Здание закрыто", closed_at=noon(date(2026, 2, 2))
    )
    assert not InterimDate.objects.asking().exists()
    sweep(date(2026, 2, 3))
    assert asked(plan) == []


def test_a_reported_plan_and_a_removed_measure_are_asked_nothing(region: make.Region) -> None:
    reported, changed = executing(region, YEAR), executing(region, YEAR, title="Другой план")
    type(reported).objects.filter(pk=reported.pk).update(state="reported")
    assert not InterimDate.objects.asking().filter(plan=reported).exists()
    Measure.objects.filter(plan=changed).update(removed_by=changed.revisions.get())
    sweep(date(2026, 2, 3))
    assert (asked(reported), asked(changed)) == ([], [])


def test_a_new_day_off_moves_the_day_of_asking(region: make.Region) -> None:
    from compliance.models import CalendarDay

    plan = executing(region, YEAR)
    CalendarDay.objects.create(date=date(2026, 6, 30), kind="non_working", title="Выходной")
    sweep(date(2026, 2, 3))
    assert asked(plan) == [QUARTER_ENDS[0], date(2026, 6, 29), QUARTER_ENDS[2]]


# --- telling --------------------------------------------------------------------------------------


def test_the_course_is_kept_with_who_told_it_and_closes_nothing(region: make.Region) -> None:
    plan = executing(region, YEAR)
    interim = InterimDate.objects.filter(plan=plan).first()
    at = noon(date(2026, 3, 31))
    tell_course(interim.pk, " Стенд заказан ", act=make.act(region.executor, at))
    interim.refresh_from_db()
    assert (interim.note, interim.noted_by, interim.noted_at) == (
        "Стенд заказан", region.executor, at,
    )  # fmt: skip
    occurrence = Occurrence.objects.get(plan=plan)
    assert occurrence.status == "open"
    event = AuditEvent.objects.get(action="interim.tell")
    assert (event.subject_id, event.after["note"]) == (occurrence.pk, "Стенд заказан")
    assert not InterimDate.objects.asking().filter(pk=interim.pk).exists()


def test_only_who_reports_on_the_work_tells_its_course(region: make.Region) -> None:
    interim = InterimDate.objects.filter(plan=executing(region, YEAR)).first()
    with pytest.raises(Forbidden):
        tell_course(interim.pk, "Всё хорошо", act=make.act(region.inspector, BEGIN))
    with pytest.raises(Refusal):
        tell_course(interim.pk, "  ", act=make.act(region.executor, BEGIN))
    Occurrence.objects.update(
        status="waived", close_reason="Здание закрыто", closed_at=noon(date(2026, 2, 2))
    )
    with pytest.raises(Conflict):
        tell_course(interim.pk, "Поздно", act=make.act(region.executor, BEGIN))


# --- reminding ------------------------------------------------------------------------------------


def reminders() -> list[tuple[str, int]]:
    rows = Reminder.objects.filter(subject_kind="interim").order_by("pk")
    return list(rows.values_list("addressee__username", "subject_id"))


def at_nine(day: date) -> datetime:
    return noon(day) - timedelta(hours=1)


def test_the_executor_is_reminded_once_on_the_day_and_nobody_else_ever(region: make.Region) -> None:
    plan = executing(region, YEAR)
    first = InterimDate.objects.filter(plan=plan).first()
    plan_reminders(at_nine(date(2026, 3, 30)))
    assert reminders() == []
    plan_reminders(at_nine(date(2026, 3, 31)))
    assert reminders() == [(region.executor.username, first.pk)]
    for late in (date(2026, 4, 1), date(2026, 4, 20), date(2026, 5, 20)):
        plan_reminders(at_nine(late))
    assert reminders() == [(region.executor.username, first.pk)]


def test_what_has_been_told_or_is_done_is_not_reminded_of(region: make.Region) -> None:
    plan = executing(region, YEAR)
    first = InterimDate.objects.filter(plan=plan).first()
    tell_course(first.pk, "Идёт", act=make.act(region.executor, noon(date(2026, 3, 25))))
    plan_reminders(at_nine(date(2026, 3, 31)))
    assert reminders() == []


def test_the_letter_asks_for_the_course_and_never_says_overdue(region: make.Region) -> None:
    executing(region, YEAR)
    with time_machine.travel(at_nine(date(2026, 3, 31)), tick=False):
        plan_reminders(at_nine(date(2026, 3, 31)))
        deliver_messages(at_nine(date(2026, 3, 31)))
    text = Message.objects.get(addressee=region.executor).text
    assert "31.03.2026" in text
    assert "#course" in text
    assert "просрочен" not in text.lower() and "overdue" not in text.lower()


def test_a_letter_about_what_was_told_meanwhile_says_nothing(region: make.Region) -> None:
    plan = executing(region, YEAR)
    first = InterimDate.objects.filter(plan=plan).first()
    morning = at_nine(date(2026, 3, 31))
    with time_machine.travel(morning, tick=False):
        plan_reminders(morning)
        tell_course(first.pk, "Идёт", act=make.act(region.executor, morning))
        deliver_messages(morning)
    assert [row.state for row in Reminder.objects.filter(subject_kind="interim")] == ["skipped"]


# --- pages ----------------------------------------------------------------------------------------


def test_the_executor_tells_the_course_on_the_page_and_the_plan_shows_it(
    region: make.Region, client
) -> None:
    plan = executing(region, YEAR)
    interim = InterimDate.objects.filter(plan=plan).first()
    occurrence = Occurrence.objects.get(plan=plan)
    with time_machine.travel(noon(date(2026, 3, 31)), tick=False):
        client.force_login(region.executor)
        page = client.get(occurrence.get_absolute_url()).content.decode()
        assert f"/interims/{interim.pk}/tell/" in page
        url = f"/interims/{interim.pk}/tell/"
        empty = client.post(url, {f"{interim.pk}-note": " "})
        assert empty.status_code == 422
        told = client.post(url, {f"{interim.pk}-note": "Стенд заказан"}, follow=True)
        assert "Стенд заказан" in told.content.decode()
        client.force_login(region.director)
        assert "Стенд заказан" in client.get(plan.get_absolute_url()).content.decode()
        client.force_login(region.stranger)
        assert client.post(url, {f"{interim.pk}-note": "Чужое"}).status_code == 404


def test_a_far_interim_date_is_not_asked_for_on_the_page(region: make.Region, client) -> None:
    occurrence = Occurrence.objects.get(plan=executing(region, YEAR))
    with time_machine.travel(noon(date(2026, 2, 2)), tick=False):
        client.force_login(region.executor)
        assert "/tell/" not in client.get(occurrence.get_absolute_url()).content.decode()


def test_the_reading_shows_when_the_course_is_asked_for(region: make.Region, client) -> None:
    plan = executing(region, "до 1 марта 2026 г.")
    client.force_login(region.director)
    url = f"/deadlines/preview/?plan={plan.pk}&text="
    page = client.get(url + "2026 год", headers={"HX-Request": "true"}).content.decode()
    assert "30.06.2026" in page
    short = client.get(url + "декабрь 2026", headers={"HX-Request": "true"}).content.decode()
    assert "31.12.2026" in short
    assert "30.06.2026" not in short


def test_the_command_makes_none_twice(region: make.Region) -> None:
    plan = executing(region, YEAR)
    with time_machine.travel(noon(date(2026, 2, 2)), tick=False):
        call_command("materialise_occurrences", format="json")
    assert asked(plan) == QUARTER_ENDS
