"""The pages of a text's frame: title, period and sections; where a measure stands."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from compliance.domain.calendar.periods import Period
from compliance.models import Revision
from compliance.services.plans.frames import seen_frame
from tests.building.amendments import revised
from tests.building.framed import change, draft, order, text_of, three
from tests.building.scenes import executing

pytestmark = pytest.mark.django_db


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def entered(revision: Revision, *parts: tuple, **given) -> dict[str, str]:
    """What a browser sends: the frame as it is, and these sections (id, place, heading)."""
    rows = parts or tuple((row.pk, row.position, str(row)) for row in revision.sections.all())
    data = {
        "title": revision.title,
        "period_start": f"{revision.period_start}",
        "period_end": f"{revision.period_end}",
        "seen": seen_frame(revision),
        "parts-TOTAL_FORMS": str(len(rows)),
        "parts-INITIAL_FORMS": str(sum(1 for row in rows if row[0])),
        **given,
    }
    for place, row in enumerate(rows):
        for name, value in zip(("section", "order", "heading"), row, strict=True):
            data[f"parts-{place}-{name}"] = str(value)
    return data


def address(revision: Revision) -> str:
    return reverse("revision-frame", args=[revision.plan_id, revision.number])


def test_the_page_changes_a_draft_and_the_plan_offers_it():
    scene = draft()
    client, revision = browser(scene.region.director), text_of(scene)
    assert address(revision) in client.get(scene.plan.get_absolute_url()).content.decode()
    page = client.get(address(revision)).content.decode()
    assert scene.plan.title in page and "I. Открытость информации" in page
    section = revision.sections.get()
    data = entered(revision, (section.pk, 2, "II. Открытость"), ("", 1, "I) Комфорт"),
                   ("", "", "III. Прочее"), ("", "", ""), title="Иначе")  # fmt: skip
    answer = client.post(address(revision), data)
    assert answer.url == scene.plan.get_absolute_url()
    assert order(revision) == ["I. Комфорт:", "II. Открытость: 1.1", "III. Прочее:"]
    assert "Иначе" in client.get(answer.url).content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"title": " "}, "Обязательное поле"),
        ({"period_end": "2001-01-01"}, "раньше первого"),
        ({"parts-0-heading": ""}, "хотя бы один раздел"),
        ({"parts-0-order": "0"}, "больше либо равно 1"),
        ({"parts-TOTAL_FORMS": "x"}, "ManagementForm"),
        ({"parts-0-section": "7" * 30}, "меньше либо равно"),
    ],
)
def test_what_is_wrong_on_the_page_is_said_and_nothing_is_lost(given, words):
    scene = draft()
    client, revision = browser(scene.region.director), text_of(scene)
    answer = client.post(address(revision), {**entered(revision), "title": "Иначе", **given})
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page
    assert "Иначе" in page or "title" in given
    assert text_of(scene).title == scene.plan.title


def test_the_page_of_a_revision_shows_what_was_changed_around_the_measures():
    scene = executing(None, *three())
    client, revision = browser(scene.region.director), revised(scene)
    client.post(address(revision), entered(revision, title="Другое название"))
    version = revision.versions.get(number="1.3")
    form = client.get(reverse("measure-move", args=[version.pk])).content.decode()
    assert "в начале раздела" in form and "после «1.2 М 2»" in form
    client.post(reverse("measure-move", args=[version.pk]),
                {"place": f"first-{version.section_id}"})  # fmt: skip
    page = client.get(revision.get_absolute_url()).content.decode()
    assert "<dt>Название</dt>" in page and "Другое" in page and "перемещено" in page
    assert order(revision) == ["I. Открытость информации: 1.3 1.1 1.2"]
    assert (
        client.post(reverse("measure-move", args=[version.pk]), {"place": "nowhere"}).status_code
        == 422
    )


def test_a_deadline_is_read_for_the_period_of_the_revision():
    scene = executing()
    revision = revised(scene)
    later = Period(scene.plan.period_start, date(scene.plan.period_end.year + 1, 12, 31))
    change(scene, revision, period=later)
    client, words = browser(scene.region.director), {"text": "ежегодно", "plan": scene.plan.pk}
    url = reverse("deadline-preview")
    bound = client.get(url, {**words, "revision": 1}).content.decode()
    drafted = client.get(url, {**words, "revision": 2}).content.decode()
    assert f"{later.end.year}" in drafted and bound != drafted
