"""A mail server that tests can talk to, and a small institution to be reminded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from compliance.models import Organisation, Plan, User
from tests.notifications import factories as make
from tests.notifications.post_office import Counter, PostOffice


@pytest.fixture
def counter() -> Iterator[Counter]:
    """A running mail server."""
    counter = Counter(PostOffice())
    counter.start()
    yield counter
    counter.stop(no_assert=True)


@pytest.fixture
def post_office(counter: Counter, settings: Any) -> PostOffice:
    """The mail server's manners and its letters; the site sends to it."""
    settings.EMAIL_BACKEND = "notifications.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", counter.port
    settings.EMAIL_TIMEOUT = 5
    return counter.office


@dataclass
class House:
    """A ministry, an institution with its plan, and their people."""

    ministry: Organisation
    institution: Organisation
    plan: Plan
    executor: User
    director: User
    coordinator: User


@pytest.fixture
def house(db: None) -> House:
    ministry = make.ministry()
    institution = make.institution(ministry)
    return House(
        ministry=ministry,
        institution=institution,
        plan=make.plan(institution),
        executor=make.person("olga", "executor", institution),
        director=make.person("denis", "director", institution),
        coordinator=make.person("karina", "coordinator", ministry),
    )
