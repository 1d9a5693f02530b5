"""The words of a digest letter, and the letter as mail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from secrets import token_hex
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext_lazy as _

from notifications.models import Message
from notifications.subjects import Item

LONGEST_GROUP = 20
"""Lines of a group that a letter prints; the rest is on the page it links to."""

SUBJECT_LENGTH = 200

LETTER, TRY = "vekha_letter", "vekha_try"
"""The keys of our numbers in the provider's metadata: of the letter, and of the try to send it."""


@dataclass(frozen=True, slots=True)
class LetterGroup:
    """One part of the letter: changed, overdue, today or soon."""

    title: str | Promise
    tally: str | Promise  # how the subject counts it
    items: list[Item]

    @property
    def shown(self) -> list[Item]:
        """The lines that are printed."""
        return self.items[:LONGEST_GROUP]

    @property
    def more(self) -> int:
        """How many lines only the page shows."""
        return len(self.items) - len(self.shown)


@dataclass(frozen=True, slots=True)
class Words:
    """A letter put into words."""

    subject: str
    text: str
    html: str


def compose(addressee: AbstractBaseUser, items: Iterable[Item]) -> Words:
    """The letter about these items, none said twice, in the language of the site."""
    groups = _groups(items)
    context = {
        "addressee": addressee,
        "groups": groups,
        "site": settings.SITE_URL,
    }
    with translation.override(settings.LANGUAGE_CODE):
        return Words(
            subject=Truncator(_subject(groups)).chars(SUBJECT_LENGTH),
            text=render_to_string("letters/digest.txt", context).strip() + "\n",
            html=render_to_string("letters/digest.html", context),
        )


def _groups(items: Iterable[Item]) -> list[LetterGroup]:
    """Changed, overdue, due today, due soon, work asked after; empty groups are left out."""
    once = {(item.path, item.title, item.news, item.asks): item for item in items}
    ordered = sorted(
        once.values(), key=lambda item: (item.due_on or date.max, item.organisation, item.title)
    )
    changed = [item for item in ordered if item.news]
    due = [item for item in ordered if item.due_on and not item.news]
    groups = (
        LetterGroup(_("Changed"), _("changed: %(count)s"), changed),
        LetterGroup(
            _("Overdue"), _("overdue: %(count)s"), [item for item in due if item.is_overdue]
        ),
        LetterGroup(
            _("Due today"),
            _("due today: %(count)s"),
            [item for item in due if item.due_on == item.today],
        ),
        LetterGroup(
            _("Due soon"),
            _("due soon: %(count)s"),
            [item for item in due if item.due_on and item.due_on > item.today],
        ),
        LetterGroup(
            _("The course of work is asked for"),
            _("course of work: %(count)s"),
            [item for item in ordered if item.asks],
        ),
    )
    return [group for group in groups if group.items]


def _subject(groups: list[LetterGroup]) -> str:
    """How many lines each group has, in one line."""
    return capfirst(", ".join(str(group.tally) % {"count": len(group.items)} for group in groups))


def new_message_id(message: Message, day: date) -> str:
    """A Message-ID for the letter's whole life, so that a second copy is recognised as one.

    Short, so that its line in the letter need not be folded: folded, it is not found in a log.
    """
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{day:%Y%m%d}.{message.pk}.{token_hex(8)}@{host}>"


class DigestMail(EmailMultiAlternatives):
    """A letter with our number in the metadata that anymail's providers give back."""

    metadata: dict[str, str]


def as_mail(message: Message, connection: BaseEmailBackend) -> DigestMail:
    """The recorded words as mail, with no more metadata and headers than the provider takes: some
    refuse a letter that has more.
    """
    mail = DigestMail(
        subject=message.subject,
        body=message.text,
        to=[message.address],
        headers=headers_of(message.message_id),
        connection=connection,
    )
    mail.attach_alternative(message.html, "text/html")
    if settings.MAIL_GIVES_BACK_NUMBERS:
        mail.metadata = {LETTER: str(message.pk), TRY: str(message.token)}
    return mail


def numbered(mail: EmailMultiAlternatives, token: UUID | None) -> EmailMultiAlternatives:
    """The mail, with our number of its try if it has one and the provider gives it back."""
    if token and settings.MAIL_GIVES_BACK_NUMBERS:
        mail.metadata = {TRY: str(token)}  # type: ignore[attr-defined]
    return mail


def headers_of(message_id: str) -> dict[str, str]:
    """Our own headers for a letter of this Message-ID."""
    if not settings.MAIL_TAKES_HEADERS:
        return {}
    return {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
