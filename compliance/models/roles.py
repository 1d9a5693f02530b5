"""The roles of people."""

from __future__ import annotations

from django.db import models
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
