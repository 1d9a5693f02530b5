"""The table of organisations and people to fill in, empty or with what is already known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import gettext

from compliance.domain.people import vocabulary as words
from compliance.domain.people.tables import MOST_ROWS
from compliance.domain.people.vocabulary import EXAMPLE, ORGANISATIONS, PEOPLE
from compliance.files.outgoing.spreadsheets import Cell, write_cell, written_book
from compliance.models import Membership, Organisation, User
from compliance.models.people import MembershipQuerySet
from compliance.models.roles import Role
from compliance.services.people.rights import administered

TIME_ZONES = (
    "Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk",
    "Asia/Novosibirsk", "Asia/Krasnoyarsk", "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok",
    "Asia/Magadan", "Asia/Kamchatka",
)  # fmt: skip
WIDTHS = {"name": 60, "parent": 50, "organisation": 60, "full_name": 36, "email": 30, "post": 36}
EXAMPLES: dict[str, list[list[Cell]]] = {
    ORGANISATIONS: [
        [f"{EXAMPLE} ГБУ «Учебный центр социального обслуживания»", "Учебный центр", "Учреждение",
         "Министерство", "Полустационар", "г. Учебный", "https://example.org", "Europe/Moscow"],
    ],
    PEOPLE: [
        [f"{EXAMPLE} Учебнова Анна Ивановна", "uchebnova@example.org", "", "Учебный центр",
         "Ответственный исполнитель", "заведующая отделением", "01.09.2026", ""],
    ],
}  # fmt: skip
TITLES = {ORGANISATIONS: "Организации", PEOPLE: "Люди"}


def known(user: User) -> list[Organisation]:
    """The open organisations that the user administers, which a filled template contains."""
    return [row for row in administered(user) if row.is_active]


def known_roles(places: Iterable[Organisation]) -> MembershipQuerySet:
    """The roles there that have not ended: a row each, so that reading it in finds the same."""
    rows = Membership.objects.lasting(timezone.localdate())
    return (
        rows.filter(organisation__in=[row.pk for row in places], user__is_active=True)
        .select_related("user")
        .order_by("organisation__path", "user__full_name", "pk")
    )


def template(places: Sequence[Organisation], roles: Iterable[Membership]) -> IO[bytes]:
    """The workbook with these organisations and roles."""

    def fill(book: Any) -> None:
        _instruction(book)
        _sheet(book, ORGANISATIONS, map(_place, places))
        _sheet(book, PEOPLE, _people(places, roles))
        _lists(book)

    return written_book(fill)


def _instruction(book: Any) -> None:
    sheet = book.add_worksheet("Инструкция")
    sheet.set_column(0, 0, 110)
    bold = book.add_format({"bold": True, "font_size": 14})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, gettext("How to fill in this table"), bold)
    lines = [
        gettext("Fill in the sheets “Организации” and “Люди”. Columns marked * are required."),
        gettext("Rows that begin with “Пример:” are examples. They are not imported."),
        gettext(
            "Organisations are recognised by name within what they belong to, people by e-mail "
            "address, or else by login. What is there already is not added twice."
        ),
        gettext("A person with two roles has two rows, with the same address."),
        gettext("An empty cell changes nothing. Who is not in the table is not touched."),
        gettext("Dates are written like 01.09.2026. Without dates a role holds at once and on."),
        gettext("An organisation has one director at a time. End the old role, then add the new."),
        gettext(
            "After the upload you see what will be added and changed, and every error with its "
            "row and column. Nothing is stored until you confirm."
        ),
        gettext("Passwords are not in the table: people choose their own by invitation."),
    ]
    for place, line in enumerate(lines, start=2):
        sheet.write_string(place, 0, line, wrapped)


def _sheet(book: Any, kind: str, rows: Iterable[Sequence[Cell]]) -> None:
    sheet = book.add_worksheet(TITLES[kind])
    head = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#DCE6F1", "border": 1})
    quiet = book.add_format({"italic": True, "font_color": "#6C757D"})
    day = book.add_format({"num_format": "dd.mm.yyyy", "align": "left"})
    sheet.freeze_panes(1, 0)
    fields = list(words.HEADINGS[kind])
    for place, name in enumerate(fields):
        title = words.HEADINGS[kind][name][0]
        is_required = name in words.REQUIRED[kind]
        sheet.write_string(0, place, f"{title} *" if is_required else title, head)
        sheet.set_column(place, place, WIDTHS.get(name, 22))
    for line, row in enumerate(EXAMPLES[kind], start=1):
        for place, value in enumerate(row):
            sheet.write_string(line, place, str(value or ""), quiet)
    for line, cells in enumerate(rows, start=1 + len(EXAMPLES[kind])):
        for place, value in enumerate(cells):
            write_cell(sheet, line, place, value, day=day)
    lists = {"kind": "A", "role": "B", "time_zone": "C"}
    sizes = {"kind": len(words.KINDS), "role": len(words.ROLES), "time_zone": len(TIME_ZONES)}
    for place, name in enumerate(fields):
        if name in lists:
            source = f"=Списки!${lists[name]}$2:${lists[name]}${sizes[name] + 1}"
            rule = {"validate": "list", "source": source, "error_type": "warning"}
            sheet.data_validation(1, place, MOST_ROWS, place, rule)


def _lists(book: Any) -> None:
    sheet = book.add_worksheet("Списки")
    columns = (
        (words.HEADINGS[ORGANISATIONS]["kind"][0], [names[0] for names in words.KINDS.values()]),
        (words.HEADINGS[PEOPLE]["role"][0], [names[0] for names in words.ROLES.values()]),
        (words.HEADINGS[ORGANISATIONS]["time_zone"][0], list(TIME_ZONES)),
    )
    sheet.set_column(0, len(columns) - 1, 32)
    lists = [[title, *values] for title, values in columns]
    for line, row in enumerate(zip_longest(*lists, fillvalue="")):
        for place, value in enumerate(row):
            sheet.write_string(line, place, value)


def _place(row: Organisation) -> list[Cell]:
    return [
        row.name,
        row.short_name,
        words.KINDS[row.kind][0],
        row.parent.name if row.parent else "",
        row.rating_group,
        row.municipality,
        row.website,
        row.time_zone,
    ]


def _people(places: Iterable[Organisation], roles: Iterable[Membership]) -> Iterator[list[Cell]]:
    names = {row.pk: row.name for row in places}
    for role in roles:
        yield [
            role.user.full_name or role.user.username,
            role.user.email,
            role.user.username,
            names[role.organisation_id],
            words.ROLES[Role(role.role)][0],
            role.post,
            role.starts_on,
            role.ends_on,
        ]
