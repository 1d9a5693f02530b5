"""What the parties want changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compliance.models.plans import Revision


class Remark(models.Model):
    """What a party wants changed in one measure of a revision, or in the plan as a whole."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="remarks")
    measure = models.ForeignKey(
        "compliance.Measure", on_delete=models.SET_NULL, null=True, related_name="remarks"
    )
    # The measure as it was then: it may be renumbered or dropped afterwards.
    about = models.CharField(_("about"), max_length=300, blank=True)
    text = models.TextField(_("remark"))
    # Visible only to its own party, until that returns the plan.
    is_draft = models.BooleanField(_("not sent yet"), default=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # In whose name, where a substitute made or settled it.
    made_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"))
    settled_at = models.DateTimeField(_("settled at"), null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    settled_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "measure"],
                condition=Q(is_draft=True),
                name="remark_one_draft_of_a_measure",
            )
        ]

    def __str__(self) -> str:
        return self.text
