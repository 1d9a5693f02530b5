"""The table of organisations and people to fill in, empty or with what is already known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO, Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext

from compliance.domain.people import vocabulary as words
from compliance.domain.people.tables import MOST_ROWS
from compliance.domain.people.vocabulary import EXAMPLE, ORGANISATIONS, PEOPLE
from compliance.files.outgoing.spreadsheets import Cell, temporary_file, write_cell
from compliance.models import Membership, Organisation, User
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


def template(user: User, *, is_filled: bool) -> IO[bytes]:
    """The workbook; `is_filled` puts in the organisations and people the user administers."""
    file = temporary_file()
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False})
    sheets: dict[str, list[list[Cell]]] = {ORGANISATIONS: [], PEOPLE: []}
    if is_filled:
        places = list(administered(user))
        sheets = {ORGANISATIONS: _places(places), PEOPLE: _people(places)}
    _instruction(book)
    for kind, rows in sheets.items():
        _sheet(book, kind, rows)
    _lists(book)
    book.close()
    file.seek(0)
    return file


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


def _sheet(book: Any, kind: str, rows: Sequence[Sequence[Cell]]) -> None:
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
    for place, (title, values) in enumerate(columns):
        sheet.set_column(place, place, 32)
        for line, value in enumerate([title, *values]):
            sheet.write_string(line, place, value)


def _places(places: Iterable[Organisation]) -> list[list[Cell]]:
    return [
        [
            row.name,
            row.short_name,
            words.KINDS[row.kind][0],
            row.parent.name if row.parent else "",
            row.rating_group,
            row.municipality,
            row.website,
            row.time_zone,
        ]
        for row in places
        if row.is_active
    ]


def _people(places: Iterable[Organisation]) -> list[list[Cell]]:
    """One row a role that has not ended, so that reading it in again finds the same."""
    names = {row.pk: row.name for row in places if row.is_active}
    roles = (
        Membership.objects.lasting(timezone.localdate())
        .filter(organisation__in=list(names), user__is_active=True)
        .select_related("user")
        .order_by("organisation__path", "user__full_name", "pk")
    )
    return [
        [
            role.user.full_name or role.user.username,
            role.user.email,
            role.user.username,
            names[role.organisation_id],
            words.ROLES[Role(role.role)][0],
            role.post,
            role.starts_on,
            role.ends_on,
        ]
        for role in roles
    ]
