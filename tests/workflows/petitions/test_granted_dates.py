"""The ministry grants another date than was asked for, or waives unasked: kept and shown."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from compliance.domain.plans.grounds import Grounds
from compliance.domain.refusals import Refusal
from compliance.models import AuditEvent, Occurrence, Petition, User
from compliance.services.calendars import working_calendar
from compliance.services.petitions.steps import PetitionAnswer, waive_occurrence
from notifications.models import Reminder
from tests.building import factories as make
from tests.building.petitioned import WAIVER, asked, later, passed, report, standing, worked
from tests.building.scenes import Scene, due_in, executing
from workflows.models import Task
from workflows.services.notices.reminders import plan_reminders
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return executing()


def grant(petition: Petition, scene: Scene, day: date | None, comment: str = "") -> Petition:
    task = Task.objects.open().get(process__petition=petition)
    grounds = PetitionAnswer(comment, day)
    engine.complete(task.pk, "grant", act=make.act(scene.region.coordinator), grounds=grounds)
    petition.refresh_from_db()
    return petition


def granted(scene: Scene, day: date | None = None) -> Petition:
    """A petition of the director's for forty days ahead, granted with a date."""
    return grant(asked(scene, part="director"), scene, day or worked(20), "Раньше")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def words(day: date) -> str:
    return f"{day:%d.%m.%Y}"


# --- The rule --------------------------------------------------------------------------------


def test_an_earlier_date_is_granted_and_every_date_is_kept(scene):
    before = scene.occurrence
    petition = granted(scene)
    assert petition.due_on == before.due_on, "the date that held when it was asked"
    assert petition.new_due_on == later().new_due_on and petition.granted_due_on == worked(20)
    now = scene.occurrence
    assert (now.due_on, now.original_due_on) == (worked(20), before.original_due_on)
    assert (now.extension_count, now.deadline_revision) == (1, before.deadline_revision + 1)
    assert standing(petition) == ("granted", "", "open", "executing")
    event = AuditEvent.objects.get(action="occurrence.extend")
    assert event.after["asked_for"] == worked(40).isoformat()
    assert event.after["granted"] == event.after["due_on"] == worked(20).isoformat()


def test_nothing_said_of_the_date_grants_the_one_asked_for(scene):
    petition = grant(asked(scene, part="director"), scene, None)
    assert petition.granted_due_on == petition.new_due_on == scene.occurrence.due_on
    assert not petition.is_granted_otherwise


@pytest.mark.parametrize(
    ("days", "code"),
    [(41, "granted_later_than_asked"), (5, "new_date_not_later"), (-90, "new_date_not_later")],
)
def test_a_date_later_than_asked_or_not_later_than_now_is_refused(scene, days, code):
    petition = asked(scene, part="director")
    day = timezone.localdate() + timedelta(days=days)
    day = max(day, worked(40) + timedelta(days=1)) if days > 40 else day
    with pytest.raises(Refusal) as refused:
        grant(petition, scene, day)
    assert refused.value.code == code
    assert standing(petition) == ("open", "decide", "open", "executing")


def test_work_still_to_be_done_gets_no_date_behind_us_but_a_report_may():
    scene = passed(30)
    petition = asked(scene, part="director")
    yesterday = timezone.localdate() - timedelta(days=1)
    with pytest.raises(Refusal, match="'new_date_past'"):
        grant(petition, scene, yesterday)
    report(scene)
    past = working_calendar().previous_working_day(timezone.localdate() - timedelta(days=10))
    grant(petition, scene, past)
    now = scene.occurrence
    assert now.status == "submitted" and now.due_on < timezone.localdate()
    assert standing(petition)[0] == "granted"


def test_a_waiver_has_no_date_whatever_is_sent(scene):
    petition = grant(asked(scene, WAIVER, "director"), scene, worked(20))
    assert petition.granted_due_on is None and scene.occurrence.status == "waived"


def test_what_belongs_to_a_plan_is_no_answer_to_a_petition(scene):
    petition = asked(scene, part="director")
    task, act = Task.objects.open().get(), make.act(scene.region.coordinator)
    with pytest.raises(AssertionError, match="given what it takes"):
        engine.complete(task.pk, "grant", act=act, grounds=Grounds(comment="Да"))
    assert standing(petition) == ("open", "decide", "open", "executing")


@pytest.mark.parametrize(
    "wrong", [{"granted_due_on": None}, {"granted_due_on": date(2090, 1, 1)}, {"status": "refused"}]
)
def test_the_database_keeps_the_granted_date_with_what_was_granted(scene, wrong):
    petition = granted(scene)
    with pytest.raises(IntegrityError), transaction.atomic():
        Petition.objects.filter(pk=petition.pk).update(**wrong)


@time_machine.travel(datetime(2026, 11, 18, 9, tzinfo=UTC), tick=False)
def test_reminders_follow_the_granted_date():
    """Granted is Thursday 26 November; on the eve of it a reminder is due."""
    scene = executing()
    granted(scene, date(2026, 11, 26))
    plan_reminders(timezone.now() + timedelta(days=7))
    rows = Reminder.objects.about("occurrence", scene.occurrence.pk).filter(deadline_revision=2)
    assert set(rows.values_list("due_on", flat=True)) == {date(2026, 11, 26)}


# --- Pages -----------------------------------------------------------------------------------


