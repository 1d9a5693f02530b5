"""What became of one letter: the answers of mail servers and providers, in four words.

* accepted: the other side said so.
* temporary: it cannot have arrived, and a later try may succeed.
* permanent: it cannot have arrived, and trying again would not help.
* unknown: it may have arrived. Never sent again by itself: a person decides.
When in doubt it is unknown, because a second copy cannot be taken back.
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass

from anymail.exceptions import (
    AnymailAPIError,
    AnymailError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from notifications.domain.addresses import is_about_the_address
from notifications.models import DeliveryState

ERROR_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """How a try ended; `error` in the other side's words."""

    state: DeliveryState
    error: str = ""
    provider_id: str = ""
    refuses_address: bool = False


def send(letter: EmailMultiAlternatives, connection: BaseEmailBackend) -> DeliveryOutcome:
    """The outcome of sending the letter over an open connection. Raises nothing."""
    try:
        sent = connection.send_messages([letter])
    except Exception as error:
        state = _state_after(error, connection)
        refuses = state is DeliveryState.PERMANENT and _refuses_address(error)
        return DeliveryOutcome(state, _words(error), refuses_address=refuses)
    if not sent:
        return DeliveryOutcome(DeliveryState.PERMANENT, "The mail backend took no letter.")
    status = getattr(letter, "anymail_status", None)
    return DeliveryOutcome(
        DeliveryState.ACCEPTED, provider_id=str(getattr(status, "message_id", "") or "")
    )


def not_sent(error: Exception) -> DeliveryOutcome:
    """The outcome of a letter when something failed before sending began."""
    return DeliveryOutcome(DeliveryState.TEMPORARY, _words(error))


def _state_after(error: Exception, connection: BaseEmailBackend) -> DeliveryState:
    if isinstance(error, AnymailError):
        return _after_provider(error)
    if isinstance(error, smtplib.SMTPException):
        return _after_smtp(error, connection)
    if isinstance(error, ValueError):  # an address or header that cannot be encoded
        return DeliveryState.PERMANENT
    return _after_break(connection)


def _refuses_address(error: Exception) -> bool:
    """Whether the address itself is what was refused."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers: list[tuple[int, bytes | str]] = list(error.recipients.values())
    elif isinstance(error, smtplib.SMTPDataError):
        answers = [(error.smtp_code, error.smtp_error)]
    else:
        return isinstance(error, AnymailRecipientsRefused)
    return any(is_about_the_address(code, str(words)) for code, words in answers)


def _after_smtp(error: smtplib.SMTPException, connection: BaseEmailBackend) -> DeliveryState:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _after_code(max(code for code, _words in error.recipients.values()), connection)
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPHeloError):
        return DeliveryState.TEMPORARY  # our own settings: an operator's fault, not the letter's
    if isinstance(error, smtplib.SMTPDataError):
        return _after_code(error.smtp_code, connection)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return DeliveryState.PERMANENT  # the address needs what this server does not speak
    return _after_break(connection)


def _after_code(code: int, connection: BaseEmailBackend) -> DeliveryState:
    """4xx: later; 5xx: never (RFC 5321, 4.2.1); anything else is not an answer."""
    if 400 <= code < 500:
        return DeliveryState.TEMPORARY
    if 500 <= code < 600:
        return DeliveryState.PERMANENT
    return _after_break(connection)


def _after_break(connection: BaseEmailBackend) -> DeliveryState:
    """Before the body had begun nothing can have arrived; if the backend cannot tell: unknown."""
    begun = getattr(connection, "body_begun", True)
    return DeliveryState.UNKNOWN if begun else DeliveryState.TEMPORARY


def _after_provider(error: AnymailError) -> DeliveryState:
    if isinstance(
        error,
        AnymailRecipientsRefused
        | AnymailInvalidAddress
        | AnymailUnsupportedFeature
        | AnymailSerializationError,
    ):
        return DeliveryState.PERMANENT
    code = error.status_code
    if isinstance(error, AnymailAPIError) and code is None and _never_reached(error):
        return DeliveryState.TEMPORARY
    if code in {401, 403, 429, 503}:  # our key, our rate, closed for now: not the letter
        return DeliveryState.TEMPORARY
    if code is not None and 400 <= code < 500:
        return DeliveryState.PERMANENT
    return DeliveryState.UNKNOWN  # a read timeout, a gateway's 502: the provider may have taken it


def _never_reached(error: BaseException) -> bool:
    """Whether the provider's address could not be connected to at all."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, NewConnectionError | ConnectTimeoutError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:ERROR_LENGTH]
