"""A role that is over, or not yet begun, or held elsewhere gives nobody a view of anybody."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.models import Membership, Organisation, Substitution, User
from notifications.models import Message
from tests.building import factories as make
from workflows.services.tasks.handover import possible_heirs

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> make.Region:
    return make.region()


@pytest.fixture
def far(region) -> Organisation:
    return make.ministry(name="Министерство другой области")


@pytest.fixture
def far_house(far) -> Organisation:
    return make.institution(far, name="Дальний центр")


@pytest.fixture
def colleague(far_house) -> User:
    return make.member(far_house, "executor", "colleague", full_name="Дарья Дальняя")


@pytest.fixture
def moved(region, far_house) -> User:
    """Somebody who worked in the own institution until last month and now works far away."""
    person = make.user("moved", full_name="Пётр Переехавший")
    work(person, region.own, ends=-30)
    work(person, far_house, begins=-29)
    return person


@pytest.fixture
def in_both(region, far_house) -> User:
    """Somebody who works here and far away."""
    person = make.user("both", full_name="Вера Двойная")
    work(person, region.own)
    work(person, far_house)
    return person


def work(person: User, place: Organisation, *, begins: int | None = None, ends: int | None = None):
    """An executor's role from and until so many days from today."""
    Membership.objects.create(
        user=person, organisation=place, role="executor", starts_on=day(begins), ends_on=day(ends)
    )


def day(shift: int | None) -> date | None:
    return None if shift is None else timezone.localdate() + timedelta(days=shift)


def letter(person: User, **given) -> Message:
    now = timezone.now()
    values = {
        "day": now.date(), "time_zone": "Europe/Moscow", "state": "permanent", "reason": "refused",
        "created_at": now, "next_try_at": now, "finished_at": now, "subject": "Сроки",
        "text": "Текст", "html": "<p>Текст</p>", "address": person.email,
    }  # fmt: skip
    return Message.objects.create(addressee=person, **(values | given))


def page(viewer: User, name: str, *args: int, **query: str) -> tuple[int, str]:
    client = Client()
    client.force_login(viewer)
    answer = client.get(reverse(name, args=args), query)
    return answer.status_code, answer.content.decode()


def opens(viewer: User, found: Message) -> bool:
    return page(viewer, "letter", found.pk)[0] == 200


# --- Letters --------------------------------------------------------------------------------------


def test_letters_of_somebody_who_has_moved_are_overseen_where_they_are_about(
    region, far, far_house, moved
):
    keeper = make.member(far, "administrator", "far-admin")
    here = letter(moved, branch=region.own.path, day="2026-01-12")
    there = letter(moved, branch=far_house.path, day="2026-03-16", subject="Дальние сроки")
    assert (opens(region.administrator, here), opens(region.administrator, there)) == (True, False)
    assert (opens(keeper, here), opens(keeper, there)) == (False, True)
    assert "Дальние сроки" not in page(region.administrator, "mail")[1]
    client = Client()
    client.force_login(region.administrator)
    assert client.post(reverse("letter-resend", args=[there.pk])).status_code == 404


def test_a_letter_about_two_regions_is_nobodys_but_its_readers(region, far, in_both):
    keeper = make.member(far, "administrator", "far-admin")
    both = letter(in_both, branch="/")
    assert [opens(one, both) for one in (region.administrator, keeper, in_both)] == [
        False,
        False,
        True,
    ]


def test_a_letter_without_words_is_overseen_by_who_administers_every_place_of_its_reader(
    region, moved, in_both
):
    empty = {"text": "", "html": "", "subject": "", "state": "waiting", "finished_at": None,
             "reason": ""}  # fmt: skip
    found = [
        opens(region.administrator, letter(person, **empty))
        for person in (region.executor, moved, in_both)
    ]
    assert found == [True, False, False]


def test_an_institutions_administrator_reads_nothing_written_to_the_ministry(region):
    local = make.member(region.own, "administrator", "local-admin")
    assert opens(local, letter(region.director, branch=region.own.path))
    assert not opens(local, letter(region.coordinator, branch=region.ministry.path))


# --- People ---------------------------------------------------------------------------------------


def test_whoever_has_moved_is_not_found_where_they_worked(region, moved):
    for viewer in (region.director, region.coordinator, region.administrator):
        assert "Пётр Переехавший" not in page(viewer, "substitutions", q="Переехавший")[1]
        for name in ("substitution-enter", "handover"):
            assert page(viewer, name, moved.pk)[0] == 404, name
    for viewer in (region.coordinator, region.administrator):
        assert page(viewer, "rights", person=str(moved.pk))[0] == 404
        assert f"person={moved.pk}" not in page(viewer, "rights", person="Переехавший")[1]


def test_who_left_for_nowhere_or_begins_tomorrow_is_still_found(region):
    gone, coming = make.user("gone", full_name="Глеб Ушедший"), make.user("coming")
    work(gone, region.own, ends=-30)
    work(coming, region.own, begins=1)
    for person in (gone, coming):
        assert page(region.director, "handover", person.pk)[0] == 200
        assert person.full_name in page(region.director, "substitutions", q=person.full_name)[1]


def test_who_left_twice_belongs_to_the_place_they_left_last(region, far_house):
    person = make.user("twice", full_name="Юлия Дважды")
    work(person, region.own, ends=-400)
    work(person, far_house, begins=-399, ends=-30)
    assert page(region.director, "substitution-enter", person.pk)[0] == 404
    assert "Юлия Дважды" not in page(region.administrator, "people", show="all")[1]


def test_possible_substitutes_are_people_of_places_that_one_looks_after(region, in_both, colleague):
    status, words = page(region.director, "substitution-enter", in_both.pk)
    assert status == 200 and "Ольга Исполнителева" in words and "Дарья Дальняя" not in words
    own = page(in_both, "substitution-enter", in_both.pk)[1]
    assert "Ольга Исполнителева" in own and "Дарья Дальняя" in own


def test_a_substitute_from_where_one_does_not_look_after_is_not_taken(region, in_both, colleague):
    client = Client()
    client.force_login(region.director)
    today = timezone.localdate()
    given = {"substitute": colleague.pk, "starts_on": today, "ends_on": today, "reason": "Отпуск"}
    url = reverse("substitution-enter", args=[in_both.pk])
    assert client.post(url, given).status_code == 422
    assert not Substitution.objects.exists()


def test_heirs_are_people_of_places_that_one_looks_after(region, far_house, colleague):
    """Who came from far away has worked there; whoever works there now is no heir of theirs."""
    came = make.user("came", full_name="Роман Приехавший")
    work(came, far_house, ends=-30)
    work(came, region.own, begins=-29)
    heirs = possible_heirs(came, timezone.localdate(), viewer=region.director)
    assert [one.full_name for one in heirs] == ["Денис Директоров", "Ольга Исполнителева"]


def test_absences_of_somebody_who_has_moved_are_not_told_where_they_worked(
    region, moved, colleague
):
    rows = [
        Substitution.objects.create(
            absent=moved, substitute=colleague, reason=reason, entered_at=timezone.now(),
            starts_on=day(first), ends_on=day(first + 2),
        )
        for first, reason in ((-60, "Тогда"), (0, "Теперь"))
    ]  # fmt: skip
    seen = Substitution.objects.visible_to(User.objects.get(pk=region.director.pk))
    assert [row.pk for row in seen] == [rows[0].pk]


def test_a_measure_names_only_people_who_work_in_the_institution(region, moved):
    version = make.plan(region).revisions.get().versions.get()
    words = page(region.director, "measure", version.pk)[1]
    assert "Ольга Исполнителева" in words and "Пётр Переехавший" not in words
