"""How letters leave: what EMAIL_URL says, checked before the first letter needs it.

`PROVIDERS` is the one table of the services that letters can go through: which keys each must
have, which it may have, and whether it reports on letters. docs/operations/mail.md shows it
to operators, and a test keeps the two alike.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote

from project.environment import Misconfigured

FORM = "file:PATH, smtp://host:port, smtps://user:password@host:465 or anymail:PROVIDER"
PREFIX = "ANYMAIL_"
WEBHOOK_SECRET = "WEBHOOK_SECRET"


@dataclass(frozen=True)
class MailProvider:
    """A service of django-anymail: the names of its keys, without its own name before them."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    reports: bool = True  # whether it calls back about letters
    for_reports: tuple[str, ...] = ()  # keys that its calls are checked with, besides the secret
    gives_back_numbers: bool = True  # whether its calls carry our number of the letter
    takes_headers: bool = True  # whether it takes our own headers, Message-ID among them

    @property
    def known(self) -> tuple[str, ...]:
        """Every key that it can be given."""
        return (*self.required, *self.optional, *self.for_reports)


PROVIDERS: dict[str, MailProvider] = {
    "brevo": MailProvider(("API_KEY",), ("API_URL",)),
    "mailersend": MailProvider(
        ("API_TOKEN",),
        ("API_URL",),
        for_reports=("SIGNING_SECRET",),
        gives_back_numbers=False,
        takes_headers=False,
    ),
    "mailgun": MailProvider(("API_KEY",), ("SENDER_DOMAIN", "API_URL", "WEBHOOK_SIGNING_KEY")),
    "mailjet": MailProvider(("API_KEY", "SECRET_KEY"), ("API_URL",)),
    "mailtrap": MailProvider(("API_TOKEN",), ("API_URL", "SANDBOX_ID", "SIGNING_SECRET")),
    "mandrill": MailProvider(
        ("API_KEY",), ("API_URL", "WEBHOOK_URL"), for_reports=("WEBHOOK_KEY",)
    ),
    "postal": MailProvider(
        ("API_KEY", "API_URL"), for_reports=("WEBHOOK_KEY",), gives_back_numbers=False
    ),
    "postmark": MailProvider(("SERVER_TOKEN",), ("MESSAGE_STREAM", "API_URL")),
    "resend": MailProvider(("API_KEY",), ("API_URL",)),
    "scaleway": MailProvider(("SECRET_KEY", "PROJECT_ID"), ("REGION", "API_URL"), reports=False),
    "sparkpost": MailProvider(("API_KEY",), ("SUBACCOUNT", "API_URL")),
    "unisender_go": MailProvider(("API_KEY", "API_URL")),
}
"""Not among them: Amazon SES (needs a package of its own) and SendGrid (anymail gave it up)."""


@dataclass(frozen=True)
class MailSettings:
    """What the settings need: where letters go, and anymail's keys under anymail's names."""

    backend: str
    folder: str = ""
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    is_tls: bool = False
    provider: str = ""
    anymail: dict[str, str] = field(default_factory=dict)

    @property
    def leaves_the_machine(self) -> bool:
        """Whether letters go to people, not into a folder."""
        return not self.folder


def mail_settings(url: SplitResult, base: Path) -> MailSettings:
    """What EMAIL_URL and the variables of anymail mean; Misconfigured names what is wrong."""
    if url.scheme == "file" and url.path:
        backend = "django.core.mail.backends.filebased.EmailBackend"
        return MailSettings(backend, folder=str(base / url.path))
    if url.scheme in {"smtp", "smtps"} and url.hostname:
        return MailSettings(
            "notifications.smtp.EmailBackend",
            host=url.hostname,
            port=url.port or (465 if url.scheme == "smtps" else 25),
            user=unquote(url.username or ""),
            password=unquote(url.password or ""),
            is_tls=url.scheme == "smtps",
        )
    if url.scheme == "anymail" and url.path in PROVIDERS:
        backend = f"anymail.backends.{url.path}.EmailBackend"
        return MailSettings(backend, provider=url.path, anymail=_keys(url, os.environ))
    if url.scheme == "anymail":
        raise Misconfigured(f"EMAIL_URL=anymail:PROVIDER knows {', '.join(PROVIDERS)}.")
    raise Misconfigured(f"EMAIL_URL must be {FORM}.")