def test_the_decision_page_offers_the_asked_date_and_takes_an_earlier_one(scene):
    petition = asked(scene, part="director")
    coordinator = signed_in(scene.region.coordinator)
    page = coordinator.get(petition.get_absolute_url()).content.decode()
    assert f'name="new_due_on" value="{worked(40).isoformat()}"' in page
    assert f"Запрошено: {words(worked(40))}. Можно предоставить более ранний срок" in page
    task = Task.objects.open().get()
    complete = reverse("task-complete", args=[task.pk])

    given = {"outcome": "grant", "comment": "Раньше", "new_due_on": "2090-01-01"}
    answer = coordinator.post(complete, given)
    assert answer.status_code == 422
    assert f"В ходатайстве просят срок {words(worked(40))}" in answer.content.decode()
    assert 'value="2090-01-01"' in answer.content.decode(), "what was typed stays"
    for wrong in ("", "31.02.2026"):
        assert coordinator.post(complete, {**given, "new_due_on": wrong}).status_code == 422

    given["new_due_on"] = worked(20).isoformat()
    page = coordinator.post(complete, given, follow=True).content.decode()
    assert (
        f"Ходатайство удовлетворено: новый срок — {words(worked(20))}. Заявитель об этом узнает."
        in page
    )


def test_a_waiver_is_granted_without_a_date_on_its_page(scene):
    petition = asked(scene, WAIVER, "director")
    coordinator = signed_in(scene.region.coordinator)
    assert "new_due_on" not in coordinator.get(petition.get_absolute_url()).content.decode()
    task = Task.objects.open().get()
    given = {"outcome": "grant", "comment": ""}
    answer = coordinator.post(reverse("task-complete", args=[task.pk]), given)
    assert answer.status_code == 302


def test_every_place_that_shows_a_petition_shows_both_dates(scene):
    petition = granted(scene)
    due, coordinator = scene.occurrence, signed_in(scene.region.coordinator)
    was, wanted = f"запрошено {words(worked(40))}", words(worked(20))
    for url in (
        petition.get_absolute_url(),
        due.get_absolute_url(),
        reverse("petitions") + "?show=granted",
    ):
        page = coordinator.get(url).content.decode()
        assert was in page and wanted in page, url
        assert words(due.original_due_on) in page and "раз: 1" in page, url
    page = signed_in(scene.region.administrator).get(reverse("audit")).content.decode()
    assert "Предоставленный срок" in page and "Запрошенный срок" in page


def exported(person: User, query: str = "") -> list[list[object]]:
    answer = signed_in(person).get(reverse("petitions-export") + query)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    return sheet.get_sheet_by_index(0).to_python()


def test_the_export_holds_what_the_list_shows_with_all_dates_and_the_decision(scene):
    petition = granted(scene)
    assert exported(scene.region.coordinator)[1:] == [], "the list shows what is open"
    (line,) = exported(scene.region.coordinator, "?show=all")[1:]
    assert line[5:9] == [
        scene.occurrence.original_due_on, petition.due_on, worked(40), worked(20),
    ]  # fmt: skip
    assert line[12] == "Удовлетворено" and line[15] == "Раньше"
    assert exported(scene.region.foreign_director, "?show=all")[1:] == []


# --- Waivers without a petition --------------------------------------------------------------


def test_a_waiver_without_a_petition_stands_in_the_list_with_reason_who_and_when(scene):
    act = make.act(scene.region.coordinator)
    waive_occurrence(scene.occurrence.pk, reason="Здание снесено", act=act)
    coordinator = signed_in(scene.region.coordinator)
    answer = coordinator.get(reverse("petitions"), {"show": "waived"})
    page = answer.content.decode()
    assert len(answer.context["page"].object_list) == 1
    assert ("waived", "Снято с контроля", 1) in answer.context["tallies"]
    assert "Здание снесено" in page and "министерство, без ходатайства" in page
    assert str(scene.region.coordinator) in page and words(timezone.localdate()) in page
    url = Petition.objects.get().get_absolute_url()
    page = coordinator.get(url).content.decode()
    assert (
        "решение министерства, без ходатайства" in page
        and 'id="asked">Что решило министерство' in page
    )


def test_a_waiver_that_was_asked_for_names_who_asked(scene):
    grant(asked(scene, WAIVER, "director"), scene, None)
    coordinator = signed_in(scene.region.coordinator)
    page = coordinator.get(reverse("petitions"), {"show": "waived"}).content.decode()
    assert str(scene.region.director) in page and "без ходатайства" not in page


def test_the_board_says_why_by_whom_and_when_something_was_taken_off_control(scene):
    act = make.act(scene.region.coordinator)
    waive_occurrence(scene.occurrence.pk, reason="Здание снесено", act=act)
    coordinator = signed_in(scene.region.coordinator)
    page = coordinator.get(reverse("overdue"), {"show": "waived"}).content.decode()
    assert "Здание снесено" in page and str(scene.region.coordinator) in page
    answer = coordinator.get(reverse("overdue-export"), {"show": "waived"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    head, line = book.get_sheet_by_index(0).to_python()
    place = head.index("Почему снято с контроля")
    assert line[place : place + 3] == [
        "Здание снесено", str(scene.region.coordinator), timezone.localdate(),
    ]  # fmt: skip


@pytest.mark.parametrize("count", [2, 8])
def test_lists_of_waivers_take_the_same_number_of_queries(count):
    rows = [make.measure(f"Дело {n}", number=str(n), deadline_text=due_in(5)) for n in range(count)]
    scene = executing(None, *rows)
    for row in Occurrence.objects.filter(plan=scene.plan):
        waive_occurrence(row.pk, reason="Снесено", act=make.act(scene.region.coordinator))
    client = signed_in(scene.region.coordinator)
    client.get(reverse("home"))
    found = []
    for name in ("petitions", "overdue"):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(name), {"show": "waived"})
        found.append(len(queries))
    assert found == [10, 19]
