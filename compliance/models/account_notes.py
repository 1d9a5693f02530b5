"""Login events that wait to be entered in the audit trail."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountNote(models.Model):
    """One thing that happened to somebody's login, stored without waiting for any chain.

    Without a person: somebody tried a login that does not exist. It is stored too, so that an
    unknown name costs as much as a known one, and is later thrown away.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("user"),
    )
    action = models.CharField(_("what"), max_length=60)
    at = models.DateTimeField(_("when"))
    address = models.CharField(_("from where"), max_length=45, blank=True)

    class Meta:
        verbose_name = _("note about a login")
        verbose_name_plural = _("notes about logins")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.person_id} {self.action}"
