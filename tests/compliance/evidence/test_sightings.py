"""The same photo used before, and pictures that look alike: said, linked where one may look."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from compliance.models import ExecutionReport
from compliance.services.evidence.files import attach_photo
from compliance.services.evidence.reports import Account, save_report
from compliance.services.evidence.sightings import sightings
from compliance.services.inspections.holding import attach_photo as attach_to
from tests.building import factories as make
from tests.building.inspected import accepted, planned, result
from tests.building.scenes import due_in, executing
from workflows.models import Task
from workflows.services.inspections import keep_result
from workflows.services.plans.sending import submit_execution
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db


def photo(name: str, size: tuple[int, int] = (640, 480), turned: int = 0) -> SimpleUploadedFile:
    """A picture with edges, the same at any size."""
    image = Image.radial_gradient("L").crop((0, 0, 200, 150)).resize(size).rotate(turned)
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue())


def reported(occurrence, person, *files) -> ExecutionReport:
    act = make.act(person)
    report = save_report(occurrence.pk, Account(text="Готово"), act=act)
    for file in files:
        attach_photo(report, file, act=act)
    return report


@pytest.fixture
def region():
    return make.region()


@pytest.fixture
def two(region):
    """Two due dates of one institution, in two plans."""
    rows = [
        executing(region, make.measure(deadline_text=due_in(5)), title=title).occurrence
        for title in ("Первый", "Второй")
    ]
    return rows


def seen(report, viewer):
    photos = list(report.evidence.all())
    return [
        (one.photo.name, one.other.name, one.is_same, one.place and one.place.pk)
        for one in sightings(photos, report.occurrence, viewer)
    ]


def test_the_very_file_is_found_in_another_plan(region, two):
    reported(two[0], region.executor, photo("было.jpg"))
    report = reported(two[1], region.executor, photo("стало.jpg"))
    assert seen(report, region.inspector) == [("стало.jpg", "было.jpg", True, two[0].pk)]


def test_a_smaller_copy_looks_alike_and_another_picture_does_not(region, two):
    reported(two[0], region.executor, photo("было.jpg"), photo("иное.jpg", turned=180))
    report = reported(two[1], region.executor, photo("копия.jpg", (400, 300)))
    assert seen(report, region.inspector) == [("копия.jpg", "было.jpg", False, two[0].pk)]


def test_plain_pictures_are_not_alike(region, two):
    reported(two[0], region.executor, make.photo(colour="white"))
    report = reported(two[1], region.executor, make.photo(colour="black"))
    assert seen(report, region.inspector) == []


def test_the_same_due_date_is_no_other_place(region, two):
    report = reported(two[0], region.executor, photo("было.jpg"))
    assert seen(report, region.inspector) == []


def test_another_regions_photo_is_said_without_a_link(region, two):
    report = reported(two[1], region.executor, photo("стало.jpg"))
    other = reported(two[0], region.executor, photo("было.jpg"))
    assert seen(report, region.foreign_director) == [("стало.jpg", "было.jpg", True, None)]
    assert other.pk


def test_the_inspectors_page_links_to_the_other_place_and_names_each_file(region, two, client):
    reported(two[0], region.executor, photo("было.jpg"))
    reported(two[1], region.executor, photo("стало.jpg"))
    submit_execution(two[1].pk, act=make.act(region.executor))
    task = Task.objects.open().get(process__report__occurrence=two[1])
    client.force_login(region.inspector)
    page = client.get(task.process.get_absolute_url()).content.decode()
    assert reverse("occurrence", args=[two[0].pk]) in page
    assert "стало.jpg" in page and '<span class="file-name">стало.jpg</span>' in page


def test_a_picture_that_looks_alike_is_found_in_the_whole_region_and_no_further(region, two):
    elsewhere = [
        (region, make.member(region.other, "executor", "other"), region.other),
        ((far := make.region("far-", "Далёкой области")), far.executor, far.own),
    ]
    places = []
    for of, person, organisation in elsewhere:
        measure = make.measure(deadline_text=due_in(5))
        scene = executing(of, measure, organisation=organisation)
        places.append(scene.occurrence)
        reported(scene.occurrence, person, photo("чужое.jpg", (400, 300)))
    report = reported(two[0], region.executor, photo("наше.jpg"))
    assert seen(report, region.inspector) == [("наше.jpg", "чужое.jpg", False, places[0].pk)]


def test_a_file_of_an_institution_that_one_does_not_see_is_not_named(region, two, client):
    measure = make.measure(deadline_text=due_in(5))
    scene = executing(region, measure, organisation=region.other)
    reported(scene.occurrence, region.foreign_director, photo("secret.jpg", (400, 300)))
    report = reported(two[0], region.executor, photo("наше.jpg"))
    submit_execution(two[0].pk, act=make.act(region.executor))
    assert len(seen(report, region.director)) == 1
    address = Task.objects.open().get(process__report=report).process.get_absolute_url()
    for part, is_named in (("director", False), ("inspector", True)):
        client.force_login(region.people[part])
        page = client.get(address).content.decode()
        assert "наше.jpg» похоже на" in page
        assert ("secret.jpg" in page) is is_named, part


# --- Inspectors' photos ---------------------------------------------------------------------------


@pytest.fixture
def inspected(region):
    """An inspection that is held, with a photo by the inspector, and its task."""
    scene = accepted(region, title="Проверенный")
    task = planned(scene, inspector=region.inspector)
    attach_to(task.process.inspection.pk, photo("пандус.jpg"), act=make.act(region.inspector))
    return scene, task


def test_an_inspectors_photo_sent_as_ones_own_is_found(region, two, inspected):
    scene, _task = inspected
    report = reported(two[0], region.executor, photo("моё.jpg"))
    assert seen(report, region.inspector) == [("моё.jpg", "пандус.jpg", True, scene.occurrence.pk)]


def test_a_smaller_copy_of_it_looks_alike(region, two, inspected):
    scene, _task = inspected
    report = reported(two[0], region.executor, photo("копия.jpg", (400, 300)))
    assert seen(report, region.inspector) == [
        ("копия.jpg", "пандус.jpg", False, scene.occurrence.pk)
    ]


def test_whoever_may_not_see_the_result_yet_hears_nothing_of_its_photos(region, two, inspected):
    scene, task = inspected
    report = reported(two[0], region.executor, photo("моё.jpg"))
    assert seen(report, region.director) == []
    assert seen(report, region.foreign_director) == []
    keep_result(task, result(), act=make.act(region.inspector))
    engine.complete(task.pk, "confirm", act=make.act(region.inspector))
    assert seen(report, region.director) == [("моё.jpg", "пандус.jpg", True, scene.occurrence.pk)]
    assert seen(report, region.foreign_director) == []


def test_the_page_says_that_an_inspector_took_it(region, two, inspected, client):
    reported(two[0], region.executor, photo("моё.jpg"))
    submit_execution(two[0].pk, act=make.act(region.executor))
    task = Task.objects.open().get(process__report__occurrence=two[0])
    client.force_login(region.inspector)
    page = client.get(task.process.get_absolute_url()).content.decode()
    assert "Этот самый файл «моё.jpg» снял проверяющий" in page
