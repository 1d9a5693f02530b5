"""Helpers that read environment variables and fail with one clear line."""

import os
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo


class Misconfigured(SystemExit):
    """Stops the start with one line on standard error: of manage.py, gunicorn and Celery alike."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"Vekha does not start: {sentence}")


def text(name: str, default: str | None = None) -> str:
    """The variable's value; without a default it must be set."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise Misconfigured(f"{name} is not set. Set it in the environment and start again.")
    return default


def flag(name: str, default: bool = False) -> bool:
    """Whether the variable is 1; anything but 0 and 1 is refused."""
    value = text(name, "1" if default else "0")
    if value not in {"0", "1"}:
        raise Misconfigured(f"{name} must be 0 or 1, not {value!r}.")
    return value == "1"


def words(name: str, default: str) -> list[str]:
    """The variable's comma-separated values without blanks."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def choices(name: str, allowed: set[str]) -> tuple[str, ...]:
    """The variable's comma-separated values, each of them allowed; none when it is not set."""
    found = words(name, ",")
    if wrong := sorted(set(found) - allowed):
        names = ", ".join(sorted(allowed))
        raise Misconfigured(f"{name} may name {names}, not {', '.join(wrong)}.")
    return tuple(found)


def number(name: str, default: int, most: int) -> int:
    """The variable's value as a whole number from 0 to `most`."""
    value = text(name, str(default))
    if not (value.isascii() and value.isdecimal() and len(value) < 9 and int(value) <= most):
        raise Misconfigured(f"{name} must be a whole number from 0 to {most}, not {value!r}.")
    return int(value)


def address(name: str, default: str, form: str) -> SplitResult:
    """The variable's value taken apart; `form` says what one looks like. The value itself is not
    printed: it may hold a password."""
    try:
        parts = urlsplit(text(name, default))
        _ = parts.port  # read once: an impossible port raises only here
    except ValueError as error:
        raise Misconfigured(f"{name} must look like {form}: {error}.") from error
    return parts


def time_zone(name: str, default: str) -> str:
    """The variable's value if it names a time zone of the tz database."""
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise Misconfigured(
            f"{name} must name a time zone such as Europe/Moscow, not {value!r}."
        ) from error
    return value
