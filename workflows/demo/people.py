"""Organisations and people of the demonstration. Names are plainly invented."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import count

from django.contrib.auth.hashers import make_password

from compliance.models import Membership, Organisation, User
from compliance.models.roles import Role

PASSWORD = "demo"
MINISTRY = "Департамент Кемеровской области по социальному развитию"
COUNCIL = "Общественный совет при Департаменте"

# login → name, role, post. The order is that of the demo's login page.
CAST = {
    "executor": ("Исполнителева Ольга Сергеевна", Role.EXECUTOR, "заведующая отделением"),
    "director": ("Директоров Денис Игоревич", Role.DIRECTOR, "директор"),
    "coordinator": ("Кураторова Карина Львовна", Role.COORDINATOR, "начальник отдела"),
    "inspector": ("Проверяев Павел Андреевич", Role.INSPECTOR, "главный специалист"),
    "head": ("Главная Нина Петровна", Role.HEAD, "и.о. начальника Департамента"),
    "council": ("Советов Семён Ильич", Role.COUNCIL, "председатель совета"),
    "hr": ("Кадрова Клара Олеговна", Role.HR, "начальник отдела кадров"),
    "admin": ("Администраторов Аркадий Юрьевич", Role.ADMINISTRATOR, "администратор системы"),
}
COLLEAGUES = (
    ("Показательная Софья Ивановна", "специалист по социальной работе"),
    ("Примерная Вера Николаевна", "юрисконсульт"),
)
# Second people of the ministry, so that work can be passed on and nobody checks their own.
SECONDS = {
    "coordinator2": ("Согласова Светлана Игоревна", Role.COORDINATOR, "ведущий специалист"),
    "inspector2": ("Сверкина Софья Олеговна", Role.INSPECTOR, "ведущий специалист"),
}
COUNCIL_MEMBERS = (
    ("Гласная Галина Ивановна", "заместитель председателя совета"),
    ("Решаев Роман Петрович", "секретарь совета"),
)
SURNAMES = [
    "Примерова",
    "Образцова",
    "Учебнова",
    "Показова",
    "Вымыслова",
    "Условнова",
    "Шаблонова",
    "Макетова",
    "Пробнова",
    "Эталонова",
    "Моделева",
]
FIRST_NAMES = [
    "Анна Ивановна",
    "Белла Петровна",
    "Вера Львовна",
    "Галина Олеговна",
    "Дарья Ильинична",
    "Елена Юрьевна",
    "Жанна Павловна",
    "Зоя Андреевна",
    "Инна Сергеевна",
    "Клара Игоревна",
]


@dataclass
class Staff:
    """An institution with its director and executors; the first one leads."""

    organisation: Organisation
    director: User
    executors: list[User] = field(default_factory=list)
    posts: dict[int, str] = field(default_factory=dict)

    def named(self, person: User) -> str:
        """The person as a plan prints them: full name and post."""
        return f"{person.full_name}, {self.posts[person.pk]}"


@dataclass(frozen=True)
class Cast:
    """Everybody with a part in the demonstration."""

    ministry: Organisation
    council: Organisation
    officials: dict[str, User]
    own: Staff
    others: Sequence[Staff]


def make_authority(time_zone: str) -> tuple[Organisation, Organisation]:
    """The ministry and its public council."""
    ministry = Organisation.objects.create(
        kind=Organisation.Kind.MINISTRY,
        name=MINISTRY,
        short_name="Департамент",
        website="https://example.org/",
        time_zone=time_zone,
    )
    council = Organisation.objects.create(
        kind=Organisation.Kind.COUNCIL, name=COUNCIL, parent=ministry, time_zone=time_zone
    )
    return ministry, council


def make_officials(ministry: Organisation, council: Organisation) -> dict[str, User]:
    """Those with a login of contracts.md who work in the ministry or the council."""
    officials = {}
    for login, (name, role, post) in CAST.items():
        if role in {Role.EXECUTOR, Role.DIRECTOR}:
            continue
        officials[login] = _person(login, name, password=PASSWORD)
        officials[login].is_staff = officials[login].is_superuser = role == Role.ADMINISTRATOR
        officials[login].save()
        place = council if role == Role.COUNCIL else ministry
        _member(officials[login], place, role, post)
    for login, (name, role, post) in SECONDS.items():
        officials[login] = _person(login, name)
        _member(officials[login], ministry, role, post)
    for number, (name, post) in enumerate(COUNCIL_MEMBERS, start=2):
        _member(_person(f"council{number}", name), council, Role.COUNCIL, post)
    return officials


def make_own_staff(institution: Organisation) -> Staff:
    """The institution in which the logins `executor` and `director` work."""
    name, role, post = CAST["director"]
    staff = Staff(institution, _person("director", name, password=PASSWORD))
    _member(staff.director, institution, role, post)
    name, role, post = CAST["executor"]
    _join(staff, _person("executor", name, password=PASSWORD), post)
    for number, (name, post) in enumerate(COLLEAGUES, start=2):
        _join(staff, _person(f"executor{number}", name), post)
    return staff


def make_staff(institutions: list[Organisation]) -> list[Staff]:
    """A director and an executor for each institution; nobody can sign in as them."""
    names, numbers, made = _names(), count(1), []
    for institution in institutions:
        number = next(numbers)
        staff = Staff(institution, _person(f"director-{number:02}", next(names)))
        _member(staff.director, institution, Role.DIRECTOR, "директор")
        _join(staff, _person(f"executor-{number:02}", next(names)), "заместитель директора")
        made.append(staff)
    return made


def _names() -> Iterator[str]:
    """Surname, first name and patronymic; each pair once."""
    return (f"{surname} {first}" for first in FIRST_NAMES for surname in SURNAMES)


def _join(staff: Staff, person: User, post: str) -> None:
    _member(person, staff.organisation, Role.EXECUTOR, post)
    staff.executors.append(person)
    staff.posts[person.pk] = post


@cache
def _hashed(password: str) -> str:
    """The hash of the one password that all logins share: hashing is slow on purpose."""
    return make_password(password)


def _person(login: str, name: str, password: str | None = None) -> User:
    person = User(username=login, full_name=name, email=f"{login}@example.org")
    if password:
        person.password = _hashed(password)
    else:
        person.set_unusable_password()
    person.save()
    return person


def _member(person: User, organisation: Organisation, role: str, post: str) -> None:
    Membership.objects.create(user=person, organisation=organisation, role=role, post=post)
