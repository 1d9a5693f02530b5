"""How people get in: by name or e-mail, with a second factor where the ministry asks for one."""

from __future__ import annotations

import base64
import hashlib
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import LoginForm
from allauth.account.internal.userkit import filter_users_by_email, get_user_by_username
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django import forms
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils.encoding import force_bytes

from compliance.models import User

LONGEST_LOGIN = 254  # characters, as an e-mail address may have
LONGEST_PASSWORD = 1000
# Letters about passwords leave beside the request: how long a mail server takes must not tell
# whether an address is known. One thread, and the interpreter waits for it when it ends.
letters = ThreadPoolExecutor(max_workers=1, thread_name_prefix="account-letters")
logger = logging.getLogger("vekha.login")


class PersonBackend(AuthenticationBackend):
    """A name or an e-mail with its password.

    Known, unknown and deactivated accounts cost exactly one password check and get one answer.
    """

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        login = credentials.get("username") or credentials.get("email")
        if not login:
            return None
        by_email = list(filter_users_by_email(login, prefer_verified=True, for_login=True))
        person = by_email[0] if by_email else get_user_by_username(login)
        found: User | None = self._check_password(person, credentials["password"])
        return found

    @classmethod
    def _stash_user(cls, user: User | None) -> None:
        """Nothing: that a deactivated account's password was right is told to nobody."""


class PersonLoginForm(LoginForm):
    """The login form; what is longer than any login or password is refused before it is used."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            max_length=LONGEST_LOGIN,
            widget=forms.TextInput(attrs={"autocomplete": "username"}),
        )
        self.fields["password"].max_length = LONGEST_PASSWORD
        self.fields["password"].validators.append(
            forms.CharField(max_length=LONGEST_PASSWORD).validators[0]
        )
        self.order_fields(["login", "password"])


class ClosedSignupAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No: a ministry invites its people."""
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link on the site's own address: the host of a request is whatever its sender says."""
        link: str = super().get_reset_password_from_key_url(key)
        return f"{settings.SITE_URL}{urlsplit(link).path}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Hand the letter to the thread that sends such letters."""
        letter = self.render_mail(template_prefix, email, {"email": email, **context})
        letters.submit(_send, letter)


def _send(letter: EmailMessage) -> None:
    try:
        letter.send()
    except OSError as error:
        # The person will ask for another letter; the address is nobody's business in a log.
        logger.error("a letter about an account could not be sent: %s", error)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Codes of an authenticator app; its secret is stored encrypted with the site's own key."""

    def get_totp_label(self, user: User) -> str:
        """The login: an app on a private phone shows no e-mail."""
        return user.get_username()

    def get_totp_issuer(self) -> str:
        """The product's name, as the app shows it."""
        return "Веха"

    def encrypt(self, text: str) -> str:
        """The text under the site's SECRET_KEY."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text, also where it was encrypted under a key now in SECRET_KEY_FALLBACKS."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Whether the person may do without a second factor."""
        return not must_have_second_factor(authenticator.user)


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(b"second factor:" + force_bytes(key)).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def must_have_second_factor(user: User) -> bool:
    """Whether one of the person's roles asks for a second factor, or they enter the admin site."""
    required = frozenset(settings.MFA_REQUIRED_ROLES)
    return bool(required) and (user.is_staff or bool(required & user.jurisdiction().roles))
