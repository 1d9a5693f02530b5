"""What the site answers, beside what its row says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from tests.access.rows import EVERYBODY, ROWS, TWINS, Row
from tests.access.world import World


def names(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    """Every URL name of the site but those of installed packages."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":
                yield from names(pattern.url_patterns, prefix)
        elif isinstance(pattern, URLPattern) and pattern.name and _is_ours(pattern):
            yield pattern.name


def _is_ours(pattern: URLPattern) -> bool:
    return not pattern.lookup_str.startswith(("allauth", "django"))


def address(world: World, name: str) -> str:
    """Where the page of a thing of this world stands."""
    return reverse(name, args=ROWS[name].args(world)) + ROWS[name].query(world)


def call(client: Client, world: World, name: str) -> int:
    """The status of one call; whatever it wrote is rolled back."""
    return call_at(client, name, address(world, name))


def call_at(client: Client, name: str, url: str) -> int:
    """The status of a call of this name at any address of it; what it wrote is rolled back."""
    row = ROWS[name]
    with transaction.atomic():
        answer = getattr(client, row.method)(url, row.data)
        if answer.streaming:
            list(answer.streaming_content)
        transaction.set_rollback(True)
    return answer.status_code


def expected(row: Row, part: str) -> str:
    """What the row says to this part, or to those in whose stead somebody stands here."""
    parts = TWINS.get(part, {part})
    if parts & row.may:
        return row.to_peers or "yes" if part in TWINS else "yes"
    return "403" if parts & row.sees else "404"


def found(row: Row, status: int) -> str:
    if status in {403, 404}:
        return str(status)
    fine = {200, 302, 409, 422} if row.method == "post" else {200}
    return "yes" if status in fine else f"unexpected {status}"


def wrongs(world: World, parts: Iterable[str] = EVERYBODY | set(TWINS)) -> Iterator[str]:
    """Every answer of the site to these people that is not as its row says, as it is found."""
    for part in sorted(parts):
        client = Client()
        client.force_login(getattr(world.region, part))
        for name, row in ROWS.items():
            got = found(row, call(client, world, name))
            if got != expected(row, part):
                yield f"{name} for {part}: expected {expected(row, part)}, got {got}"
