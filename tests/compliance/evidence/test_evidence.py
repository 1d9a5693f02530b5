"""Photos at the door: what is taken, what is refused, and what of them may be seen."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from compliance.domain.refusals import Conflict, Refusal, TooLarge
from compliance.models import AuditEvent, Evidence, ExecutionReport
from compliance.services.evidence.files import attach_photo, detach_evidence
from compliance.services.evidence.reports import Account, draft_report, return_report, save_report
from tests.building import factories as make
from tests.building.scenes import executing
from workflows.services.plans.sending import submit_execution

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return executing()


def upload(data: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def encoded(image: Image.Image, kind: str = "JPEG", **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def huge_png(side: int) -> bytes:
    """A PNG of side × side white pixels in a few kilobytes, never decoded whole here."""

    def chunk(name: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def stored(file) -> bytes:
    """The bytes of a stored file."""
    return Path(file.path).read_bytes()


def files(settings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_the_original_is_sealed_and_the_copies_are_clean(scene, settings):
    exif = Image.Exif()
    exif[306] = "2026:03:01 09:30:05"
    exif[274] = 6  # turned on its side
    exif.get_ifd(0x8825).update({1: "N", 2: (55.0, 21.0, 36.0), 3: "E", 4: (86.0, 5.0, 6.0)})
    data = encoded(Image.new("RGB", (640, 480), "teal"), exif=exif)
    act = make.act(scene.region.executor)
    report = draft_report(scene.occurrence.pk, act=act)
    kept = attach_photo(report, upload(data), act=act)
    assert stored(kept.original) == data
    assert kept.sha256 == hashlib.sha256(data).hexdigest()
    assert (round(kept.camera_latitude, 2), round(kept.camera_longitude, 3)) == (55.36, 86.085)
    moscow = kept.camera_at.astimezone(ZoneInfo("Europe/Moscow"))
    assert moscow.isoformat() == "2026-03-01T09:30:05+03:00", "the organisation's own time"
    for file in (kept.copy, kept.thumbnail):
        clean = Image.open(io.BytesIO(stored(file)))
        assert clean.size[1] > clean.size[0], "the turn is applied"
        assert not clean.getexif() and b"Exif" not in stored(file)
    assert len(files(settings)) == 3


@pytest.mark.parametrize(
    ("data", "name", "found"),
    [
        (b"", "empty.jpg", ""),
        (b"GIF89a" + bytes(200), "animation.jpg", "gif"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture.png", "svg"),
        (b"%PDF-1.7 ...", "scan.jpg", "pdf"),
        (b"MZ" + bytes(500), "photo.jpg", "program"),
        (b"\0\0\0\x20ftypisom" + bytes(500), "photo.heic", "video"),
        (b"PK\x03\x04" + bytes(26) + b"word/document.xml", "photo.jpg", "office"),
        (encoded(Image.new("RGB", (60, 60)))[:300], "cut.jpg", ""),
        (encoded(Image.new("RGB", (900, 900)), "PNG")[:-30], "cut.png", ""),
        (encoded(Image.new("RGB", (60, 60)), "WEBP")[:40], "cut.webp", ""),
        (b"\0\0\0\x18ftypheic" + bytes(500), "broken.heic", ""),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "broken.png", ""),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_a_photo_is_refused(scene, settings, data, name, found):
    act = make.act(scene.region.executor)
    report = draft_report(scene.occurrence.pk, act=act)
    with pytest.raises(Refusal) as caught:
        attach_photo(report, upload(data, name), act=act)
    code = "photo_other_format" if found else "photo_unreadable"
    assert caught.value.code == code and caught.value.status == 422
    if found:
        assert caught.value.values["format"] == found
    assert not Evidence.objects.exists() and files(settings) == []


@pytest.mark.parametrize("side", [8000, 12000, 14200, 60000])
def test_too_many_pixels_are_refused_before_decoding(scene, settings, side):
    act = make.act(scene.region.executor)
    report = draft_report(scene.occurrence.pk, act=act)
    with pytest.raises(TooLarge) as caught:
        attach_photo(report, upload(huge_png(side)), act=act)
    assert caught.value.code == "photo_too_many_pixels" and files(settings) == []


def test_too_many_bytes_are_refused(scene):
    act = make.act(scene.region.executor)
    report = draft_report(scene.occurrence.pk, act=act)
    with pytest.raises(TooLarge) as caught:
        attach_photo(report, upload(bytes(25 * 2**20 + 1)), act=act)
    assert caught.value.code == "photo_too_large"


def test_the_same_photo_twice_is_refused_and_leaves_no_file(scene, settings):
    act = make.act(scene.region.executor)
    report = draft_report(scene.occurrence.pk, act=act)
    attach_photo(report, make.photo(), act=act)
    with pytest.raises(Conflict) as caught:
        attach_photo(report, make.photo("другое имя.jpg"), act=act)
    assert caught.value.code == "photo_repeated" and len(files(settings)) == 3


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16", "CMYK"])
def test_every_mode_of_pixels_becomes_a_plain_picture(scene, mode):
    act = make.act(scene.region.executor)
    kind = "JPEG" if mode == "CMYK" else "PNG"
    data = encoded(Image.new(mode, (50, 40)), kind)
    kept = attach_photo(draft_report(scene.occurrence.pk, act=act), upload(data), act=act)
    assert Image.open(io.BytesIO(stored(kept.copy))).mode == "RGB"


def test_a_bad_photo_on_the_page_keeps_the_text(scene, client):
    client.force_login(scene.region.executor)
    url = reverse("occurrence", args=[scene.occurrence.pk])
    page = client.post(
        url, {"text": "Сделано многое", "submit": "1", "photos_after": upload(b"rubbish", "a.jpg")}
    )
    assert page.status_code == 422 and "Сделано многое" in page.content.decode()
    assert "a.jpg" in page.content.decode()
    draft = ExecutionReport.objects.get()
    assert (draft.status, draft.text) == ("draft", "Сделано многое")


def test_a_huge_photo_on_the_page_is_413(scene, client):
    client.force_login(scene.region.executor)
    url = reverse("occurrence", args=[scene.occurrence.pk])
    page = client.post(url, {"photos_after": upload(huge_png(15000), "a.png")})
    assert page.status_code == 413 and "a.png: " in page.content.decode()


def test_a_removed_photo_of_a_returned_report_stays_with_that_report(scene, settings):
    executor, inspector = make.act(scene.region.executor), make.act(scene.region.inspector)
    report = save_report(scene.occurrence.pk, Account(text="Готово"), act=executor)
    attach_photo(report, make.photo(), act=executor)
    submit_execution(scene.occurrence.pk, act=executor)
    return_report(report.pk, remark="Не видно", act=inspector)
    draft = ExecutionReport.objects.get(status="draft")
    detach_evidence(draft.evidence.get(), act=executor)
    assert stored(report.evidence.get().original) and len(files(settings)) == 3
    event = AuditEvent.objects.filter(action="evidence.detach").get()
    assert event.before["name"] == "стенд.jpg" and event.actor == scene.region.executor


def test_a_photo_cannot_be_added_once_the_report_is_sent(scene):
    act = make.act(scene.region.executor)
    report = save_report(scene.occurrence.pk, Account(text="Готово"), act=act)
    attach_photo(report, make.photo(), act=act)
    submit_execution(scene.occurrence.pk, act=act)
    with pytest.raises(Conflict):
        attach_photo(report, make.photo(colour="red"), act=act)


def test_evidence_is_seen_only_by_those_who_may(scene, client):
    act = make.act(scene.region.executor)
    kept = attach_photo(draft_report(scene.occurrence.pk, act=act), make.photo(), act=act)
    url = reverse("evidence", args=[kept.pk, "copy"])
    assert client.get(url).status_code == 302, "never public"
    for part, status in {
        "executor": 200, "director": 200, "inspector": 200, "coordinator": 200,
        "foreign_director": 404, "stranger": 404, "councillor": 404,
    }.items():  # fmt: skip
        client.force_login(scene.region.people[part])
        answer = client.get(url)
        assert answer.status_code == status, part
        if status == 200:
            assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in answer["Content-Security-Policy"]
    client.force_login(scene.region.inspector)
    assert client.get(reverse("evidence", args=[kept.pk, "original"])).status_code == 404


def test_a_photo_taken_out_leaves_no_file_and_its_neighbour_stays(
    scene, settings, django_capture_on_commit_callbacks
):
    act = make.act(scene.region.executor)
    report = save_report(scene.occurrence.pk, Account(text="Готово"), act=act)
    gone = attach_photo(report, make.photo(), act=act)
    attach_photo(report, make.photo("вход.jpg", "red"), act=act)
    assert len(files(settings)) == 6
    with django_capture_on_commit_callbacks(execute=True):
        detach_evidence(gone, act=act)
    assert len(files(settings)) == 3
    kept = report.evidence.get()
    assert kept.name == "вход.jpg" and stored(kept.original)
