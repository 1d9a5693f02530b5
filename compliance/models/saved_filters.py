"""Filters of lists that people keep under a name of their own."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class SavedFilter(models.Model):
    """What a person asked a list for, by name: the words of its address."""

    class Page(models.TextChoices):
        """The lists whose filters can be saved, by the names of their addresses."""

        PLANS = "plans", _("Plans")
        INBOX = "inbox", _("My tasks")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="saved_filters",
        verbose_name=_("user"),
    )
    page = models.CharField(_("list"), max_length=20, choices=Page)
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(_("filter"), max_length=2000)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "page", "name"], name="saved_filter_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The list as it was when the filter was saved."""
        return f"{reverse(self.page)}?{self.query}"
