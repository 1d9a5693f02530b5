"""A long list becomes a file in the background; it is its asker's alone, and kept for a week."""

from __future__ import annotations

import os
import signal
import time
from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from compliance.models import Job, Membership, Substitution, User
from compliance.services.jobs import exporting, running
from compliance.services.jobs.asking import Asker, cancel, forget_jobs
from compliance.services.jobs.running import run_jobs
from compliance.services.people.invitations import invite
from tests.building import factories as make
from tests.building.children import ended, fork
from tests.notifications import factories as rows

ADDRESS = "/overdue/export/?show=all"
FIRST = date(2020, 1, 1)


@pytest.fixture
def region(db: None) -> make.Region:
    return make.region()


def owed(region: make.Region, count: int) -> None:
    """So many due dates of the institution, a day each."""
    plan = rows.plan(region.own)
    days = [FIRST + timedelta(days=number) for number in range(count)]
    rows.due(rows.assignment(plan, region.executor), *days)


def director(region: make.Region) -> Client:
    client = Client()
    client.force_login(region.director)
    return client


def lines(content: bytes, folder: str) -> list[list[object]]:
    """The rows of a workbook below its heading."""
    path = os.path.join(folder, "list.xlsx")
    with open(path, "wb") as file:
        file.write(content)
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]


def body(answer: object) -> bytes:
    return b"".join(answer.streaming_content)


def asked(region: make.Region) -> Job:
    asker = Asker(region.director, timezone.now())
    query = QueryDict("show=all")
    return exporting.ask_for_export("due-dates", "Сроки", query, "/overdue/", asker)


def test_two_thousand_rows_are_written_at_once(region, tmp_path):
    owed(region, 2000)
    assert len(lines(body(director(region).get(ADDRESS)), tmp_path)) == 2000
    assert not Job.objects.exists()


def test_a_longer_list_is_announced_asked_for_and_downloaded(region, tmp_path):
    owed(region, 2001)
    client = director(region)
    page = client.get(ADDRESS)
    words = page.content.decode()
    assert page.status_code == 200 and "2001 строка" in words.replace("\xa0", "")
    assert not Job.objects.exists(), "looking at an address asks for nothing"
    answer = client.post(ADDRESS)
    job = Job.objects.get()
    assert answer["Location"] == job.get_absolute_url()
    assert (job.kind, job.owner, job.page) == ("export", region.director, "/overdue/?show=all")
    assert run_jobs()["done"] == 1
    job.refresh_from_db()
    assert (job.done_count, job.total_count) == (2000, 2001)
    file = reverse("job-file", args=[job.pk])
    assert file in client.get(job.get_absolute_url()).content.decode()
    written = client.get(file)
    assert f"{timezone.localdate():%Y-%m-%d}.xlsx" in written["Content-Disposition"]
    found = lines(body(written), tmp_path)
    assert len(found) == 2001
    assert {found[0][5], found[-1][5]} == {FIRST, FIRST + timedelta(days=2000)}


@pytest.mark.parametrize(
    ("address", "begins", "ending"),
    [
        ("/petitions/export/", "PK", "xlsx"),
        ("/people/export/", "PK", "xlsx"),
        ("/people/import/template/?filled=1", "PK", "xlsx"),
        ("/audit/export/csv/", "\ufeffКогда;Организация;Номер;Кто", "csv"),
        ("/audit/export/jsonl/", '{"organisation_name": "ГБУ', "jsonl"),
        ("/incentives/export/csv/?period=2026Q1", "\ufeffУчреждение;Квартал", "csv"),
        ("/incentives/export/json/?period=2026Q1", '{"period": "2026Q1", "sheets": [', "json"),
    ],
)
def test_every_list_goes_the_same_way(region, address, begins, ending, monkeypatch):
    """With the limit at none; in the background the file is what the page itself gives."""
    invite(region.executor.pk, act=make.act(region.administrator))  # an event
    client = Client()
    client.force_login(region.administrator)
    at_once = client.get(address)
    first = body(at_once)
    assert f".{ending}" in at_once["Content-Disposition"]
    monkeypatch.setattr(exporting, "AT_ONCE", -1)
    client.post(address)
    assert run_jobs() == {"done": 1, "failed": 0, "cancelled": 0}
    answer = client.get(reverse("job-file", args=[Job.objects.get().pk]))
    for name in ("Content-Disposition", "Content-Type"):
        assert answer[name] == at_once[name]
    written = body(answer)
    assert written.startswith(begins.encode())
    if ending != "xlsx":
        assert written == first


def test_the_file_is_its_askers_alone(region):
    owed(region, 3)
    job = asked(region)
    run_jobs()
    file = reverse("job-file", args=[job.pk])
    for person, status in ((region.administrator, 403), (region.executor, 404)):
        client = Client()
        client.force_login(person)
        assert client.get(file).status_code == status, person


def test_who_has_lost_a_role_since_asks_again(region):
    owed(region, 3)
    job = asked(region)
    run_jobs()
    Membership.objects.filter(user=region.director).update(organisation=region.other)
    answer = director(region).get(reverse("job-file", args=[job.pk]))
    assert answer.status_code == 403
    assert "Ваши роли изменились" in answer.content.decode()


