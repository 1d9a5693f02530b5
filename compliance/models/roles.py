"""The roles of people."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext
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
