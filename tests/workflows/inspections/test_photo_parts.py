"""An inspector's photo on its way over a bad line: whole, once, and to nobody else's inspection."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.domain.refusals import Conflict, Refusal
from compliance.models import AuditEvent, IncomingFile, IncomingPart, InspectionPhoto, Job
from compliance.services.inspections.holding import ToInspection
from compliance.services.jobs.running import run_jobs
from tests.building import factories as make
from tests.building.inspected import accepted, closed, planned, result
from tests.building.scenes import Scene
from workflows.models import Process, Task
from workflows.services.inspections import keep_result
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db

KEY = UUID("11111111-2222-4333-8444-555555555555")


@pytest.fixture
def scene() -> Scene:
    return accepted()


def inspection_of(task: Task) -> int:
    return Process.objects.get(pk=task.process_id).inspection_id


class Device:
    def __init__(self, scene: Scene, inspection: int, data: bytes, part: str = "inspector"):
        self.url = reverse("inspection-part", args=[inspection, KEY])
        self.client, self.data = Client(), data
        self.client.force_login(scene.region.people[part])

    def send(self, start: int, end: int | None):
        piece = SimpleUploadedFile("part", self.data[start:end])
        told = {"name": "пандус.jpg", "size": len(self.data), "offset": start, "part": piece}
        return self.client.post(self.url, told)


def test_a_photo_that_comes_in_parts_is_attached_once(scene):
    inspection, data = inspection_of(planned(scene)), make.photo(size=(900, 700)).read()
    device = Device(scene, inspection, data)
    half = len(data) // 2
    assert device.send(0, half).json()["received"] == half
    assert device.client.get(device.url).json()["received"] == half
    assert device.send(half, None).json()["is_attached"]
    assert device.send(0, None).json()["is_attached"], "the answer had been lost"
    photo = InspectionPhoto.objects.get()
    assert (photo.inspection_id, photo.name) == (inspection, "пандус.jpg")
    assert not IncomingPart.objects.exists()
    page = device.client.get(reverse("inspection", args=[inspection])).content.decode()
    assert "пандус.jpg" in page and f"/inspections/held/{inspection}/files/" in page


@pytest.mark.parametrize(("part", "status"), [("coordinator", 403), ("director", 403)])
def test_nobody_else_sends_photos_to_it(scene, part, status):
    device = Device(scene, inspection_of(planned(scene)), make.photo().read(), part)
    answer = device.send(0, None)
    assert (answer.status_code, answer.json()["code"]) == (status, "not_your_step")
    assert not IncomingFile.objects.exists()


def test_a_closed_inspection_takes_no_photo(scene):
    task = planned(scene)
    closed(scene, task, "confirm")
    answer = Device(scene, inspection_of(task), make.photo().read()).send(0, None)
    assert answer.status_code == 409 and not InspectionPhoto.objects.exists()


def test_the_key_of_a_report_s_file_names_no_photo_of_an_inspection(scene):
    inspection = inspection_of(planned(scene))
    other = Device(scene, inspection, make.photo().read())
    other.send(0, 100)
    IncomingFile.objects.update(inspection=None, occurrence=scene.occurrence)
    answer = other.send(100, 200)
    assert (answer.status_code, answer.json()["code"]) == (409, "another_file")


def test_a_file_goes_to_one_place(scene):
    device = Device(scene, inspection_of(planned(scene)), make.photo().read())
    device.send(0, 100)
    with pytest.raises(IntegrityError):
        IncomingFile.objects.update(occurrence=scene.occurrence)


def test_a_photo_that_takes_too_long_is_attached_by_a_job_before_it_is_closed(scene, settings):
    settings.INTAKE_SECONDS = 0.001
    task = planned(scene)
    act = make.act(scene.region.inspector)
    inspection = Process.objects.get(pk=task.process_id).inspection
    job = ToInspection(inspection).attach(make.photo(), "", act)
    assert isinstance(job, Job) and not InspectionPhoto.objects.exists()
    keep_result(task, result(), act=act)
    with pytest.raises(Refusal) as caught:
        engine.complete(task.pk, "confirm", act=act)
    assert caught.value.code == "photos_in_work"
    device = Device(scene, inspection.pk, b"")
    page = device.client.get(reverse("inspection", args=[inspection.pk])).content.decode()
    assert job.get_absolute_url() in page
    assert run_jobs()["done"] == 1
    photo = InspectionPhoto.objects.get()
    assert (photo.received_at, photo.received_from) == (job.created_at, scene.region.inspector)
    assert AuditEvent.objects.filter(action="inspection.attach").count() == 1
    engine.complete(task.pk, "confirm", act=make.act(scene.region.inspector))


def test_so_is_one_that_the_page_s_form_sends_and_closing_waits_for_it(scene, settings):
    settings.INTAKE_SECONDS = 0.001
    task = planned(scene)
    inspection = inspection_of(task)
    client = Device(scene, inspection, b"").client
    told = {"held_on": timezone.localdate(), "found": "Стенд висит", "act_number": "12-в"}
    url = reverse("inspection", args=[inspection])
    answer = client.post(url, {**told, "photos": make.photo(), "outcome": "confirm"})
    assert answer.status_code == 422, "the photo is not there yet"
    job = Job.objects.get()
    assert job.get_absolute_url() in answer.content.decode()
    assert not InspectionPhoto.objects.exists()
    assert run_jobs()["done"] == 1
    assert client.post(url, {**told, "outcome": "confirm"}).status_code == 302
    assert InspectionPhoto.objects.get().inspection.status == "confirmed"


def test_the_page_s_form_names_the_photo_that_is_too_large(scene, monkeypatch):
    monkeypatch.setattr("compliance.services.evidence.files.MAX_BYTES", 100)
    inspection = inspection_of(planned(scene))
    client = Device(scene, inspection, b"").client
    told = {"held_on": timezone.localdate(), "found": "Стенд висит", "act_number": "12-в"}
    url = reverse("inspection", args=[inspection])
    answer = client.post(url, {**told, "photos": make.photo()})
    assert answer.status_code == 413 and "стенд.jpg: Фото больше" in answer.content.decode()


def test_a_job_of_a_closed_inspection_attaches_nothing(scene, settings):
    settings.INTAKE_SECONDS = 0.001
    task = planned(scene)
    inspection = Process.objects.get(pk=task.process_id).inspection
    ToInspection(inspection).attach(make.photo(), "", make.act(scene.region.inspector))
    closed(scene, task, "cancel")
    assert run_jobs()["failed"] == 1
    job = Job.objects.get()
    assert job.failure_code == "task_done" and not InspectionPhoto.objects.exists()
    url = reverse("inspection", args=[inspection.pk])
    page = Device(scene, inspection.pk, b"", "director").client.get(url)
    assert job.get_absolute_url() not in page.content.decode(), "it is the inspector's own"
    with pytest.raises(Conflict):
        ToInspection(inspection).check(make.act(scene.region.inspector))


def test_an_unknown_inspection_is_not_found(scene):
    device = Device(scene, inspection_of(planned(scene)), make.photo().read())
    device.url = reverse("inspection-part", args=[10**9, uuid4()])
    assert device.send(0, None).status_code == 404
