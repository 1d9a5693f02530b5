"""Second factors, under the name that the administration gives them."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy as _

WORDS = {
    Authenticator.Type.TOTP: _("App on a telephone"),
    Authenticator.Type.RECOVERY_CODES: _("Recovery codes"),
}


class LoginCode(Authenticator):
    """The login package's row, under a name that people understand."""

    class Meta:
        proxy = True
        verbose_name = _("code at login")
        verbose_name_plural = _("codes at login")

    def __str__(self) -> str:
        return f"{self.user} · {self.kind}"

    @property
    def kind(self) -> str:
        """App or recovery codes, in words."""
        return str(WORDS.get(self.type, self.type))
