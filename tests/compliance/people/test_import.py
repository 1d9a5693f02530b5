"""A region's people from one table: what is found, what is refused, and that it is stored once."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.files.incoming.files import open_tables
from compliance.models import AuditEvent, Membership, Organisation, PeopleUpload, User
from compliance.services.audit.trail import broken_chains
from compliance.services.people.imports import storing
from compliance.services.people.imports.matching import Matched, RowChange
from compliance.services.people.imports.template import (
    TIME_ZONES,
    known,
    known_roles,
    template,
)
from compliance.services.uploads import forget_uploads
from tests.building import factories as make
from tests.building.changes import changes
from tests.building.people_workbooks import institution, person, workbook

pytestmark = pytest.mark.django_db

NEW = "ГБУ «Новый дом-интернат»"
COUNCIL = "Общественный совет при министерстве"
MINISTRY = "Министерство социальной защиты Примерной области"
OWN = "ГБУ «Примерный центр социального обслуживания»"


def uploaded(content: bytes, who: User) -> PeopleUpload:
    return storing.keep_upload(content, "люди.xlsx", act=make.act(who))


def stored(content: bytes, who: User):
    upload = uploaded(content, who)
    fingerprint = storing.preview(upload, make.act(who)).fingerprint
    return storing.store_upload(upload.pk, fingerprint, act=make.act(who))


def problems(content: bytes, who: User) -> list[tuple[int, str, str]]:
    found = storing.preview(uploaded(content, who), make.act(who)).problems
    return [(one.line, one.column, one.code) for one in found]


def full() -> bytes:
    return workbook(
        [
            # The part stands above what it is part of, and names its ministry by another case.
            institution("Отделение № 1", NEW),
            institution(NEW, MINISTRY.upper(), short="Новый дом", town="г. Учебный"),
        ],
        [
            person("Учебнова Анна", "Anna@Example.org", "Новый дом", "директор", "директор"),
            person("Учебнова Анна", "anna@example.org", "Отделение № 1", "Исполнитель"),
            person("Образцов Пётр", "petr@example.org", NEW, "Исполнитель", first=date(2026, 1, 1)),
            person("Ольга  Исполнителева", "executor@example.org", OWN, "Исполнитель"),
            person("Макетова Вера", "", COUNCIL, "Член совета", login="maketova"),
        ],
    )


def test_a_region_is_stored_in_one_act_and_a_second_time_changes_nothing():
    region = make.region()
    first = stored(full(), region.administrator)
    assert first.problems == []
    assert first.counts()["organisations"] == {"new": 2}
    assert first.counts()["people"] == {"new": 3, "unchanged": 1}
    assert first.counts()["roles"] == {"new": 4, "unchanged": 1}
    part = Organisation.objects.get(name="Отделение № 1")
    assert part.path == f"{region.ministry.path}{part.parent_id}/{part.pk}/"
    anna = User.objects.get(email="anna@example.org")
    assert anna.username == "anna@example.org" and not anna.has_usable_password()
    rows = (Organisation.objects.count(), User.objects.count(), Membership.objects.count())
    second = stored(full(), region.administrator)
    assert second.is_empty
    assert rows == (
        Organisation.objects.count(), User.objects.count(), Membership.objects.count(),
    )  # fmt: skip
    event = AuditEvent.objects.get(action="people.import")
    assert event.organisation == region.ministry
    assert "anna" not in str(event.after) and "Учебнова" not in str(event.after)
    assert list(broken_chains()) == []


def filled(user):
    places = known(user)
    return template(places, known_roles(places))


def test_what_the_template_holds_is_known_and_its_examples_are_not_read():
    region = make.region()
    with filled(region.administrator) as file:
        upload = uploaded(file.read(), region.administrator)
    found = storing.preview(upload, make.act(region.administrator))
    assert found.problems == [] and found.is_empty
    assert found.examples == 2
    assert found.counts()["people"]["unchanged"] == 9
    with template([], []) as file:
        assert problems(file.read(), region.administrator) == [(0, "", "no_rows")]


def test_the_template_offers_its_lists_and_examples_under_their_headings():
    with template([], []) as file:
        data = file.read()
    *_instruction, places, people, lists = open_tables(data, 100_000)
    assert [sheet.name for sheet in (places, people, lists)] == ["Организации", "Люди", "Списки"]
    assert list(map(str, places.rows[0])) == [
        "Наименование *", "Краткое наименование", "Вид *", "Входит в", "Группа рейтинга",
        "Муниципалитет", "Сайт", "Часовой пояс",
    ]  # fmt: skip
    assert list(map(str, places.rows[1])) == [
        "Пример: ГБУ «Учебный центр социального обслуживания»", "Учебный центр", "Учреждение",
        "Министерство", "Полустационар", "г. Учебный", "https://example.org", "Europe/Moscow",
    ]  # fmt: skip
    assert list(map(str, people.rows[1]))[:7] == [
        "Пример: Учебнова Анна Ивановна", "uchebnova@example.org", "", "Учебный центр",
        "Ответственный исполнитель", "заведующая отделением", "01.09.2026",
    ]  # fmt: skip
    rule = re.compile(r'<dataValidation [^>]*sqref="(\w+):\w+"[^>]*><formula1>([^<]+)</formula1>')
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        first, second = (
            rule.findall(parts.read(f"xl/worksheets/sheet{number}.xml").decode())
            for number in (2, 3)
        )
    assert first == [("C2", "Списки!$A$2:$A$4"), ("H2", "Списки!$C$2:$C$13")]
    assert second == [("E2", "Списки!$B$2:$B$9")]
    assert list(map(str, lists.rows[0])) == ["Вид", "Роль", "Часовой пояс"]
    assert [str(row[1]) for row in lists.rows[1:9]] == [
        "Ответственный исполнитель", "Руководитель учреждения", "Куратор", "Проверяющий",
        "Руководитель органа власти", "Член общественного совета", "Кадры и премирование",
        "Администратор",
    ]  # fmt: skip


@pytest.mark.parametrize("parent", [COUNCIL, "МБУ «Закрытый»"])
def test_nothing_is_founded_below_a_council_or_a_closed_institution(parent):
    region = make.region()
    make.institution(region.ministry, name="МБУ «Закрытый»", is_active=False)
    content = workbook([institution(NEW, parent)], [])
    assert problems(content, region.administrator) == [(2, "Входит в", "parent_wrong")]


def test_changes_are_shown_and_empty_cells_change_nothing():
    region = make.region()
    Membership.objects.filter(user=region.executor).update(post="методист")
    content = workbook(
        [institution(OWN, group="Полустационар")],
        [
            person("Ольга Новофамильная", "executor@example.org", OWN, "исполнитель"),
            person("Денис Директоров", "d2@example.org", OWN, "Директор", login="director"),
        ],
    )
    found = stored(content, region.administrator)
    assert found.counts()["people"] == {"changed": 2}
    assert User.objects.get(username="executor").full_name == "Ольга Новофамильная"
    assert User.objects.get(username="director").email == "d2@example.org"
    assert Membership.objects.get(user=region.executor).post == "методист"
    region.own.refresh_from_db()
    assert region.own.rating_group == "Полустационар" and region.own.name == OWN


def test_all_that_a_table_changes():
    region = make.region()
    Membership.objects.filter(user=region.executor).update(starts_on=date(2026, 1, 1))
    own = [OWN, "Наш центр", "Учреждение", "", "Полустационар", "г. Учебный",
           "https://example.org", "Asia/Omsk"]  # fmt: skip
    content = workbook(
        [own, institution(NEW, MINISTRY)],
        [
            person("Исполнителева О.", "executor@example.org", OWN, "Исполнитель", "методист",
                   first=date(2026, 1, 1), last=date(2026, 12, 31)),
            person("Денис Директоров", "denis@example.org", OWN, "Директор", login="director"),
            person("Учебнова Анна", "anna@example.org", NEW, "Кадры", "кадровик"),
        ],
    )  # fmt: skip
    with time_machine.travel("2026-05-20 09:00+00:00", tick=False):
        found = changes(lambda: stored(content, region.administrator))
    assert [line for line in found if "AuditEvent" not in line and "PeopleUpload" not in line] == [
        "+ Membership: user_id=anna@example.org, organisation_id=Organisation 5, role=hr, "
        "post=кадровик",
        f"+ Organisation: kind=institution, name={NEW}, parent_id=Organisation 1, "
        f"path={Organisation.objects.get(name=NEW).path}",
        "+ User: username=anna@example.org, full_name=Учебнова Анна, email=anna@example.org",
        "Membership 1: post — → методист, ends_on — → 2026-12-31",
        "Organisation 2: short_name — → Наш центр, rating_group — → Полустационар, "
        "municipality — → г. Учебный, website — → https://example.org, "
        "time_zone Europe/Moscow → Asia/Omsk",
        "director: email director@example.org → denis@example.org",
        "executor: full_name Ольга Исполнителева → Исполнителева О.",
    ]
    new, anna = Organisation.objects.get(name=NEW), User.objects.get(username="anna@example.org")
    held = region.executor.memberships.get()
    given = anna.memberships.get()
    assert AuditEvent.objects.get(action="people.import").after == {
        "organisations_changed": [
            [region.own.pk, "municipality", "rating_group", "short_name", "time_zone", "website"]
        ],
        "organisations_new": [[new.pk]],
        "people_changed": [[region.executor.pk, "full_name"], [region.director.pk, "email"]],
        "people_new": [[anna.pk]],
        "roles_changed": [
            [held.pk, region.executor.pk, region.own.pk, "executor", "ends_on", "post"]
        ],
        "roles_new": [[given.pk, anna.pk, new.pk, "hr"]],
    }


def test_a_superuser_founds_a_ministry_beside_another():
    region = make.region()
    root = make.user("root", is_superuser=True)
    content = workbook(
        [institution("Министерство труда Другой области", kind="Министерство")],
        [person("Учебнова Анна", "anna@example.org", "Министерство труда Другой области",
                "Куратор")],
    )  # fmt: skip
    assert stored(content, root).problems == []
    made = Organisation.objects.get(name="Министерство труда Другой области")
    assert (made.parent, made.path) == (None, f"/{made.pk}/")
    assert AuditEvent.objects.get(action="people.import").organisation == made
    assert problems(content, region.administrator)[0] == (2, "Входит в", "outside_branch")


def anna(place: str = OWN, role: str = "Исполнитель", **given) -> list:
    return person(
        given.pop("name", "Учебнова А."), given.pop("email", "a@example.org"), place, role, **given
    )


WRONG = [
    (anna("Нет такого"), "unknown_organisation"),
    (anna("МБУ «Закрытый»"), "organisation_closed"),
    (anna(role="Куратр"), "unknown_role"),
    (anna(role="Куратор"), "role_does_not_fit"),
    (anna(role="Директор"), "two_leaders"),
    (anna(email="a@example"), "bad_email"),
    (anna(email="аnna@example.org"), "email_cyrillic"),
    (anna(email=""), "empty_cell"),
    (anna(first="31.02.2026"), "bad_date"),
    (anna(first=date(1900, 3, 1)), "absurd_date"),
    (anna(first="02.02.2026", last="01.02.2026"), "ends_before_start"),
    (anna(name="=HYPERLINK(1)"), "formula"),
    (anna(login="director"), "login_taken"),
    (anna(name="Другое Имя", email="admin@example.org"), "known_otherwise"),
]


@pytest.mark.parametrize(("row", "code"), WRONG, ids=[code for _row, code in WRONG])
def test_an_error_is_told_by_row_and_column_and_nothing_is_stored(row, code):
    region = make.region()
    make.institution(region.ministry, name="МБУ «Закрытый»", is_active=False)
    good = person("Образцов Пётр", "petr@example.org", OWN, "Исполнитель")
    upload = uploaded(workbook([], [good, row]), region.administrator)
    found = storing.preview(upload, make.act(region.administrator))
    codes = [(one.sheet, one.line, one.code) for one in found.problems]
    assert codes == [("Люди", 3, code)]
    with pytest.raises(Refusal):
        storing.store_upload(upload.pk, found.fingerprint, act=make.act(region.administrator))
    assert not User.objects.filter(email="petr@example.org").exists()


def test_rows_that_contradict_each_other_are_told():
    region = make.region()
    content = workbook(
        [institution("А", "Б"), institution("Б", "А"), institution(NEW), institution(NEW)],
        [
            person("Учебнова Анна", "a@example.org", OWN, "Исполнитель"),
            person("Учебнова Белла", "a@example.org", OWN, "Исполнитель"),
            person("Образцов Пётр", "p@example.org", OWN, "Исполнитель"),
            person("Образцов Пётр", "p@example.org", OWN, "Исполнитель"),
            person("Первый Директор", "one@example.org", NEW, "Директор"),
            person("Второй Директор", "two@example.org", NEW, "Директор"),
        ],
    )
    assert {(line, code) for line, _column, code in problems(content, region.administrator)} == {
        (2, "parent_loop"), (3, "parent_loop"), (5, "repeated"), (3, "names_differ"),
        (5, "repeated"), (7, "two_leaders"),
    }  # fmt: skip


def test_a_director_may_follow_another():
    region = make.region()
    content = workbook(
        [],
        [
            person("Денис Директоров", "director@example.org", OWN, "Директор", last="31.12.2030"),
            person("Учебнова Анна", "a@example.org", OWN, "Директор", first="01.01.2031"),
        ],
    )
    assert stored(content, region.administrator).counts()["roles"] == {"changed": 1, "new": 1}


def test_a_role_that_is_over_is_not_given_anew_by_the_same_old_table():
    region = make.region()
    content = workbook([], [person("Учебнова Анна", "a@example.org", OWN, "Исполнитель")])
    stored(content, region.administrator)
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(user__email="a@example.org").update(ends_on=yesterday)
    assert problems(content, region.administrator) == [(2, "Работает с", "role_over")]


def test_nobody_reaches_beyond_their_branch():
    region = make.region()
    branch = make.member(region.own, "administrator", "branch")
    neighbour = make.ministry(name="Министерство другой области")
    content = workbook(
        [institution("Новое министерство", kind="Министерство")],
        [
            person("Учебнова Анна", "a@example.org", region.other.name, "Исполнитель"),
            person("Учебнова Белла", "b@example.org", neighbour.name, "Администратор"),
            person("Учебнова Вера", "v@example.org", MINISTRY, "Администратор"),
            # Somebody above: their address may not be moved to where a password can be set.
            person(
                "Карина Кураторова", "mine@example.org", OWN, "Исполнитель", login="coordinator"
            ),
        ],
    )
    assert {code for _line, _column, code in problems(content, branch)} == {
        "outside_branch", "unknown_organisation", "known_otherwise",
    }  # fmt: skip
    with pytest.raises(Forbidden):
        uploaded(content, region.coordinator)


@pytest.mark.parametrize("kind", ["Министерство", "Общественный совет"])
def test_an_institution_founds_no_council_and_no_authority_of_its_own(kind):
    region = make.region()
    branch = make.member(region.own, "administrator", "branch")
    content = workbook([institution("Свой орган", OWN, kind=kind)], [])
    for who in (branch, region.administrator):
        assert problems(content, who) == [(2, "Входит в", "not_below_institution")]


def test_a_look_that_is_out_of_date_is_refused_and_shown_anew():
    region = make.region()
    content = workbook([], [person("Учебнова Анна", "a@example.org", OWN, "Исполнитель")])
    upload = uploaded(content, region.administrator)
    old = storing.preview(upload, make.act(region.administrator)).fingerprint
    make.user("a@example.org", email="a@example.org", full_name="Учебнова Анна")
    client = Client()
    client.force_login(region.administrator)
    answer = client.post(reverse("people-preview", args=[upload.pk]), {"fingerprint": old})
    assert answer.status_code == 409
    assert answer.context["matched"].counts()["people"] == {"unchanged": 1}


def test_an_upload_is_its_uploaders_for_a_day_and_once():
    region = make.region()
    other = make.member(region.ministry, "administrator", "other-admin")
    content = workbook([], [person("Учебнова Анна", "a@example.org", OWN, "Исполнитель")])
    upload = uploaded(content, region.administrator)
    assert storing.upload_of(upload.pk, make.act(other)) is None
    fingerprint = storing.preview(upload, make.act(region.administrator)).fingerprint
    act = make.act(region.administrator)
    storing.store_upload(upload.pk, fingerprint, act=act)
    with pytest.raises(Conflict):
        storing.store_upload(upload.pk, fingerprint, act=act)
    assert bytes(PeopleUpload.objects.get().content) == b""
    assert forget_uploads(timezone.now()) == 0
    assert forget_uploads(timezone.now() + timedelta(days=2)) == 1


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 50, b"PK\x03\x04garbage", "ФИО;почта".encode()], ids=repr
)
def test_a_file_that_is_no_workbook_is_refused_in_words(content):
    region = make.region()
    client = Client()
    client.force_login(region.administrator)
    file = SimpleUploadedFile("x.xlsx", content)
    answer = client.post(reverse("people-import"), {"file": file})
    assert answer.status_code == 422 and "Исправьте" in answer.content.decode()


def test_the_whole_way_by_pages():
    region = make.region()
    client = Client()
    client.force_login(region.administrator)
    file = SimpleUploadedFile("люди.xlsx", full())
    answer = client.post(reverse("people-import"), {"file": file}, follow=True)
    assert answer.status_code == 200 and "Сохранить всё" in answer.content.decode()
    fingerprint = answer.context["matched"].fingerprint
    answer = client.post(answer.request["PATH_INFO"], {"fingerprint": fingerprint}, follow=True)
    assert "Новых организаций: 2" in answer.content.decode()
    assert "Учебнова Анна" in answer.content.decode(), "the list of who has never signed in"


def test_as_many_statements_for_many_rows_as_for_few():
    counts = []
    for size in (3, 60):
        User.objects.update(email="")
        top = make.ministry(name=f"Министерство {size}")
        admin = make.member(top, "administrator", f"admin{size}")
        places = [institution(f"ГБУ № {n} из {size}", top.name) for n in range(size)]
        people = [
            person(f"Учебнова {n}", f"u{n}.{size}@example.org", f"ГБУ № {n} из {size}", "Директор")
            for n in range(size)
        ]
        upload = uploaded(workbook(places, people), admin)
        with CaptureQueriesContext(connection) as queries:
            found = storing.preview(upload, make.act(admin))
            storing.store_upload(upload.pk, found.fingerprint, act=make.act(admin))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 45, counts


@pytest.mark.parametrize(
    "other",
    [
        {"role": "hr"}, {"post": "завхоз"}, {"starts_on": date(2026, 1, 2)},
        {"ends_on": date(2026, 12, 30)},
    ],
)  # fmt: skip
def test_looks_at_different_new_roles_differ(other):
    given = {
        "role": "executor", "post": "методист", "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
    }  # fmt: skip

    def look(**role):
        return Matched(roles=[RowChange(Membership(**role), 2)]).fingerprint

    assert look(**given) == look(**given) != look(**{**given, **other})


def test_looks_at_different_new_names_differ():
    def look(thing, line=2):
        return Matched(people=[RowChange(thing, line)]).fingerprint

    assert look(User(username="anna")) == look(User(username="anna"))
    assert look(User(username="anna")) != look(User(username="vera"))
    assert look(User(username="anna")) != look(User(username="anna"), 3)
    assert look(Organisation(name="Дом")) != look(Organisation(name="Очаг"))


def test_the_time_zones_of_the_template_are_those_of_the_country():
    assert TIME_ZONES == (
        "Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg",
        "Asia/Omsk", "Asia/Novosibirsk", "Asia/Krasnoyarsk", "Asia/Irkutsk", "Asia/Yakutsk",
        "Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka",
    )  # fmt: skip
