"""The roles of people."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    EXECUTOR = "executor", _("Responsible executor")
    DIRECTOR = "director", _("Director of the institution")
    COORDINATOR = "coordinator", _("Coordinator")
    INSPECTOR = "inspector", _("Inspector")
    HEAD = "head", _("Head of the authority")
    COUNCIL = "council", _("Member of the public council")
    HR = "hr", _("Personnel and bonuses")
    ADMINISTRATOR = "administrator", _("Administrator")


def party_words(role: str) -> str:
    """The role as a party of a plan: the council as a body, not one of its members; "" for none."""
    if role == Role.COUNCIL:
        return gettext("Public council")
    return str(Role(role).label) if role else ""


def held_by(role: str) -> str:
    """In whose hands something is: "with the coordinator"."""
    return {
        Role.EXECUTOR: pgettext("in whose hands", "with the responsible executor"),
        Role.DIRECTOR: pgettext("in whose hands", "with the director of the institution"),
        Role.COORDINATOR: pgettext("in whose hands", "with the coordinator"),
        Role.INSPECTOR: pgettext("in whose hands", "with the inspector"),
        Role.HEAD: pgettext("in whose hands", "with the head of the authority"),
        Role.COUNCIL: pgettext("in whose hands", "with the public council"),
        Role.HR: pgettext("in whose hands", "with personnel and bonuses"),
        Role.ADMINISTRATOR: pgettext("in whose hands", "with the administrator"),
    }[Role(role)]
