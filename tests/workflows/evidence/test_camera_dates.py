"""A camera's clock shows the time of its place: so its date is compared, and so it is shown."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from compliance.domain.calendar.periods import Period
from compliance.models import Organisation
from compliance.services.evidence.comparing import photo_warnings
from compliance.services.evidence.files import attach_photo
from compliance.services.evidence.reports import Account, save_report
from tests.building import factories as make
from tests.building.scenes import Scene, executing
from workflows.models import Process
from workflows.services.plans.sending import submit_execution

pytestmark = pytest.mark.django_db

# 12 January 2026, noon in Vladivostok; there and in Moscow one date.
NOON = datetime(2026, 1, 12, 2, tzinfo=UTC)


def taken(at: str) -> SimpleUploadedFile:
    """A photo whose camera says it was taken then."""
    exif = Image.Exif()
    exif[306] = at
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("стенд.jpg", out.getvalue(), content_type="image/jpeg")


def reported(zone: str, at: str) -> Scene:
    """A report of an institution of the zone under a plan of 2026, with one photo."""
    region = make.region()
    Organisation.objects.filter(pk=region.own.pk).update(time_zone=zone)
    region.own.refresh_from_db()
    scene = executing(
        region,
        make.measure(deadline_text="до 15.01.2026", proof="photo"),
        period=Period(date(2026, 1, 1), date(2026, 12, 31)),
    )
    act = make.act(region.executor)
    draft = save_report(scene.occurrence.pk, Account("Готово"), act=act)
    attach_photo(draft, taken(at), act=act)
    submit_execution(scene.occurrence.pk, act=act)
    return scene


@pytest.mark.parametrize(
    ("zone", "at", "warned"),
    [
        # In UTC 31 December 22:00, in Vladivostok the first of January.
        ("Asia/Vladivostok", "2026:01:01 08:00:00", []),
        ("Asia/Vladivostok", "2026:01:01 00:00:00", []),
        ("Asia/Vladivostok", "2025:12:31 23:59:59", [date(2025, 12, 31)]),
        ("Europe/Kaliningrad", "2026:01:01 00:30:00", []),
        ("Europe/Kaliningrad", "2025:12:31 23:30:00", [date(2025, 12, 31)]),
    ],
)
def test_a_photo_is_of_the_date_that_its_institution_had(zone, at, warned):
    with time_machine.travel(NOON, tick=False):
        scene = reported(zone, at)
        occurrence = scene.occurrence
        photos = list(occurrence.reports.get(status="submitted").evidence.all())
        found = photo_warnings(photos, occurrence)
    assert [one.taken_on for one in found] == warned


def test_an_inspector_in_moscow_reads_the_time_of_the_camera_itself():
    with time_machine.travel(NOON, tick=False):
        scene = reported("Asia/Vladivostok", "2025:12:31 23:30:00")
        client = Client()
        client.force_login(scene.region.inspector)
        verification = Process.objects.get(report__isnull=False)
        page = client.get(verification.get_absolute_url()).content.decode()
        own = client.get(scene.occurrence.get_absolute_url()).content.decode()
    assert "31.12.2025 23:30" in page and "31.12.2025 23:30" in own
    assert "31.12.2025 16:30" not in page + own, "that is Moscow's time of the same instant"
