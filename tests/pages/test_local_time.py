"""Each person sees the time and the date of their own organisation at the same instant."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from compliance.models import Organisation
from tests.building import factories as make
from tests.building.scenes import executing

pytestmark = pytest.mark.django_db


def test_kamchatka_and_kaliningrad_see_their_own_today():
    with time_machine.travel(datetime(2026, 3, 10, 20, tzinfo=UTC), tick=False):
        region = make.region()
        executing(region, make.measure(deadline_text="до 11.03.2026"))
        executing(region, make.measure(deadline_text="до 11.03.2026"), organisation=region.other)
        Organisation.objects.filter(pk=region.own.pk).update(time_zone="Asia/Kamchatka")
        Organisation.objects.filter(pk=region.other.pk).update(time_zone="Europe/Kaliningrad")
        pages = []
        for person in (region.director, region.foreign_director):
            client = Client()
            client.force_login(person)
            pages.append(client.get(reverse("home")).content.decode())
    assert ">сегодня<" in pages[0] and ">завтра<" not in pages[0]
    assert ">завтра<" in pages[1] and ">сегодня<" not in pages[1]
