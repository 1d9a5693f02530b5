"""What an attacker, a leaver or a broken file tried once, and must not achieve again."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import xlsxwriter
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.domain.documents.reading import OversizedDocument
from compliance.domain.refusals import Conflict, Forbidden
from compliance.files.incoming.files import read_file
from compliance.models import Decision, Membership, Occurrence, User
from compliance.services.evidence.files import attach_photo
from compliance.services.evidence.reports import Account, save_report
from tests.building import factories as make
from tests.building.due_dates import dated
from tests.building.scenes import executing, published, sent
from workflows.models import Task
from workflows.services.plans.sending import submit_execution
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def dismissed(person: User) -> None:
    """The person's roles ended yesterday; the account is still active."""
    Membership.objects.filter(user=person).update(ends_on=timezone.localdate() - timedelta(days=1))


def test_whose_role_has_ended_sees_nothing_of_a_task_taken_before():
    scene = sent()
    task = engine.take(scene.task.pk, act=make.act(scene.region.coordinator))
    dismissed(scene.region.coordinator)
    client = browser(scene.region.coordinator)
    answer = {"outcome": "return", "comment": ""}
    assert client.post(reverse("task-complete", args=[task.pk]), answer).status_code == 404
    assert scene.plan.title not in client.get(reverse("inbox")).content.decode()


@pytest.mark.parametrize("leave", ["deactivated", "dismissed"])
def test_a_leaver_does_not_block_a_task(leave):
    scene = sent()
    colleague = make.member(scene.region.ministry, "coordinator", "colleague")
    task = engine.take(scene.task.pk, act=make.act(colleague))
    if leave == "deactivated":
        User.objects.filter(pk=colleague.pk).update(is_active=False)
    else:
        dismissed(colleague)
    engine.complete(task.pk, "agree", act=make.act(scene.region.coordinator))
    assert Task.objects.get(pk=task.pk).owner == scene.region.coordinator


def test_a_colleague_who_is_still_here_keeps_the_task():
    scene = sent()
    colleague = make.member(scene.region.ministry, "coordinator", "colleague")
    task = engine.take(scene.task.pk, act=make.act(colleague))
    with pytest.raises(Conflict):
        engine.complete(task.pk, "agree", act=make.act(scene.region.coordinator))


def test_nobody_verifies_a_report_of_their_own():
    scene = executing()
    Membership.objects.create(
        user=scene.region.executor, organisation=scene.region.ministry, role="inspector"
    )
    act = make.act(scene.region.executor)
    report = save_report(scene.occurrence.pk, Account(text="Готово"), act=act)
    attach_photo(report, make.photo(), act=act)
    submit_execution(scene.occurrence.pk, act=act)
    task = Task.objects.open().get(process__report=report)
    with pytest.raises(Forbidden):
        engine.complete(task.pk, "accept", act=make.act(scene.region.executor))


def test_a_login_name_is_never_printed_in_a_decision():
    scene = published()
    User.objects.update(full_name="")
    names = set(User.objects.values_list("username", flat=True))
    assert not names & set(Decision.objects.values_list("party", flat=True))
    page = Client().get(reverse("public-plan", args=[scene.plan.pk])).content.decode()
    assert scene.region.coordinator.username not in page


def test_a_council_reads_the_plan_but_not_its_remarks():
    scene = published()
    revision = scene.plan.revisions.get()
    revision.remarks.create(
        text="Внутреннее замечание", author=scene.region.coordinator, made_at=timezone.now()
    )
    url = scene.plan.get_absolute_url()
    assert "Внутреннее замечание" in browser(scene.region.director).get(url).content.decode()
    page = browser(scene.region.councillor).get(url)
    assert page.status_code == 200 and "Внутреннее замечание" not in page.content.decode()


def test_nobody_redirects_letters_to_another_address():
    region = make.region()
    client = browser(region.executor)
    data = {"action_add": "1", "email": "mine@private.example"}
    assert client.post("/accounts/email/", data).status_code == 404
    assert User.objects.get(pk=region.executor.pk).email == region.executor.email