def test_the_list_is_made_with_the_rights_of_when_it_is_made(region, tmp_path):
    owed(region, 3)
    job = asked(region)
    Membership.objects.filter(user=region.director).update(organisation=region.other)
    run_jobs()
    answer = director(region).get(reverse("job-file", args=[job.pk]))
    assert lines(body(answer), tmp_path) == []


def test_nothing_is_written_for_who_has_left(region):
    job = asked(region)
    User.objects.filter(pk=region.director.pk).update(is_active=False)
    assert run_jobs()["failed"] == 1
    job.refresh_from_db()
    assert (job.failure_code, job.output.name) == ("job_owner_left", "")


def test_a_file_made_for_somebody_else_is_closed_with_the_substitution(region):
    """Two directors of one institution: what a list holds hangs on whose duties they are."""
    today = timezone.localdate()
    second = make.member(region.own, "director", "second")
    substitution = Substitution.objects.create(
        absent=second, substitute=region.director, entered_at=timezone.now(),
        starts_on=today, ends_on=today + timedelta(days=5),
    )  # fmt: skip
    job = asked(region)
    run_jobs()
    url = reverse("job-file", args=[job.pk])
    assert body(director(region).get(url))
    substitution.delete()
    assert director(region).get(url).status_code == 403


def test_a_job_without_a_file_says_so(region):
    job = asked(region)
    answer = director(region).get(reverse("job-file", args=[job.pk]))
    assert answer.status_code == 422 and "нет файла" in answer.content.decode()


def test_a_list_that_is_called_off_leaves_no_file(region, monkeypatch):
    owed(region, 1200)
    job = asked(region)
    told: list[int] = []
    progress = running.Run.progress

    def hears(run: running.Run, done: int, total: int) -> None:
        told.append(done)
        if done == 500:
            cancel(job.pk, person=region.director, at=timezone.now())
        progress(run, done, total)

    monkeypatch.setattr(running.Run, "progress", hears)
    assert run_jobs()["cancelled"] == 1
    assert told == [0, 500]
    assert not default_storage.exists(job.output_name(1))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_list_of_a_killed_worker_is_written_once_and_nothing_is_left(settings, monkeypatch):
    """The worker dies with its file stored and the job not ended; a week later nothing is there."""
    settings.JOB_LEASE = timedelta(seconds=1)
    region = make.region()
    owed(region, 10)
    job = asked(region)
    with monkeypatch.context() as patch:
        patch.setattr(running, "_end", lambda *given: os.kill(os.getpid(), signal.SIGKILL))
        assert ended(fork(run_jobs)) == -signal.SIGKILL
    assert default_storage.exists(job.output_name(1))
    time.sleep(1.1)
    assert run_jobs()["done"] == 1
    job.refresh_from_db()
    assert (job.tries, job.output.name) == (2, job.output_name(2))
    assert forget_jobs(job.finished_at + timedelta(days=6, hours=23)) == 0
    assert default_storage.exists(job.output.name)
    assert forget_jobs(job.finished_at + timedelta(days=7)) == 1
    assert [default_storage.exists(job.output_name(tried)) for tried in (1, 2)] == [False, False]


def test_a_list_longer_than_a_sheet_is_refused_before_the_work(region, monkeypatch):
    owed(region, 5)
    monkeypatch.setattr(exporting, "MOST", 4)
    client = director(region)
    for answer in (client.get(ADDRESS), client.post(ADDRESS)):
        assert answer.status_code == 422
        assert "Строк в списке: 5" in answer.content.decode()
    assert not Job.objects.exists()


def test_three_lists_are_enough_and_the_same_one_is_asked_for_once(region):
    for wanted in ("show=all", "show=open", "show=done", "show=all"):
        asker = Asker(region.director, timezone.now())
        exporting.ask_for_export("due-dates", "Сроки", QueryDict(wanted), "/overdue/", asker)
    assert Job.objects.count() == 3
    owed(region, 2001)
    answer = director(region).post(f"{ADDRESS}&place=")
    assert answer.status_code == 422 and "3" in answer.content.decode()
    assert Job.objects.count() == 3


def test_who_keeps_the_installation_gets_long_lists_while_they_do(region, monkeypatch):
    monkeypatch.setattr(exporting, "AT_ONCE", -1)
    keeper = User.objects.create(username="keeper", is_superuser=True)
    client = Client()
    client.force_login(keeper)
    assert client.post("/people/export/").status_code == 302
    assert run_jobs()["done"] == 1
    job = Job.objects.get()
    assert job.organisation == region.ministry
    file = reverse("job-file", args=[job.pk])
    assert body(client.get(file)).startswith(b"PK")
    User.objects.filter(pk=keeper.pk).update(is_superuser=False)
    assert client.get(file).status_code == 403


def test_a_file_that_is_gone_is_said_in_words(region):
    owed(region, 3)
    job = asked(region)
    run_jobs()
    default_storage.delete(job.output_name(1))
    answer = director(region).get(reverse("job-file", args=[job.pk]))
    assert answer.status_code == 422 and "нет файла" in answer.content.decode()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_file_under_another_name_goes_with_its_job_too():
    """As after a restored database: numbers begin anew, files of later ones are still there."""
    region = make.region()
    owed(region, 3)
    job = asked(region)
    default_storage.save(job.output_name(1), ContentFile(b"older"))
    run_jobs()
    job.refresh_from_db()
    assert job.output.name != job.output_name(1)
    forget_jobs(job.finished_at + timedelta(days=8))
    assert not default_storage.exists(job.output.name)
