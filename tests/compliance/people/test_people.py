"""People on their pages: who is listed, who may change what, and what is left on record."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from python_calamine import CalamineWorkbook

from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import AuditEvent, Invitation, Membership, Organisation, User
from compliance.services.audit.trail import broken_chains
from compliance.services.execution.assignments import name_executor
from compliance.services.people import accounts
from compliance.services.people.accounts import RoleGrant
from compliance.services.people.invitations import invite
from compliance.services.people.lists import (
    PeopleSelection,
    invitation_words,
    listed,
    people_columns,
    people_lines,
    with_roles,
)
from compliance.services.people.rights import may_manage, standing_memberships
from compliance.services.people.substitutions import Absence, enter_substitution
from tests.building import factories as make
from tests.building.changes import changes
from tests.building.scenes import executing

pytestmark = pytest.mark.django_db


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def shown(page: str) -> str:
    return page.split("<main", 1)[1]


def test_a_role_is_given_and_ended_with_an_event_of_what_was_and_is():
    region = make.region()
    act = make.act(region.administrator)
    row = accounts.grant_role(
        region.stranger.pk, RoleGrant(region.own.pk, "executor", "методист"), act=act
    )
    assert region.stranger.jurisdiction().roles == {"executor"}
    today = timezone.localdate()
    accounts.end_role(row.pk, today, act=act)
    given, ended = AuditEvent.objects.about(region.stranger).order_by("pk")
    assert given.organisation == ended.organisation == region.own
    assert (given.after["role"], ended.before["ends_on"]) == ("executor", None)
    assert ended.after["ends_on"] == today.isoformat()
    assert list(broken_chains()) == []


def test_an_administrator_grants_inside_the_own_branch_only():
    region = make.region()
    branch = make.member(region.own, "administrator", "branch")
    act = make.act(branch)
    for place, role in (
        (region.other, "executor"),
        (region.ministry, "administrator"),
        (region.council, "council"),  # its people look after the whole region
    ):
        with pytest.raises(Forbidden):
            accounts.grant_role(region.stranger.pk, RoleGrant(place.pk, role), act=act)
        with pytest.raises(Forbidden):
            accounts.grant_role(branch.pk, RoleGrant(place.pk, role), act=act)
    accounts.grant_role(region.stranger.pk, RoleGrant(region.own.pk, "hr"), act=act)


def test_a_director_names_executors_of_the_own_institution_and_nobody_else():
    region = make.region()
    act = make.act(region.director)
    made = accounts.create_person(
        "Учебнова Анна", "anna@example.org", RoleGrant(region.own.pk, "executor"), act=act
    )
    assert not made.has_usable_password() and made.username == "anna@example.org"
    for grant in (RoleGrant(region.own.pk, "hr"), RoleGrant(region.other.pk, "executor")):
        with pytest.raises(Forbidden):
            accounts.grant_role(made.pk, grant, act=act)
    with pytest.raises(Forbidden):
        accounts.deactivate_person(region.coordinator.pk, "так", act=act)


def test_an_account_above_or_beside_the_branch_cannot_be_taken_over():
    """Whoever also works elsewhere has an address that only somebody above both may change."""
    region = make.region()
    Membership.objects.create(user=region.executor, organisation=region.ministry, role="inspector")
    branch = make.member(region.own, "administrator", "branch")
    make.user("root", is_superuser=True)
    for person in (region.executor, region.coordinator, User.objects.get(username="root")):
        with pytest.raises(Forbidden):
            accounts.change_address(person.pk, "mine@example.org", act=make.act(branch))
    accounts.change_address(
        region.executor.pk, "new@example.org", act=make.act(region.administrator)
    )


def test_nobody_locks_themselves_out():
    region = make.region()
    act = make.act(region.administrator)
    mine = region.administrator.memberships.get()
    for call in (
        lambda: accounts.deactivate_person(region.administrator.pk, "ухожу", act=act),
        lambda: accounts.end_role(mine.pk, timezone.localdate(), act=act),
        lambda: accounts.change_address(region.administrator.pk, "x@example.org", act=act),
    ):
        with pytest.raises(Refusal, match="'not_yourself'"):
            call()


@pytest.mark.parametrize(
    ("grant", "code"),
    [
        ({"role": "director"}, "second_leader"),
        ({"role": "coordinator"}, "role_does_not_fit"),
        ({"role": "hr", "starts_on": "2026-02-02", "ends_on": "2026-02-01"}, "ends_before_start"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_role_that_cannot_be_is_refused_and_what_was_typed_stays(grant, code):
    region = make.region()
    data = {"organisation": region.own.pk, "post": "методист отдела", **grant}
    url = reverse("role-grant", args=[region.executor.pk])
    answer = browser(region.administrator).post(url, data)
    assert answer.status_code == (409 if code == "second_leader" else 422)
    assert "методист отдела" in answer.content.decode()
    assert region.executor.memberships.count() == 1


def test_one_gives_oneself_roles_in_the_own_name_but_not_in_anothers():
    region = make.region()
    grant = RoleGrant(region.own.pk, "hr")
    accounts.grant_role(region.administrator.pk, grant, act=make.act(region.administrator))
    second = make.member(region.ministry, "inspector", "second")
    today = timezone.localdate()
    enter_substitution(
        Absence(region.administrator, second, today, today, "Отпуск"),
        act=make.act(region.administrator),
    )
    with pytest.raises(Refusal, match="'not_yourself'"):
        accounts.grant_role(second.pk, grant, act=make.act(second))
    row = accounts.grant_role(region.executor.pk, grant, act=make.act(second))
    assert (row.user, row.role) == (region.executor, "hr")


@pytest.mark.parametrize(
    ("held", "asked", "is_taken"),
    [
        (("2026-01-01", "2026-03-31"), ("2026-03-31", None), True),
        (("2026-01-01", "2026-03-31"), ("2026-04-01", None), False),
        (("2026-05-01", None), (None, "2026-04-30"), False),
        (("2026-05-01", None), (None, "2026-05-01"), True),
        ((None, None), ("2026-05-01", "2026-05-01"), True),
    ],
)
def test_two_roles_overlap_when_they_share_a_day(held, asked, is_taken):
    def role(days):
        first, last = (date.fromisoformat(day) if day else None for day in days)
        return RoleGrant(1, "hr", starts_on=first, ends_on=last)

    assert accounts.overlaps(role(held), role(asked)) is is_taken
    assert accounts.overlaps(role(asked), role(held)) is is_taken


def grants(region, act):
    """Calls that are refused, each with the refusal and what it says."""
    own, today = region.own.pk, timezone.localdate()
    give, add = accounts.grant_role, accounts.create_person
    closed = make.institution(region.ministry, name="МБУ «Закрытый»", is_active=False)
    gone = make.member(region.own, "hr", "gone", is_active=False, full_name="Ушедшая Анна")
    over = Membership.objects.create(
        user=region.stranger, organisation=region.own, role="hr",
        ends_on=date(2026, 1, 31),
    )  # fmt: skip
    mine = region.executor.memberships.get()
    Membership.objects.filter(pk=mine.pk).update(starts_on=date(2026, 2, 1))
    return [
        (lambda: add("А", "EXECUTOR@example.org", RoleGrant(own, "hr"), act=act),
         Conflict, "address_taken", {"address": "EXECUTOR@example.org"}),
        (lambda: add("А", "Executor", RoleGrant(own, "hr"), act=act),
         Conflict, "address_taken", {"address": "Executor"}),
        (lambda: give(gone.pk, RoleGrant(own, "executor"), act=act),
         Refusal, "person_inactive", {"name": "Ушедшая Анна"}),
        (lambda: give(region.executor.pk, RoleGrant(closed.pk, "executor"), act=act),
         Refusal, "organisation_closed", {"name": "МБУ «Закрытый»"}),
        (lambda: give(region.executor.pk, RoleGrant(own, "coordinator"), act=act),
         Refusal, "role_does_not_fit", {"name": str(region.own)}),
        (lambda: give(region.executor.pk, RoleGrant(own, "executor"), act=act),
         Conflict, "role_held", {"name": "Ольга Исполнителева"}),
        (lambda: give(region.executor.pk, RoleGrant(own, "director"), act=act),
         Conflict, "second_leader", {"name": "Денис Директоров", "place": str(region.own)}),
        (lambda: accounts.end_role(over.pk, today, act=act),
         Conflict, "role_over", {"date": "31.01.2026"}),
        (lambda: accounts.end_role(mine.pk, date(2026, 1, 31), act=act),
         Refusal, "ends_before_start", {}),
        (lambda: accounts.change_address(region.executor.pk, "DIRECTOR@example.org", act=act),
         Conflict, "address_taken", {"address": "DIRECTOR@example.org"}),
        (lambda: accounts.deactivate_person(gone.pk, "так", act=act),
         Conflict, "already_inactive", {"name": "Ушедшая Анна"}),
        (lambda: accounts.deactivate_person(region.executor.pk, " ", act=act),
         Refusal, "reason_given", {}),
        (lambda: accounts.reactivate_person(region.executor.pk, act=act),
         Conflict, "already_active", {"name": "Ольга Исполнителева"}),
    ]  # fmt: skip


def test_each_refusal_about_a_person_says_which_and_about_whom():
    region = make.region()
    for call, kind, code, values in grants(region, make.act(region.administrator)):
        with pytest.raises(Refusal) as refused:
            call()
        said = refused.value
        assert (type(said), said.code, said.values) == (kind, code, values)


def test_a_person_who_comes_back_can_sign_in_again():
    region = make.region()
    act = make.act(region.administrator)
    accounts.deactivate_person(region.executor.pk, "Уволена", act=act)
    assert changes(lambda: accounts.reactivate_person(region.executor.pk, act=act))[1:] == [
        "executor: is_active False → True"
    ]
    event = AuditEvent.objects.get(action="person.reactivate")
    assert (event.before, event.after) == ({"is_active": False}, {"is_active": True})


def test_an_old_address_lets_nobody_in_and_those_of_others_stay():
    region = make.region()
    act = make.act(region.administrator)
    people = [
        accounts.create_person(
            name, f"{name}@example.org", RoleGrant(region.own.pk, "executor"), act=act
        )
        for name in ("anna", "vera")
    ]
    for person in people:
        invite(person.pk, act=act)
        EmailAddress.objects.create(user=person, email=person.email)
    accounts.change_address(people[0].pk, "new@example.org", act=act)
    assert [row.user for row in Invitation.objects.open()] == [people[1]]
    assert [row.user for row in EmailAddress.objects.all()] == [people[1]]
    accounts.deactivate_person(people[1].pk, "Уволена", act=act)
    assert not Invitation.objects.open().exists()


def test_a_closed_account_cannot_sign_in_and_its_open_work_is_told_before():
    scene = executing()
    region = scene.region
    client = browser(region.administrator)
    name_executor(scene.occurrence.assignment, region.executor, act=make.act(region.director))
    url = reverse("person-deactivate", args=[region.executor.pk])
    page = client.get(url).content.decode()
    assert "1 мероприятие ждёт отчёта" in page
    assert reverse("handover", args=[region.executor.pk]) in page
    assert client.post(url, {"reason": " "}).status_code == 422
    assert client.post(url, {"reason": "Уволен"}).status_code == 302
    assert browser(region.executor).get(reverse("home")).status_code == 302, "to the login"
    with pytest.raises(Conflict):
        accounts.deactivate_person(region.executor.pk, "снова", act=make.act(region.administrator))
    client.post(reverse("person-reactivate", args=[region.executor.pk]))
    assert browser(region.executor).get(reverse("home")).status_code == 200


def test_another_address_ends_what_the_login_package_knew_of_the_old_one():
    region = make.region()
    EmailAddress.objects.create(user=region.executor, email=region.executor.email, verified=True)
    accounts.change_address(
        region.executor.pk, "new@example.org", act=make.act(region.administrator)
    )
    assert not EmailAddress.objects.filter(user=region.executor).exists()
    event = AuditEvent.objects.get(action="person.address")
    assert event.after == {"address": "ne…@example.org"}, "the record keeps no address to write to"


def test_the_list_has_whom_one_looks_after_and_nobody_who_has_moved_away():
    region = make.region()
    yesterday = timezone.localdate() - timedelta(days=1)
    leaver = make.member(region.own, "executor", "leaver", full_name="Ушедшая Вера")
    mover = make.member(region.own, "executor", "mover", full_name="Переехавшая Анна")
    Membership.objects.filter(user__in=[leaver, mover]).update(ends_on=yesterday)
    Membership.objects.create(user=mover, organisation=region.other, role="executor")
    page = browser(region.director).get(reverse("people") + "?show=all").content.decode()
    assert "Ушедшая Вера" in page and "Ольга Исполнителева" in page
    assert "Переехавшая Анна" not in page and "Карина Кураторова" not in page
    assert browser(region.director).get(reverse("person", args=[mover.pk])).status_code == 404


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("role=director", {"Денис Директоров", "Мария Чужова"}),
        ("q=исполнителева", {"Ольга Исполнителева"}),
        ("q=ПРИМЕРНЫЙ&role=executor", {"Ольга Исполнителева"}),
        ("show=inactive", {"Клара Кадрова"}),
        ("show=ended", {"Павел Проверяев"}),
        ("q=%00", set()),
        ("show=бред", set()),
        ("organisation=99999999999999999999", set()),
    ],
)
def test_filters_and_the_workbook_of_exactly_what_is_shown(query, names):
    region = make.region()
    User.objects.filter(pk=region.personnel.pk).update(is_active=False)
    Membership.objects.filter(user=region.inspector).update(
        ends_on=timezone.localdate() - timedelta(days=1)
    )
    client = browser(region.coordinator)
    page = shown(client.get(f"{reverse('people')}?{query}").content.decode())
    everybody = {str(person) for person in User.objects.all()}
    assert {name for name in everybody if name in page} == names
    answer = client.get(f"{reverse('people-export')}?{query}")
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content)))
    rows = book.get_sheet_by_index(0).to_python()[1:]
    assert {row[0] for row in rows} == names


def test_a_name_that_looks_like_a_formula_is_exported_as_text():
    region = make.region()
    User.objects.filter(pk=region.executor.pk).update(full_name="=HYPERLINK(1)")
    answer = browser(region.director).get(reverse("people-export"))
    content = b"".join(answer.streaming_content)
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    assert "=HYPERLINK(1)" in {row[0] for row in book.get_sheet_by_index(0).to_python()}


def test_more_people_are_not_more_statements():
    region = make.region()
    client = browser(region.coordinator)
    client.get(reverse("people"))
    counts = []
    for more in (0, 30):
        for number in range(more):
            make.member(region.own, "executor", f"more{number}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("people")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14, counts


def test_the_buttons_are_those_of_the_check():
    region = make.region()
    for part in ("administrator", "director", "coordinator"):
        user = User.objects.get(pk=region.people[part].pk)
        page = browser(user).get(reverse("person", args=[region.executor.pk])).content.decode()
        standing = standing_memberships([region.executor], timezone.localdate())
        manages = may_manage(user, region.executor, standing[region.executor.pk])
        assert (reverse("person-deactivate", args=[region.executor.pk]) in page) == manages
        assert (reverse("role-grant", args=[region.executor.pk]) in page) == manages
    assert Organisation.objects.count() == 4


def test_what_a_person_says_under_each_heading():
    region = make.region()
    Membership.objects.filter(user=region.executor).update(
        post="методист", starts_on=date(2026, 1, 1), ends_on=date(2030, 12, 31)
    )
    rows = with_roles(User.objects.filter(pk=region.executor.pk), region.administrator,
                      date(2026, 5, 20))  # fmt: skip
    (line,) = people_lines(rows)
    with translation.override("ru"):
        assert [(one.title, one.width, one.value(line)) for one in people_columns()] == [
            ("Фамилия, имя, отчество", 36, "Ольга Исполнителева"),
            ("Электронная почта", 30, "executor@example.org"),
            ("Организация", 50, "ГБУ «Примерный центр социального обслуживания»"),
            ("Роль", 28, "Ответственный исполнитель"),
            ("Должность", 30, "методист"),
            ("С", 12, date(2026, 1, 1)),
            ("По", 12, date(2030, 12, 31)),
            ("Доступ", 34, "Ещё не приглашён"),
        ]
        nobody = people_lines([region.stranger])
        assert [one.value(*nobody) for one in people_columns()[:1]] == ["Иван Посторонний"]


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Приглашение отправляется"),
        ({"used_at": 0}, "Принято"),
        ({"revoked_at": 0}, "Отозвано"),
        ({"state": "permanent"}, "Приглашение не доставлено"),
        ({"state": "unknown"}, "Неизвестно, дошло ли приглашение"),
        ({"state": "accepted", "valid_until": 0}, "Срок приглашения истёк"),
        ({"state": "accepted", "valid_until": 1}, "Приглашён, ещё не входил"),
        ({"state": "accepted"}, "Приглашён, ещё не входил"),
    ],
)
def test_what_became_of_an_invitation(given, words):
    now = timezone.now()
    values = {
        name: now + value * DAY if isinstance(value, int) else value
        for name, value in given.items()
    }
    with time_machine.travel(now, tick=False), translation.override("ru"):
        assert invitation_words(Invitation(**values)) == words


@pytest.mark.parametrize(
    ("show", "names"),
    [
        ("working", "admin council director foreign head hr inspector coordinator executor"),
        ("never", "admin council director foreign head hr inspector coordinator"),
        ("unreached", "director hr"),
        ("ended", "ended"),
        ("inactive", "inactive"),
        ("all", "admin council director foreign head hr inspector coordinator executor ended "
                "inactive"),
    ],
)  # fmt: skip
def test_each_list_of_people(show, names):
    region = make.region()
    today = timezone.localdate()
    make.member(region.own, "hr", "inactive", is_active=False)
    ended = make.member(region.own, "hr", "ended")
    ended.memberships.update(ends_on=today - DAY)
    User.objects.filter(pk=region.executor.pk).update(last_login=timezone.now())
    for person, state in (
        (region.director, "permanent"), (region.personnel, "unknown"), (region.head, "accepted"),
        (region.executor, "permanent"),
    ):  # fmt: skip
        Invitation.objects.create(
            user=person, organisation=region.own, state=state, made_at=timezone.now(),
            next_try_at=timezone.now(),
        )  # fmt: skip
    found = listed(region.administrator, PeopleSelection(show), today)
    assert sorted(one.username for one in found) == sorted(names.split())


def test_people_are_narrowed_by_place_role_and_ten_words():
    region = make.region()
    today = timezone.localdate()

    def found(**wanted):
        rows = listed(region.administrator, PeopleSelection(**wanted), today)
        return [one.username for one in rows]

    assert found(organisation=region.own.pk) == ["director", "executor"]
    assert found(organisation=region.own.pk, role="executor") == ["executor"]
    assert found(role="director") == ["director", "foreign"]
    assert found(words="ДРУГОЙ чужова") == ["foreign"]
    assert found(words="executor@") == ["executor"]
    assert found(words="чужова " * 9 + "нет") == []
    assert found(words="чужова " * 10 + "нет") == ["foreign"]