def test_the_administrators_login_is_limited_too():
    cache.clear()
    make.user("root", is_staff=True, is_superuser=True)
    client = Client()
    for _ in range(12):
        client.post("/accounts/login/", {"login": "root", "password": "wrong"})
    client.post("/accounts/login/", {"login": "root", "password": make.PASSWORD})
    assert "_auth_user_id" not in client.session, "the right word comes too late for now"
    cache.clear()
    page = Client().get("/admin/login/", follow=True)
    assert page.request["PATH_INFO"] == reverse("account_login"), "one login for everybody"


def test_nobody_inside_becomes_another_person_on_the_administrations_own_login():
    clerk, root = (
        make.user(name, is_staff=True, is_superuser=name == "root") for name in ("clerk", "root")
    )
    client = browser(clerk)
    given = {"username": root.username, "password": make.PASSWORD}
    assert client.post("/admin/login/", given)["Location"] == "/admin/"
    assert client.session["_auth_user_id"] == str(clerk.pk)
    assert client.get("/admin/login/")["Location"] == "/admin/"
    assert browser(make.user("nobody")).get("/admin/login/").status_code == 403


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("public-plans", "?q=%00"),
        ("plans", "?q=%00&state=%00&organisation=9999999999999999999999&page=x"),
        ("overdue", "?measure=99999999999999999999999&plan=%00&executor=x&show=%00&page=-1"),
        ("overdue-export", "?measure=99999999999999999999999"),
        ("region", "?q=%00&sort=%00"),
        ("inbox", "?show=%00&page=99999999999999999999"),
        ("incentives", "?period=%00"),
    ],
)
def test_absurd_addresses_are_answered(name, query):
    region = make.region()
    answer = browser(region.coordinator).get(reverse(name) + query)
    if answer.streaming:
        list(answer.streaming_content)
    assert answer.status_code < 500


def test_a_form_that_cannot_be_read_is_answered_in_words():
    answer = Client().post(reverse("display"), {f"field{number}": "1" for number in range(1001)})
    assert answer.status_code == 400 and "Вернитесь назад, сократите введённое" in answer.text


@pytest.mark.parametrize("text", ["", "banana", "²", "٣", "-1", "a\0b", "9" * 25, "9" * 5000])
def test_an_id_that_is_none_is_answered_wherever_it_is_sent(text):
    region = make.region()
    plan, client = make.plan(region), browser(region.director)
    add, preview = reverse("measure-add", args=[plan.pk]), reverse("deadline-preview")
    assert client.get(add, {"section": text}).status_code == 404
    assert client.get(preview, {"plan": text, "text": "I квартал"}).status_code == 404
    confirm = reverse("plan-deadlines-confirm", args=[plan.pk])
    assert client.post(confirm, {"version": [text, "5"]}).status_code == 200
    many = {
        "people-invite": "person",
        "inbox-many": "task",
        "assignments-executor": "assignment",
    }
    for name, field in many.items():
        given = {field: [text, "5"], "act": "take", "executor": text}
        assert client.post(reverse(name), given).status_code < 500


@pytest.mark.parametrize(
    "wanted", ["abc", "plan", "//evil.example", "https://evil.example", "%", "😀"]
)
def test_the_way_back_is_an_address_of_this_site(wanted):
    scene = sent()
    url = reverse("task-take", args=[scene.task.pk])
    answer = browser(scene.region.coordinator).post(url, {"next": wanted})
    assert answer.status_code == 302 and answer["Location"].startswith("/plans/")


def test_an_absurd_date_cannot_reach_the_sweep():
    scene = executing()
    rows = Occurrence.objects.filter(pk=scene.occurrence.pk)
    for day in ("0001-01-01", "1900-01-01", "2999-01-01"):
        with pytest.raises(IntegrityError), transaction.atomic():
            dated(rows, day)


def test_two_far_corners_of_a_sheet_are_refused_before_they_are_laid_out():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "План на 2026 год")
    sheet.write(1048575, 16383, "x")
    book.close()
    with pytest.raises(OversizedDocument):
        read_file(out.getvalue(), "corner.xlsx")


def test_signed_in_pages_are_not_kept_on_a_shared_computer():
    region = make.region()
    assert "no-store" in browser(region.executor).get(reverse("home"))["Cache-Control"]
