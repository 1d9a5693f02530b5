"""The pages of inspections: who sees what, what a form refuses, how a preview is confirmed."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compliance.models import (
    Inspection,
    InspectionPhoto,
    InspectionPolicy,
    InspectionSample,
    Occurrence,
    Organisation,
    User,
)
from tests.building import factories as make
from tests.building.inspected import accepted, closed, planned, policy, tomorrow
from tests.building.scenes import Scene
from workflows.flows import VerificationFlow
from workflows.models import Process

pytestmark = pytest.mark.django_db

FOUND = {"held_on": "", "found": "", "act_number": "", "remark": ""}


@pytest.fixture
def scene() -> Scene:
    return accepted()


def client_of(scene: Scene, part: str) -> Client:
    client = Client()
    client.force_login(scene.region.people[part])
    return client


def text_of(answer) -> str:
    return answer.content.decode()


def found(**given) -> dict:
    today = timezone.localdate().isoformat()
    complete = {"held_on": today, "found": "Пандуса нет", "act_number": "1-в", "remark": "Починить"}
    return {**complete, **given}


def test_an_inspector_keeps_photos_and_words_and_then_closes(scene):
    task = planned(scene)
    url, inspector = task.get_absolute_url(), client_of(scene, "inspector")
    page = text_of(inspector.get(url))
    assert "Выездная проверка" in page and page.count(">есть<") == 1
    kept = inspector.post(url, {**FOUND, "found": "Пандуса нет", "photos": make.photo()})
    assert kept.status_code == 302
    page = text_of(inspector.get(url))
    assert "Пандуса нет" in page and "/inspection-photos/" in page
    refused = inspector.post(url, {**FOUND, "found": "Пандуса нет", "outcome": "refute"})
    assert refused.status_code == 422 and "Укажите, когда проведена" in text_of(refused)
    done = inspector.post(url, {**found(), "outcome": "refute"}, follow=True)
    assert "снова на контроле" in text_of(done)
    assert Occurrence.objects.get().status == "open"
    page = text_of(client_of(scene, "executor").get(scene.occurrence.get_absolute_url()))
    assert "Проверка не подтвердила выполнение" in page and "Починить" in page
    assert inspector.post(url, {**found(), "outcome": "confirm"}).status_code == 409


def test_a_refused_photo_does_not_close_the_inspection(scene):
    url = planned(scene).get_absolute_url()
    broken = make.photo()
    broken.file.truncate(10)
    answer = client_of(scene, "inspector").post(
        url, {**found(), "outcome": "confirm", "photos": broken}
    )
    assert answer.status_code == 422 and "Пандуса нет" in text_of(answer)
    assert Inspection.objects.get().status == "open"


def test_the_institution_reads_the_result_when_it_is_closed(scene):
    task = planned(scene)
    url, director = task.get_absolute_url(), client_of(scene, "director")
    inspector = client_of(scene, "inspector")
    inspector.post(url, {**FOUND, "found": "Пандуса нет", "photos": make.photo()})
    page = text_of(director.get(url))
    assert "Пандуса нет" not in page and "/inspection-photos/" not in page
    assert "Результат появится здесь" in page
    assert director.post(url, found(outcome="confirm")).status_code == 404
    closed(scene, task, "confirm")
    page = text_of(director.get(url))
    assert "Пандуса нет" in page
    photo = re.search(r"/inspection-photos/\d+/copy/", page)[0]
    shown = director.get(photo)
    assert shown["Content-Type"] == "image/jpeg" and b"".join(shown.streaming_content)
    assert client_of(scene, "foreign_director").get(photo).status_code == 404
    assert client_of(scene, "foreign_director").get(url).status_code == 404


def test_no_history_tells_the_institution_of_photos_before_the_inspection_is_closed(scene):
    task = planned(scene)
    url, inspector = task.get_absolute_url(), client_of(scene, "inspector")
    for name in ("ramp.jpg", "removed.jpg"):
        photo = make.photo(name, size=(300, 200 + len(name)))
        inspector.post(url, {**FOUND, "found": "Пандуса нет", "photos": photo})
    inspector.post(reverse("inspection-photo-remove", args=[InspectionPhoto.objects.last().pk]))
    for part in ("director", "executor"):
        for page in (url, scene.occurrence.get_absolute_url()):
            told = text_of(client_of(scene, part).get(page))
            assert "ramp" not in told and "removed" not in told, (part, page)
    assert "ramp.jpg" in text_of(inspector.get(url))
    assert "removed.jpg" in text_of(inspector.get(url)), "who oversees it reads of both"


def test_a_verification_is_not_answered_by_this_form(scene):
    url = reverse("verification", args=[Process.objects.get(flow_class=VerificationFlow).pk])
    inspector = client_of(scene, "inspector")
    assert inspector.get(url).status_code == 200
    assert inspector.post(url, found()).status_code == 405


def test_an_inspections_address_of_older_letters_leads_to_its_own(scene):
    task = planned(scene)
    inspector, old = client_of(scene, "inspector"), f"/inspections/{task.process_id}/"
    assert inspector.get(old).url == f"/inspections/held/{task.process.inspection_id}/"
    assert client_of(scene, "foreign_director").get(old).status_code == 404


# --- Lists ----------------------------------------------------------------------------------------


def test_the_list_filters_and_survives_nonsense(scene):
    planned(scene, "call")
    inspector, url = client_of(scene, "inspector"), reverse("inspections")
    rows = (
        ("", 1), ("?state=open", 1), ("?state=confirmed", 0), ("?kind=call", 1), ("?kind=visit", 0),
        ("?due=late", 0), ("?due=week", 1), (f"?organisation={scene.region.own.pk}", 1),
        ("?organisation=99999999999999999999", 0), ("?state=%00", 0), ("?page=x&due=zzz", 0),
        (f"?organisation={scene.region.other.pk}", 0),
    )  # fmt: skip
    for query, count in rows:
        page = inspector.get(url + query)
        assert page.status_code == 200
        assert text_of(page).count("Мероприятие 1") == count, query
    assert "Проверки ещё не назначались" in text_of(client_of(scene, "foreign_director").get(url))


def test_more_inspections_are_not_more_statements():
    def counted(count: int) -> int:
        scene = accepted(make.region(), count=count)
        for one in Occurrence.objects.filter(plan=scene.plan):
            planned(scene, occurrence=one)
        client = client_of(scene, "inspector")
        client.get(reverse("inspections"))
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("inspections"))
        assert text_of(page).count("Мероприятие ") == count
        return len(queries)

    few = counted(2)
    for person in User.objects.all():
        User.objects.filter(pk=person.pk).update(username=f"{person.username}-1", email="")
    Organisation.objects.filter(kind="ministry").update(name="Первое министерство")
    assert counted(6) == few <= 15


# --- Planning -------------------------------------------------------------------------------------


def sample_of(scene: Scene, **given) -> dict:
    today = timezone.localdate()
    return {
        "organisation": scene.region.ministry.pk, "kind": "call", "share": "50",
        "accepted_from": today.replace(day=1), "accepted_to": today, "due_on": tomorrow(),
        "inspector": "", **given,
    }  # fmt: skip


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def test_a_sample_is_shown_before_it_is_stored_and_then_is_exactly_that():
    scene = accepted(count=4)
    client, url = client_of(scene, "coordinator"), reverse("inspection-sample")
    assert client.get(url).status_code == 200
    page = client.post(url, {**sample_of(scene), "preview": "1"})
    assert page.status_code == 200 and not Inspection.objects.exists()
    shown = {int(pk) for pk in re.findall(r'href="/occurrences/(\d+)/"', text_of(page))}
    assert len(shown) == 2
    sealed = {name: hidden(text_of(page), name) for name in ("seed", "fingerprint")}
    stored = client.post(url, {**sample_of(scene), **sealed, "plan": "1"})
    assert stored.status_code == 302
    assert set(Inspection.objects.values_list("occurrence", flat=True)) == shown
    assert sealed["seed"].startswith(InspectionSample.objects.get().seed)
    again = client.post(url, {**sample_of(scene), **sealed, "plan": "1"})
    assert again.status_code == 409 and Inspection.objects.count() == 2
    assert "Посмотрите новую выборку" in text_of(again)


def test_nobody_brings_a_seed_of_their_own(scene):
    client, url = client_of(scene, "inspector"), reverse("inspection-sample")
    data = {**sample_of(scene), "seed": "0" * 32, "fingerprint": "", "plan": "1"}
    assert client.post(url, data).status_code == 409
    assert not Inspection.objects.exists()


@pytest.mark.parametrize(
    "given",
    [
        {"share": "0"}, {"share": "101"}, {"share": "9" * 30}, {"kind": "raid"},
        {"accepted_from": "0001-01-01"}, {"accepted_to": "9999-12-31"}, {"due_on": "2000-01-01"},
        {"due_on": "2099-12-31"}, {"accepted_to": "2001-01-01"}, {"organisation": "0"},
        {"organisation": "x\0"}, {"inspector": "1"},
        {"accepted_from": "2001-01-01", "accepted_to": "2001-02-01"},
    ],
)  # fmt: skip
def test_a_sample_of_nonsense_is_refused_in_words(scene, given):
    client = client_of(scene, "coordinator")
    page = client.post(reverse("inspection-sample"), {**sample_of(scene, **given), "preview": "1"})
    assert page.status_code == 422 and not Inspection.objects.exists()


def test_an_inspection_is_planned_by_hand_from_a_due_date_and_from_a_plan():
    scene = accepted(count=2)
    client, url = client_of(scene, "inspector"), reverse("inspection-by-hand")
    page = text_of(client.get(scene.occurrence.get_absolute_url()))
    assert f"{url}?occurrence={scene.occurrence.pk}" in page
    assert f"{url}?plan={scene.plan.pk}" in text_of(client.get(scene.plan.get_absolute_url()))
    data = {"kind": "visit", "due_on": tomorrow(), "inspector": "", "reason": "Жалоба"}
    query = f"?plan={scene.plan.pk}"
    assert client.post(url + query, data).status_code == 422, "nothing was chosen"
    both = list(scene.plan.occurrences.values_list("pk", flat=True))
    assert client.post(url + query, {**data, "occurrence": both}).status_code == 302
    assert Inspection.objects.filter(reason="Жалоба").count() == 2
    assert "Проверять здесь нечего" in text_of(client.get(url + query))
    for nonsense in ("", "?plan=x", "?plan=99999999", "?occurrence=9999999999999999999999"):
        assert client.get(url + nonsense).status_code == 404


def test_an_administrator_sets_policies_on_a_page(scene):
    client, url = client_of(scene, "administrator"), reverse("inspection-policies")
    assert "Правил пока нет" in text_of(client.get(url))
    data = {
        "kind": "visit", "proof": "before_after", "share": "5", "days": "10",
        "starts_on": timezone.localdate(), "is_active": "on",
    }  # fmt: skip
    set_url = reverse("inspection-policy")
    assert client.post(set_url, data).status_code == 302
    row = InspectionPolicy.objects.get()
    assert (row.share, row.days, row.region) == (5, 10, scene.region.ministry)
    changed = client.post(f"{set_url}?policy={row.pk}", {**data, "share": "7", "is_active": ""})
    assert changed.status_code == 302
    row.refresh_from_db()
    assert (row.share, row.is_active) == (7, False) and InspectionPolicy.objects.count() == 1
    for wrong in ({"share": "0"}, {"days": "251"}, {"kind": "x"}, {"starts_on": "0001-01-01"}):
        refused = client.post(f"{set_url}?policy={row.pk}", {**data, **wrong})
        assert refused.status_code == 422
    assert client.get(f"{url}?policy=987654").status_code == 404
    page = text_of(client_of(scene, "coordinator").get(url))
    assert "7" in page and "Добавить правило" not in page


def test_another_regions_policy_is_not_there(scene):
    row = policy(scene.region)
    neighbour = make.ministry(name="Министерство другой области")
    stranger = make.member(neighbour, "administrator", "other-admin")
    client = Client()
    client.force_login(stranger)
    assert client.get(reverse("inspection-policies")).status_code == 200
    url = f"{reverse('inspection-policy')}?policy={row.pk}"
    assert client.post(url, {"kind": "desk"}).status_code == 404
