"""The panel for poor sight: how a person wants pages to look, stored in a cookie."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from compliance.views.requests import way_back

COOKIE = "display"
ONE_YEAR = 365 * 24 * 60 * 60  # seconds


@dataclass(frozen=True)
class DisplayChoice:
    """One thing that can be set; the first value is the usual one."""

    name: str
    label: str | Promise
    values: dict[str, str | Promise]


CHOICES = (
    DisplayChoice("size", _("Size of letters"), {"100": "100 %", "150": "150 %", "200": "200 %"}),
    DisplayChoice(
        "contrast",
        _("Colours"),
        {
            "normal": _("Usual"),
            "black-on-white": _("Black on white"),
            "white-on-black": _("White on black"),
            "blue-on-light": _("Dark blue on light blue"),
        },
    ),
    DisplayChoice(
        "spacing", _("Spacing"), {"normal": _("Usual spacing"), "wide": _("Wide spacing")}
    ),
    DisplayChoice("pictures", _("Pictures"), {"on": _("Show"), "off": _("Hide")}),
)


@dataclass(frozen=True)
class Option:
    """One button of the panel."""

    value: str
    label: str | Promise
    is_chosen: bool


@dataclass(frozen=True)
class PanelRow:
    """One row of buttons."""

    name: str
    label: str | Promise
    options: list[Option]


@dataclass(frozen=True)
class Display:
    """What a person has chosen; the fields are the names of CHOICES."""

    size: str = "100"
    contrast: str = "normal"
    spacing: str = "normal"
    pictures: str = "on"

    @classmethod
    def read(cls, text: str) -> Display:
        """The choices written in a cookie; a value that is not on offer counts as the usual one."""
        values = dict(pair.split(".", 1) for pair in text.split("_") if "." in pair)
        return cls().changed(values)

    def changed(self, values: dict[str, str]) -> Display:
        """These choices, with those of the values that are on offer put in."""
        return Display(
            **{
                choice.name: values[choice.name]
                if values.get(choice.name) in choice.values
                else getattr(self, choice.name)
                for choice in CHOICES
            }
        )

    def __str__(self) -> str:
        return "_".join(f"{choice.name}.{getattr(self, choice.name)}" for choice in CHOICES)

    @property
    def choices(self) -> list[PanelRow]:
        """The panel's rows of buttons."""
        return [
            PanelRow(
                row.name,
                row.label,
                [
                    Option(value, label, value == getattr(self, row.name))
                    for value, label in row.values.items()
                ],
            )
            for row in CHOICES
        ]


def display_of(request: HttpRequest) -> Display:
    """How the person behind the request wants to see pages."""
    return Display.read(request.COOKIES.get(COOKIE, ""))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def display(request: HttpRequest) -> HttpResponse:
    """The panel on a page of its own, and the answer to each of its buttons."""
    if request.method != "POST":
        return render(request, "public/display.html", {"display_next": _came_from(request)})
    before = Display() if "reset" in request.POST else display_of(request)
    response = HttpResponseRedirect(f"{_came_from(request)}#sight")
    response.set_cookie(
        COOKIE,
        str(before.changed(request.POST.dict())),
        max_age=ONE_YEAR,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def _came_from(request: HttpRequest) -> str:
    """The page the person came from, if it is on this site, without a fragment."""
    return way_back(request, reverse("public-plans")).split("#")[0]
