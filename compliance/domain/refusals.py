"""Expected errors: one small tree. They carry codes and values; the edges put them into words."""

from __future__ import annotations


class Refusal(Exception):
    """Something a person asked for cannot be done as asked; nothing has been written."""

    status = 422  # the HTTP status that an edge answers with

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


class Forbidden(Refusal):
    """The person has no right to this step (any more)."""

    status = 403


class Conflict(Refusal):
    """Somebody else was faster, or the thing is no longer in a state that allows the step."""

    status = 409


class TooLarge(Refusal):
    """More bytes or pixels than are accepted."""

    status = 413
