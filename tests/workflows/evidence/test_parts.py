"""A file that comes in parts over a line that breaks: whole, once, and nobody else's."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.domain.refusals import TooLarge
from compliance.models import Evidence, ExecutionReport, IncomingFile, IncomingPart
from compliance.services.evidence import parts as service
from compliance.services.evidence.parts import ToReport, forget_incoming_files
from tests.building import factories as make
from tests.building.scenes import Scene, executing
from workflows.services.plans.sending import submit_execution

pytestmark = pytest.mark.django_db

KEY = UUID("11111111-2222-4333-8444-555555555555")


@pytest.fixture
def scene() -> Scene:
    return executing()


def client_of(scene: Scene, part: str) -> Client:
    client = Client()
    client.force_login(scene.region.people[part])
    return client


class Device:
    """What a telephone does: it sends parts of one file, whatever came of them."""

    def __init__(self, scene: Scene, data: bytes, key: UUID = KEY, part: str = "executor", **given):
        self.url = reverse("evidence-part", args=[scene.occurrence.pk, key])
        self.client, self.data, self.given = client_of(scene, part), data, given

    def send(self, start: int, end: int, **given):
        piece = self.data[start:end]
        fields = {
            "name": "стенд.jpg", "phase": "after", "size": len(self.data), "offset": start,
            "sha256": hashlib.sha256(piece).hexdigest(), **self.given, **given,
        }  # fmt: skip
        if piece:
            fields["part"] = SimpleUploadedFile("part", piece)
        return self.client.post(self.url, fields)

    def ask(self):
        return self.client.get(self.url).json()


def test_a_file_that_comes_in_three_parts_is_attached_as_it_left(scene):
    data = make.photo(size=(900, 700)).read()
    device = Device(scene, data)
    third = len(data) // 3
    answers = [device.send(0, third), device.send(third, 2 * third), device.send(2 * third, None)]
    assert [one.json()["received"] for one in answers] == [third, 2 * third, len(data)]
    assert [one.json()["is_attached"] for one in answers] == [False, False, True]
    kept = Evidence.objects.get()
    assert (kept.name, kept.phase, kept.sha256) == (
        "стенд.jpg", "after", hashlib.sha256(data).hexdigest(),
    )  # fmt: skip
    assert not IncomingPart.objects.exists()
    with kept.original.open("rb") as stored:
        assert stored.read() == data


def test_a_stored_part_is_never_asked_again(scene):
    device = Device(scene, make.photo().read())
    device.send(0, 100)
    said = {"vekha": "file", "received": 100, "is_attached": False, "is_working": False}
    assert device.ask() == said
    repeated = device.send(0, 100)  # the answer to the first had been lost
    assert repeated.json()["received"] == 100 and IncomingPart.objects.count() == 1


def test_a_part_from_further_on_changes_nothing(scene):
    device = Device(scene, make.photo().read())
    device.send(0, 100)
    assert device.send(300, 400).json()["received"] == 100


def test_a_damaged_part_is_not_stored(scene):
    device = Device(scene, make.photo().read())
    assert device.send(0, 100, sha256="0" * 64).json()["received"] == 0
    assert device.send(0, 100, sha256="").json()["received"] == 100, "plain http has no sha256"


def test_an_answer_that_got_lost_attaches_nothing_twice(scene):
    data = make.photo().read()
    device = Device(scene, data)
    device.send(0, None)
    again = device.send(0, None).json()
    said = {"vekha": "file", "received": len(data), "is_attached": True, "is_working": False}
    assert again == said
    assert Evidence.objects.count() == 1


def test_a_photo_that_was_taken_out_does_not_come_back(scene):
    device = Device(scene, make.photo().read())
    device.send(0, None)
    device.client.post(reverse("evidence-remove", args=[Evidence.objects.get().pk]))
    device.send(0, None)
    assert not Evidence.objects.exists()


def test_the_same_bytes_under_another_key_are_attached_once(scene):
    data = make.photo().read()
    Device(scene, data).send(0, None)
    second = Device(scene, data, uuid4()).send(0, None)
    assert second.json()["is_attached"] and Evidence.objects.count() == 1


def test_a_whole_file_whose_last_answer_never_came_is_attached_when_asked(scene, monkeypatch):
    data = make.photo().read()
    device = Device(scene, data)
    device.client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(service, "_attach", lambda file, act: 1 / 0)
        assert device.send(0, None).status_code == 500
    said = {"vekha": "file", "received": len(data), "is_attached": False, "is_working": False}
    assert device.ask() == said
    assert device.send(len(data), None).json()["is_attached"]
    assert Evidence.objects.get().sha256 == hashlib.sha256(data).hexdigest()


def test_what_is_no_evidence_is_named_and_thrown_away(scene):
    device = Device(scene, b"rubbish", name="смета.docx")
    answer = device.send(0, None)
    assert answer.status_code == 422 and answer.json()["code"] == "photo_unreadable"
    assert "смета.docx" in answer.json()["problem"] and answer.json()["vekha"] == "file"
    assert not IncomingFile.objects.exists()


def test_a_file_too_large_is_refused_with_its_name_before_it_is_sent(scene):
    answer = Device(scene, b"x", name="видео.jpg", size=25 * 2**20 + 1).send(0, 1)
    assert answer.status_code == 413 and "видео.jpg" in answer.json()["problem"]
    assert not IncomingFile.objects.exists()


def test_a_bad_file_does_not_hide_the_good_one_on_the_plain_page(scene):
    client, url = client_of(scene, "executor"), scene.occurrence.get_absolute_url()
    bad = SimpleUploadedFile("плохой.jpg", b"rubbish", content_type="image/jpeg")
    page = client.post(url, {"text": "Готово", "save": "1", "photos_after": [bad, make.photo()]})
    shown = page.content.decode()
    assert page.status_code == 422 and "плохой.jpg" in shown and "стенд.jpg" in shown


def test_the_plain_page_names_the_file_that_is_too_large(scene, monkeypatch):
    monkeypatch.setattr("compliance.services.evidence.files.MAX_BYTES", 100)
    client, url = client_of(scene, "executor"), scene.occurrence.get_absolute_url()
    page = client.post(url, {"text": "Готово", "save": "1", "photos_after": make.photo()})
    assert page.status_code == 413 and "стенд.jpg: Фото больше" in page.content.decode()


def test_the_same_file_sent_again_on_the_plain_page_is_there_once_and_no_fault(scene):
    client, url = client_of(scene, "executor"), scene.occurrence.get_absolute_url()
    for _ in range(2):
        sent = {"text": "Готово", "save": "1", "photos_after": make.photo()}
        assert client.post(url, sent).status_code == 302
    assert Evidence.objects.count() == 1


def test_a_file_for_a_report_that_has_been_sent_waits_and_says_why(scene):
    data = make.photo().read()
    device = Device(scene, data)
    device.send(0, 100)
    executor = make.act(scene.region.executor)
    client = client_of(scene, "executor")
    sent = {"text": "Готово", "save": "1", "photos_after": make.photo(colour="red")}
    client.post(scene.occurrence.get_absolute_url(), sent)
    submit_execution(scene.occurrence.pk, act=executor)
    answer = device.send(100, None)
    assert answer.status_code == 409 and answer.json()["code"] == "already_submitted"
    assert IncomingFile.objects.get().received == 100, "nothing is thrown away by the server"


def test_one_bad_file_more_than_the_report_takes_waits(scene, monkeypatch):
    monkeypatch.setattr("compliance.services.evidence.files.MAX_IN_REPORT", 1)
    Device(scene, make.photo().read()).send(0, None)
    data = make.photo(colour="red").read()
    second = Device(scene, data, uuid4())
    assert second.send(0, None).json()["code"] == "photo_limit"
    second.client.post(reverse("evidence-remove", args=[Evidence.objects.get().pk]))
    assert second.send(len(data), None).json()["is_attached"]


def test_somebody_elses_key_is_another_file(scene):
    data = make.photo().read()
    Device(scene, data).send(0, 100)
    director = Device(scene, data, part="director")
    assert director.ask()["received"] == 0
    director.send(0, 50)
    assert sorted(one.received for one in IncomingFile.objects.all()) == [50, 100]


def test_a_page_left_open_by_another_person_sends_nothing_under_this_ones_name(scene):
    device = Device(scene, make.photo().read(), person=scene.region.director.pk)
    answer = device.send(0, None)
    assert answer.status_code == 401 and answer.json() == {"vekha": "login"}
    assert not IncomingFile.objects.exists()


def test_a_script_without_a_session_is_told_so_and_not_led_to_the_login_page(scene):
    url = reverse("evidence-part", args=[scene.occurrence.pk, KEY])
    answer = Client().post(url, {"size": 1}, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()) == (401, {"vekha": "login"})


def test_a_script_with_a_stale_token_is_told_so(scene):
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.region.executor)
    url = reverse("evidence-part", args=[scene.occurrence.pk, KEY])
    answer = client.post(url, {"size": 1}, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()) == (403, {"vekha": "stale"})


def test_a_file_that_was_given_up_is_gone_but_an_attached_one_stays(scene):
    device = Device(scene, make.photo().read())
    device.send(0, 100)
    assert device.client.post(device.url, {"give_up": "1"}).status_code == 200
    assert not IncomingFile.objects.exists() and not IncomingPart.objects.exists()
    device.send(0, None)
    device.client.post(device.url, {"give_up": "1"})
    assert Evidence.objects.count() == 1


def test_a_person_has_only_so_many_files_and_bytes_on_the_way(scene, monkeypatch):
    monkeypatch.setattr(service, "MOST_FILES", 2)
    data = make.photo().read()
    for _ in range(2):
        assert Device(scene, data, uuid4()).send(0, 100).status_code == 200
    third = Device(scene, data, uuid4()).send(0, 100)
    assert third.status_code == 422 and third.json()["code"] == "too_many_on_the_way"
    monkeypatch.setattr(service, "MOST_FILES", 60)
    monkeypatch.setattr(service, "MOST_BYTES", 250)
    assert Device(scene, data, uuid4()).send(0, 51).json()["code"] == "too_much_on_the_way"
    assert Device(scene, data, uuid4()).send(0, 50).status_code == 200
    others = Device(scene, data, uuid4(), part="director")
    assert others.send(0, 100).status_code == 200, "each person has their own"


@pytest.mark.parametrize(("days", "left"), [(6, 1), (8, 0)])
def test_a_file_of_which_nothing_is_heard_goes_after_a_week(scene, days, left):
    Device(scene, make.photo().read()).send(0, 100)
    forget_incoming_files(timezone.now() + timedelta(days=days))
    assert IncomingFile.objects.count() == IncomingPart.objects.count() == left


def test_asking_begins_no_report(scene):
    assert Device(scene, b"x").ask()["received"] == 0
    assert not ExecutionReport.objects.exists()


def test_of_an_unknown_file_nothing_is_here(scene):
    act = make.act(scene.region.executor)
    assert service.how_far(ToReport(scene.occurrence), uuid4(), act=act) == service.Progress(
        received=0, is_attached=False, is_working=False
    )


def test_a_part_holds_no_more_than_what_is_left_of_its_file(scene):
    device = Device(scene, make.photo().read())
    device.send(0, 100)
    left = len(device.data) - 100
    too_much = device.client.post(device.url, {
        "name": "стенд.jpg", "phase": "after", "size": len(device.data), "offset": 100,
        "sha256": "", "part": SimpleUploadedFile("part", b"x" * (left + 1)),
    })  # fmt: skip
    assert too_much.json()["code"] == "part_too_large"
    assert IncomingPart.objects.count() == 1


def test_what_is_too_much_on_the_way_is_told_in_megabytes(scene, monkeypatch):
    monkeypatch.setattr(service, "MOST_BYTES", 3 * 2**20)
    Device(scene, make.photo().read(), uuid4()).send(0, 100)
    IncomingPart.objects.update(size=3 * 2**20)
    announced = service.Announced(uuid4(), "after", "стенд.jpg", 5000)
    act = make.act(scene.region.executor)
    with pytest.raises(TooLarge) as refused:
        service.receive_part(ToReport(scene.occurrence), announced, service.Part(0, b"x"), act=act)
    assert (refused.value.code, refused.value.values) == ("too_much_on_the_way", {"megabytes": 3})
