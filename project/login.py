"""How people get in: by name or e-mail, with a second factor where the ministry asks for one."""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import LoginForm
from allauth.account.internal.userkit import filter_users_by_email, get_user_by_username
from allauth.mfa import signals as code_signals
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django import forms
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import DatabaseError, connections, transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.encoding import force_bytes

from compliance.models import User
from compliance.services.acts import Act
from compliance.services.people import logins
from notifications.models import AddressSuspension, DeliveryState, SecretLetter
from notifications.services.letters import numbered
from notifications.services.outcomes import send
from notifications.services.secret_letters import begin_secret, end_secret, says_nothing
from project import attempts, devices

LONGEST_LOGIN = 254  # characters, as an e-mail address may have
LONGEST_PASSWORD = 1000
# Letters about passwords are sent beside the request: how long a mail server takes must not tell
# whether an address is known. One thread; the interpreter waits for it before it exits.
letters = ThreadPoolExecutor(max_workers=1, thread_name_prefix="account-letters")
logger = logging.getLogger("vekha.login")


def person_named(login: str) -> User | None:
    """The person who signs in under this name or e-mail; the same work where there is none."""
    by_email = list(filter_users_by_email(login, prefer_verified=True, for_login=True))
    found: User | None = by_email[0] if by_email else get_user_by_username(login)
    return found


class PersonBackend(AuthenticationBackend):
    """A name or an e-mail with its password.

    Known, unknown and deactivated accounts cost exactly one password check and get one answer.
    """

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        login = credentials.get("username") or credentials.get("email")
        if not login:
            return None
        found: User | None = self._check_password(person_named(login), credentials["password"])
        return found

    @classmethod
    def _stash_user(cls, user: User | None) -> None:
        """Nothing: nobody learns that the password of a deactivated account was right."""


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
    _limits: tuple[attempts.Limit, ...]
    _is_let_through = False

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No: a ministry invites its people."""
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link on the site's own address: a request's Host is whatever its sender claims."""
        link: str = super().get_reset_password_from_key_url(key)
        return f"{settings.SITE_URL}{urlsplit(link).path}"

    def post_login(self, request: HttpRequest, user: User, **given: Any) -> HttpResponse:
        """Where the person goes now; the login is recorded, and the browser knows the person."""
        answer: HttpResponse = super().post_login(request, user, **given)
        logins.record_login(logins.LOGIN, act=Act.of(request))
        devices.remember(request, user)
        return answer

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Take a try from the limits that apply to this browser; refuse where none is left."""
        login = _login_in(credentials)
        outside = attempts.limits_of(request, login)
        device = devices.device_of(request, login)
        tries = attempts.limit_of_tries(login, is_known=bool(device))
        if attempts.consume(request, [tries]) is None:
            raise self.validation_error("too_many_login_attempts")
        self._limits = attempts.limits_of_device(device) if device else outside
        self._is_let_through = bool(device) and not attempts.is_open(request, outside)
        self._login_failed_rl_usage = attempts.consume(request, self._limits)
        if self._login_failed_rl_usage is None:
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The person; noted when others had locked the login and this known browser let them in."""
        found: User | None = super().authenticate(request, **credentials)
        if found is not None and self._is_let_through:
            logins.note(found, logins.LET_THROUGH, act=_act_from(request))
        return found

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record that a password was wrong, and whether the login is locked now; not the name.

        A name that nobody has costs the same.
        """
        _note_failure(request, person_named(_login_in(credentials)), self._limits)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **given: Any) -> None:
        """Forget the wrong tries: a new password begins without any."""
        attempts.forget(request, attempts.limits_of(request, _login_in(given)))

    def set_password(self, user: User, password: str) -> None:
        """Store the password the person chose; record that it changed, and how."""
        request = self.request
        match = request.resolver_match
        is_reset = match is not None and match.url_name == "account_reset_password_from_key"
        act = Act.of(request)
        act.user = user  # whoever has the link from a letter is this person
        with transaction.atomic():
            super().set_password(user, password)
            action = "person.password_reset" if is_reset else "person.password_changed"
            logins.record_account(action, user, act=act)
        if not is_reset:
            devices.remember(request, user)  # the cookie ended with the old password

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Hand the letter to the thread that sends such letters.

        None leaves for an address whose letters came back. The page answers as always, or it would
        tell strangers who works here; that a letter was kept back goes on record.
        """
        letter = self.render_mail(template_prefix, email, {"email": email, **context})
        if AddressSuspension.objects.of_address(email).exists():
            logins.note(person_named(email), logins.KEPT_BACK, act=_act_from(self.request))
            return
        tried = begin_secret(context["user"], email, timezone.now())
        letters.submit(_send, numbered(letter, tried.token), tried)


def _login_in(credentials: Mapping[str, Any]) -> str:
    """What was typed as the login, in lower case."""
    return str(credentials.get("email") or credentials.get("username") or "").lower()


def _act_from(request: HttpRequest) -> Act:
    """The act of somebody who has not signed in yet."""
    return Act(user=None, at=timezone.now(), address=request.META.get("REMOTE_ADDR", ""))


def _note_failure(
    request: HttpRequest, person: User | None, limits: Iterable[attempts.Limit]
) -> None:
    """Record a failure, and the lock if this was the last try that the limits allow."""
    act = _act_from(request)
    logins.note(person, logins.FAILED, act=act)
    if not attempts.is_open(request, [limit for limit in limits if limit.is_of_login]):
        logins.note(person, logins.LOCKED, act=act)


@receiver(code_signals.authentication_failed)
def code_was_wrong(request: HttpRequest, user: User, **given: Any) -> None:
    """Record that a code was wrong, after a right password."""
    rates = settings.ACCOUNT_RATE_LIMITS["login_failed"].split(",")
    key = f"mfa-auth-user-{user.pk}"
    limits = [
        attempts.Limit(rate, key, app="allauth.account", action="login_failed")
        for rate in rates
        if rate.endswith("/key")
    ]
    _note_failure(request, user, limits)


@receiver(code_signals.authenticator_used)
def code_was_used(request: HttpRequest, user: User, authenticator: Any, **given: Any) -> None:
    """Tell the person that one of their few recovery codes has been used."""
    if authenticator.type == authenticator.Type.RECOVERY_CODES:
        act = Act.of(request)
        act.user = user  # not signed in yet: the code lets them in
        logins.record_login(logins.RECOVERED, act=act)


def _send(letter: EmailMultiAlternatives, tried: SecretLetter) -> None:
    """Send it, and write down what is worth it. Whoever waits for it in vain asks for another."""
    outcome = send(letter, get_connection())
    if outcome.state is not DeliveryState.ACCEPTED:
        # Not in the answer's words: an address is nobody's business in a log.
        kind = outcome.error.partition(":")[0]
        logger.error("a letter about an account could not be sent: %s, %s", outcome.state, kind)
    if says_nothing(outcome):
        return
    try:
        end_secret(tried, outcome, timezone.now())
    except DatabaseError:
        logger.exception("how a letter about an account ended could not be stored")
    finally:
        connections.close_all()  # this thread's own


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
        """Whether the person may give up the second factor."""
        return not must_have_second_factor(authenticator.user)


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(b"second factor:" + force_bytes(key)).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def must_have_second_factor(user: User) -> bool:
    """Whether one of the person's roles asks for a second factor, or they use the admin site."""
    required = frozenset(settings.MFA_REQUIRED_ROLES)
    return bool(required) and (user.is_staff or bool(required & user.jurisdiction().roles))
