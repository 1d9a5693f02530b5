"""How a command answers: in words, or as one JSON object that includes any error."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import translation

from compliance.domain.refusals import Refusal
from compliance.wording.refusals import sentence
from notifications.services.clock import ClockDoubtedError

Facts = dict[str, Any]


@contextmanager
def answer(
    command: BaseCommand, facts: Facts, *, as_json: bool, worded: Callable[[Facts], str]
) -> Iterator[None]:
    """Print `facts` as the block has filled them; a refusal is one English sentence and exit 1.

    As JSON a refusal is printed too, under `error`, beside whatever was known before it.
    """
    failure = ""
    with translation.override("en"):
        try:
            yield
        except Refusal as refusal:
            failure = sentence(refusal)
            facts["error"] = {"code": refusal.code, "message": failure}
        except DatabaseError as error:
            reason = str(error).strip().splitlines()[0]
            failure = f"The database cannot be used ({reason}). Has `manage.py migrate` been run?"
            facts["error"] = {"code": "database", "message": failure}
        except ClockDoubtedError as error:
            failure = str(error)
            facts["error"] = {"code": "clock", "message": failure}
        if as_json:
            command.stdout.write(json.dumps(facts, ensure_ascii=False))
        elif not failure:
            command.stdout.write(worded(facts))
    if failure:
        raise CommandError(failure)