def _keys(url: SplitResult, variables: Mapping[str, str]) -> dict[str, str]:
    """The provider's keys, from the address and the environment, under anymail's names."""
    provider = PROVIDERS[url.path]
    found = _from_variables(variables) | _from_address(url, provider)
    wanted = provider.required
    if WEBHOOK_SECRET in found:
        _check_reports(url.path, found[WEBHOOK_SECRET])
        wanted += provider.for_reports
    for key in wanted:
        if _anymail_name(url.path, key) not in found:
            raise Misconfigured(
                f"{PREFIX}{_anymail_name(url.path, key)} is not set, and EMAIL_URL=anymail:"
                f"{url.path} needs it (or EMAIL_URL=anymail:{url.path}?{key.lower()}=…)."
            )
    return found


def _from_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """What the ANYMAIL_* variables say; a name that no provider knows is refused as a slip."""
    known = {
        _anymail_name(name, key) for name, provider in PROVIDERS.items() for key in provider.known
    } | {WEBHOOK_SECRET}
    found = {}
    for name, value in variables.items():
        key = name.removeprefix(PREFIX)
        if not name.startswith(PREFIX) or not value.strip():
            continue
        if key not in known:
            raise Misconfigured(f"{name} is no key of a mail provider (docs/operations/mail.md).")
        found[key] = value.strip()
    return found


def _from_address(url: SplitResult, provider: MailProvider) -> dict[str, str]:
    """What stands after the question mark of anymail:PROVIDER?key=…"""
    found = {}
    for key, value in parse_qsl(url.query, keep_blank_values=True):
        if key.upper() not in provider.known:
            names = ", ".join(known.lower() for known in provider.known)
            raise Misconfigured(
                f"EMAIL_URL=anymail:{url.path} knows the keys {names}, not {key!r}."
            )
        if value:
            found[_anymail_name(url.path, key.upper())] = value
    return found


def _anymail_name(provider: str, key: str) -> str:
    return f"{provider.upper()}_{key}"


def _check_reports(provider: str, secret: str) -> None:
    if not PROVIDERS[provider].reports:
        raise Misconfigured(
            f"{PREFIX}{WEBHOOK_SECRET} is set, but {provider} reports nothing of letters."
        )
    if not re.fullmatch(r"[^:\s]+:\S{12,}", secret):
        raise Misconfigured(
            f"{PREFIX}{WEBHOOK_SECRET} must look like user:password, without blanks, the password "
            "of at least 12 signs."
        )


# --- Where letters come from ---------------------------------------------------------------------


def is_loopback(host: str) -> bool:
    """Whether only this machine itself can reach the host."""
    if host == "localhost" or host.endswith((".localhost", ".localdomain")):
        return True
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def check_sender(mail: MailSettings, site_host: str, sender: str) -> None:
    """Misconfigured when letters to people would link to this machine or come from it."""
    if not mail.leaves_the_machine:
        return
    if is_loopback(site_host):
        raise Misconfigured(
            "EMAIL_URL sends letters to people, but the links in them would lead to their own "
            f"machines: set SITE_URL to the site's public address (it is {site_host}), or DEBUG=1."
        )
    host = parseaddr(sender)[1].rpartition("@")[2].lower()
    if not host or is_loopback(host):
        raise Misconfigured(
            "EMAIL_URL sends letters to people, but no server takes letters from "
            f"{sender!r}: set DEFAULT_FROM_EMAIL to an address of your own domain, or DEBUG=1."
        )
