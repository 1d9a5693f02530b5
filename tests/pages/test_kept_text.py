"""What a person typed is not lost over a lapsed login, a lost race, a refusal or an old page."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.models import ExecutionReport, Occurrence
from compliance.services.evidence.files import attach_photo
from compliance.services.evidence.reports import Account, save_report
from tests.building import factories as make
from tests.building.due_dates import dated
from tests.building.scenes import Scene, executing, sent
from workflows.services.plans.sending import submit_execution
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db

TYPED = "Причина, которую писали полчаса"


@pytest.fixture
def scene() -> Scene:
    return executing()


def signed_in(person, **given) -> Client:
    client = Client(**given)
    log_in(client, person)
    return client


def log_in(client: Client, person) -> None:
    page = client.get("/accounts/login/")
    answer = client.post(
        "/accounts/login/",
        {
            "login": person.username,
            "password": make.PASSWORD,
            "csrfmiddlewaretoken": page.context["csrf_token"],
        },
    )
    assert answer.status_code == 302


def sent_without_session(client: Client, url: str, **fields: str):
    Session.objects.all().delete()
    return client.post(url, fields)


# --- A lapsed login -------------------------------------------------------------------------------


def test_text_of_a_lapsed_login_comes_back_to_the_same_person_and_is_sent_with_one_press(scene):
    client = signed_in(scene.region.executor)
    client.get("/")
    url = reverse("petition-ask", args=[scene.occurrence.pk])
    answer = sent_without_session(client, url, kind="waiver", reason=TYPED)
    assert parse_qs(urlsplit(answer["Location"]).query)["next"] == [
        scene.occurrence.get_absolute_url()
    ]
    assert "Введённое сохранено" in client.get(answer["Location"]).content.decode()
    log_in(client, scene.region.executor)
    page = client.get(scene.occurrence.get_absolute_url())
    shown = page.content.decode()
    assert TYPED in shown and f'action="{url}"' in shown and "Восстановлен черновик" in shown
    kept = page.context["kept_forms"][0]
    client.post(url, dict(kept.fields))
    assert Occurrence.objects.get(pk=scene.occurrence.pk).petitions.get().reason == TYPED
    assert TYPED not in client.get("/").content.decode(), "what has been sent is kept no more"


def test_another_person_never_sees_it(scene):
    client = signed_in(scene.region.executor)
    client.get("/")
    url = reverse("petition-ask", args=[scene.occurrence.pk])
    sent_without_session(client, url, kind="waiver", reason=TYPED)
    log_in(client, scene.region.director)
    assert TYPED not in client.get(scene.occurrence.get_absolute_url()).content.decode()
    assert "kept_forms" not in client.session or client.session["kept_forms"] == []


def test_it_can_be_thrown_away_and_goes_by_itself_after_a_week(scene, time_machine_days):
    client = signed_in(scene.region.executor)
    client.get("/")
    url = reverse("petition-ask", args=[scene.occurrence.pk])
    sent_without_session(client, url, kind="waiver", reason=TYPED)
    log_in(client, scene.region.executor)
    assert TYPED in client.get("/").content.decode()
    with time_machine_days(8):
        assert TYPED not in client.get("/").content.decode()
    sent_without_session(client, url, kind="waiver", reason=TYPED)
    log_in(client, scene.region.executor)
    client.post(reverse("kept-drop"), {"action": url, "next": "/inbox/"})
    assert TYPED not in client.get("/").content.decode()


@pytest.fixture
def time_machine_days():
    import time_machine

    return lambda days: time_machine.travel(timezone.now() + timedelta(days=days), tick=True)


def test_passwords_and_codes_are_never_kept(scene):
    client = signed_in(scene.region.executor)
    client.get("/")
    url = reverse("petition-ask", args=[scene.occurrence.pk])
    secret = "очень секретные слова"
    sent_without_session(client, url, reason=TYPED, password=secret, new_password1=secret)
    kept = client.session["kept_forms"]
    assert [pair[0] for pair in kept[0]["fields"]] == ["reason"]
    sent_without_session(client, "/accounts/password/change/", oldpassword=secret)
    assert len(client.session.get("kept_forms", [])) <= 1
    assert secret not in str(dict(client.session))


def test_text_of_the_administration_waits_on_the_next_page_of_ours(scene):
    person = scene.region.administrator
    type(person).objects.filter(pk=person.pk).update(is_staff=True, is_superuser=True)
    client = signed_in(person)
    client.get("/")
    url = f"/admin/compliance/organisation/{scene.region.own.pk}/change/"
    secret = "очень секретные слова"
    sent_without_session(client, url, name=TYPED, password1=secret)
    assert [pair[0] for pair in client.session["kept_forms"][0]["fields"]] == ["name"]
    log_in(client, person)
    assert TYPED in client.get("/").content.decode()
    sent_without_session(client, "/admin/login/", username=TYPED, password=secret)
    assert secret not in str(dict(client.session))


def test_nothing_is_kept_for_a_browser_in_which_nobody_had_signed_in(scene):
    client = Client()
    client.post(reverse("petition-ask", args=[scene.occurrence.pk]), {"reason": TYPED})
    assert "kept_forms" not in client.session


def test_no_more_than_five_forms_are_kept(scene):
    client = signed_in(scene.region.executor)
    client.get("/")
    for number in range(8):
        url = reverse("petition-ask", args=[scene.occurrence.pk + number])
        client.cookies.pop("sessionid", None) if number == 0 else None
        client.post(url, {"reason": f"{TYPED} {number}"})
    assert [one["fields"][0][1][-1] for one in client.session["kept_forms"]] == list("34567")


# --- A lost race, a refusal, an old page ----------------------------------------------------------


def test_a_report_that_somebody_else_has_sent_leaves_the_text_on_the_page(scene):
    act = make.act(scene.region.director)
    report = save_report(scene.occurrence.pk, Account(text="Готово"), act=act)
    attach_photo(report, make.photo(), act=act)
    submit_execution(scene.occurrence.pk, act=act)
    client = signed_in(scene.region.executor)
    page = client.post(scene.occurrence.get_absolute_url(), {"text": TYPED, "submit": "1"})
    assert page.status_code == 409 and TYPED in page.content.decode()
    assert ExecutionReport.objects.get().text == "Готово"


def test_a_decision_on_a_task_that_is_done_leaves_the_comment_on_the_page():
    scene = sent()
    task = scene.task
    client = signed_in(scene.region.coordinator)
    engine.complete(task.pk, "agree", act=make.act(scene.region.coordinator))
    answer = {"outcome": "return", "comment": TYPED}
    page = client.post(reverse("task-complete", args=[task.pk]), answer)
    assert page.status_code in {403, 404, 409} and TYPED in page.content.decode()


def test_a_remark_on_a_text_that_has_moved_on_stays_on_the_page():
    scene = sent()
    version = scene.plan.revisions.get().versions.get()
    client = signed_in(scene.region.coordinator)
    engine.complete(scene.task.pk, "agree", act=make.act(scene.region.coordinator))
    page = client.post(reverse("measure-remark", args=[version.pk]), {"text": TYPED})
    assert page.status_code in {403, 409} and TYPED in page.content.decode()


def test_a_second_petition_leaves_the_reason_on_the_page(scene):
    client = signed_in(scene.region.executor)
    url = reverse("petition-ask", args=[scene.occurrence.pk])
    client.post(url, {"kind": "waiver", "reason": "Первая"})
    page = client.post(url, {"kind": "waiver", "reason": TYPED})
    assert page.status_code in {409, 422} and TYPED in page.content.decode()


def test_an_explanation_that_is_refused_stays_in_its_field(scene):
    rows = Occurrence.objects.filter(pk=scene.occurrence.pk)
    dated(rows, timezone.localdate() + timedelta(days=60))
    client = signed_in(scene.region.executor)
    page = client.post(reverse("occurrence-explain", args=[scene.occurrence.pk]), {"reason": TYPED})
    field = re.search(r'<textarea name="reason"[^>]*>([^<]*)', page.content.decode())
    assert page.status_code == 422 and field and field[1].strip() == TYPED


def test_a_page_from_before_the_login_shows_the_text_and_asks_to_log_in_again(scene):
    client = signed_in(scene.region.executor, enforce_csrf_checks=True)
    url = scene.occurrence.get_absolute_url()
    page = client.post(url, {"text": TYPED, "csrfmiddlewaretoken": "x" * 64})
    assert page.status_code == 403 and TYPED in page.content.decode()


# --- What the browser is told ---------------------------------------------------------------------

DRAFT = "11111111-2222-4333-8444-555555555555"


def test_the_browser_is_told_which_draft_was_taken_and_no_other(scene):
    client = signed_in(scene.region.executor)
    url = scene.occurrence.get_absolute_url()
    client.post(url, {"text": TYPED, "submit": "1", "draft_key": DRAFT})
    assert "taken_drafts" not in client.cookies, "it was refused"
    client.post(url, {"text": TYPED, "save": "1", "draft_key": DRAFT})
    assert client.cookies["taken_drafts"].value == DRAFT
    Session.objects.all().delete()
    del client.cookies["taken_drafts"]
    client.post(url, {"text": TYPED, "save": "1", "draft_key": DRAFT})
    assert "taken_drafts" not in client.cookies, "the way to the login is no success"


def test_whatever_stands_in_the_draft_s_name_is_no_part_of_a_cookie(scene):
    client = signed_in(scene.region.executor)
    url = scene.occurrence.get_absolute_url()
    client.post(url, {"text": TYPED, "save": "1", "draft_key": "x; Path=/; evil=1"})
    assert "taken_drafts" not in client.cookies


# --- An empty send --------------------------------------------------------------------------------


def test_an_empty_report_marks_each_field_that_it_lacks():
    scene = executing(None, make.measure(proof="link", further_proof=["number", "document"]))
    client = signed_in(scene.region.executor)
    page = client.post(scene.occurrence.get_absolute_url(), {"submit": "1"})
    form, shown = page.context["form"], page.content.decode()
    assert page.status_code == 422
    assert sorted(form.errors) == ["link", "number", "text"]
    assert 'id="photos_document_error"' in shown and 'id="photos_after_error"' not in shown
