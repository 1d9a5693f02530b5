"""Proof agreed beforehand: asked at the start, shown beside what is given, named when missing."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from compliance.domain.refusals import Refusal, TooLarge
from compliance.models import Evidence, MeasureVersion, Occurrence
from compliance.services.evidence.files import attach_document, attach_photo
from compliance.services.evidence.reports import Account, draft_report, save_report
from compliance.services.plans.contents import content_hash
from tests.building import factories as make
from tests.building.scenes import Scene, due_in, executing, sent
from workflows.demo.photos import act_of_acceptance
from workflows.services.plans.sending import submit_execution
from workflows.services.reconciliation import differences

pytestmark = pytest.mark.django_db


def ramp(**given) -> make.MeasureDraft:
    """A measure proved by photos before and after and by an act."""
    given.setdefault("deadline_text", due_in(5))
    return make.measure(
        "Установить пандус", proof="before_after", further_proof=["document"], **given
    )


@pytest.fixture
def scene() -> Scene:
    return executing(None, ramp())


def client_of(scene: Scene, part: str) -> Client:
    client = Client()
    client.force_login(scene.region.people[part])
    return client


def pdf(name: str = "акт.pdf", data: bytes | None = None) -> SimpleUploadedFile:
    whole = act_of_acceptance().read()
    return SimpleUploadedFile(name, whole if data is None else data, "application/pdf")


def test_several_kinds_are_agreed_at_once_and_stand_in_the_hash(scene):
    version = MeasureVersion.objects.get()
    assert version.proofs == ["before_after", "document"]
    before = content_hash(version.revision)
    MeasureVersion.objects.update(further_proof="")
    assert content_hash(version.revision) != before


def test_a_text_frozen_with_one_kind_keeps_its_hash():
    scene = executing()
    assert list(differences()) == []
    version = MeasureVersion.objects.get(revision__plan=scene.plan)
    assert version.further_proof == "" and version.revision.content_hash


def test_the_drafter_chooses_several_kinds_on_the_page():
    region = make.region()
    plan = make.plan(region)
    version = MeasureVersion.objects.get(revision__plan=plan)
    client = Client()
    client.force_login(region.director)
    entered = {
        "number": "1", "text": "Обновить стенд", "deadline_text": "Ежеквартально",
        "responsible": "ГБУ", "party": str(region.own.pk), "proof": ["link", "photo"],
    }  # fmt: skip
    url = reverse("measure", args=[version.pk])
    assert client.post(url, entered).status_code == 302
    version.refresh_from_db()
    assert (version.proof, version.further_proof) == ("photo", "link")
    shown = client.post(url, {**entered, "proof": ["link", "number"], "show": "1"})
    boxes = shown.content.decode().split('name="proof"')[1:]
    assert [("checked" in box.split(">")[0]) for box in boxes] == [False, False, False, True, True]
    assert client.post(url, {**entered, "proof": []}).status_code == 422


def test_the_agreeing_party_sees_what_will_prove_it():
    scene = sent(None, ramp())
    page = client_of(scene, "coordinator").get(scene.plan.get_absolute_url()).content.decode()
    assert "Фото до и после, акт или другой документ" in page


def test_the_photo_before_is_asked_for_at_the_start(scene):
    client = client_of(scene, "executor")
    home = client.get(reverse("home")).content.decode()
    assert "Сделайте фото «до»" in home and f"/occurrences/{scene.occurrence.pk}/#photos" in home
    page = client.get(scene.occurrence.get_absolute_url()).content.decode()
    assert "Сделайте фото «до»" in page
    kept = client.post(
        scene.occurrence.get_absolute_url(), {"save": "1", "photos_before": make.photo()}
    )
    assert kept.status_code == 302
    assert Evidence.objects.get().phase == "before"
    assert "Сделайте фото «до»" not in client.get(reverse("home")).content.decode()
    assert "Сделайте фото «до»" not in client.get(kept.url).content.decode()


def test_of_work_that_comes_round_again_the_next_date_asks_for_the_photo():
    scene = executing(None, ramp(deadline_text="Ежемесячно"))
    rows = Occurrence.objects.filter(plan=scene.plan)
    assert rows.count() > 1
    assert list(rows.lacking_before_photo()) == [scene.occurrence]


def test_the_refusal_names_what_is_missing(scene):
    act = make.act(scene.region.executor)
    report = save_report(scene.occurrence.pk, Account("Готово"), act=act)
    attach_photo(report, make.photo(), act=act, phase="before")
    page = client_of(scene, "executor").post(
        scene.occurrence.get_absolute_url(), {"text": "Готово", "submit": "1"}
    )
    assert page.status_code == 422
    assert "Не хватает: фото «после», акт или другой документ" in page.content.decode()
    attach_photo(report, make.photo(colour="red"), act=act)
    attach_document(report, pdf(), act=act)
    assert submit_execution(scene.occurrence.pk, act=act).status == "submitted"
    assert Evidence.objects.count() == 3


def test_asked_stands_beside_given_for_executor_and_inspector(scene):
    act = make.act(scene.region.executor)
    report = save_report(scene.occurrence.pk, Account("Готово"), act=act)
    attach_photo(report, make.photo(), act=act, phase="before")
    page = client_of(scene, "executor").get(scene.occurrence.get_absolute_url()).content.decode()
    assert page.count(">есть<") == 1 and page.count(">не хватает<") == 2
    attach_photo(report, make.photo(colour="red"), act=act)
    attach_document(report, pdf(), act=act)
    submit_execution(scene.occurrence.pk, act=act)
    inbox = client_of(scene, "inspector")
    from workflows.models import Process

    url = reverse("verification", args=[Process.objects.get(report=report).pk])
    page = inbox.get(url).content.decode()
    assert page.count(">есть<") == 3 and "акт.pdf" in page


def test_a_pdf_is_sealed_and_given_out_as_an_attachment_only(scene):
    client = client_of(scene, "executor")
    url = scene.occurrence.get_absolute_url()
    assert client.post(url, {"photos_after": pdf("акт «№ 1».pdf")}).status_code == 302
    kept = Evidence.objects.get()
    assert (kept.phase, kept.content_type, kept.copy.name) == ("document", "application/pdf", "")
    answer = client.get(kept.get_absolute_url())
    body = b"".join(answer.streaming_content)
    assert body == act_of_acceptance().read()
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    for kind in ("copy", "thumbnail", "original"):
        assert client.get(reverse("evidence", args=[kept.pk, kind])).status_code == 404
    foreign = client_of(scene, "foreign_director")
    assert foreign.get(kept.get_absolute_url()).status_code == 404
    removed = client.post(reverse("evidence-remove", args=[kept.pk]))
    assert removed.status_code == 302 and not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("акт.pdf", b"%PDF-1.4 without an end"),
        ("акт.pdf", b"\n%PDF-1.4\n%%EOF"),
        ("акт.docx", b"PK\x03\x04" + b"x" * 100),
        ("акт.pdf", b"<script>alert(1)</script>"),
        ("пусто.pdf", b""),
    ],
)
def test_what_is_no_whole_pdf_is_refused(scene, name, data):
    url = scene.occurrence.get_absolute_url()
    answer = client_of(scene, "executor").post(url, {"photos_document": pdf(name, data)})
    assert answer.status_code == 422
    assert not Evidence.objects.exists()


def test_a_pdf_beyond_the_limit_is_refused(scene, monkeypatch):
    monkeypatch.setattr("compliance.domain.evidence.pdf.MAX_BYTES", 100)
    act = make.act(scene.region.executor)
    with pytest.raises(TooLarge, match="'document_too_large'"):
        attach_document(draft_report(scene.occurrence.pk, act=act), pdf(), act=act)
    with pytest.raises(Refusal, match="'photo_unreadable'"):
        attach_document(draft_report(scene.occurrence.pk, act=act), pdf(data=b"GIF89a"), act=act)


def test_a_photo_of_a_pdf_phase_counts_as_the_document(scene):
    act = make.act(scene.region.executor)
    report = draft_report(scene.occurrence.pk, act=act)
    attach_photo(report, make.photo(), act=act, phase="document")
    assert Evidence.objects.get().get_absolute_url().endswith("/copy/")
