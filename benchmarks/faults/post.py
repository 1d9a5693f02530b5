"""The mail server of the fault runs, which misbehaves, and its book beside our ledger."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

LATER, EARLY, AFTER = 0.03, 0.01, 0.01  # how often the server says 451, hangs up, hangs up late
ROUNDS = 100  # of asking what arrived and sending the rest again


@dataclass(frozen=True)
class Post:
    """A running mail server: its port, and the file in which it notes what it takes."""

    port: int
    book: Path

    def lines(self) -> list[tuple[str, bool]]:
        """The Message-ID of each letter taken, and whether the server hung up on it afterwards."""
        pairs = (line.rsplit(" ", 1) for line in self.book.read_text().splitlines())
        return [(number, cut == "1") for number, cut in pairs]


@contextmanager
def post() -> Iterator[Post]:
    """The server, in a process of its own until the block is left."""
    from tests.building.children import fork

    with TemporaryDirectory() as folder:
        port_file, book = Path(folder, "port"), Path(folder, "book")
        book.touch()
        server = fork(lambda: _serve(port_file, book))
        try:
            while not port_file.exists() or not port_file.read_text():
                time.sleep(0.05)
            yield Post(int(port_file.read_text()), book)
        finally:
            end(server)


def _serve(port_file: Path, book: Path) -> None:
    """Write a line for each letter that is taken, before it is answered."""
    from tests.notifications.post_office import Counter as Desk
    from tests.notifications.post_office import PostOffice

    chance = random.Random(7)

    class Office(PostOffice):
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
            fate = chance.random()
            if fate < LATER:
                return "451 later"
            if fate < LATER + EARLY:
                server.transport.abort()
                return "451 gone"
            head = envelope.content.split(b"\r\n\r\n", 1)[0].decode()
            number = next(line for line in head.splitlines() if line.startswith("Message-ID:"))
            is_late = fate < LATER + EARLY + AFTER
            with book.open("a") as lines:
                lines.write(f"{number.split(':', 1)[1].strip()} {int(is_late)}\n")
            if is_late:
                server.transport.abort()
            return "250 taken"

    desk = Desk(Office())
    desk.start()
    port_file.write_text(str(desk.port))
    asyncio.new_event_loop().run_forever()


def end(child: int) -> None:
    """Kill the child and wait for its end."""
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def compare(post: Post, breaks: int) -> bool:
    """Print the book beside the ledger; whether no letter was lost, came twice or has no end.

    `breaks`: how many senders were killed, and how often what they work with was taken away. As
    many letters, and those that the server cut off, may be of unknown fate: no more.
    """
    from notifications.models import Message

    taken = Counter(number for number, _cut in post.lines())
    cuts = sum(cut for _number, cut in post.lines())
    states = dict(Message.objects.values_list("message_id", "state").exclude(message_id=""))
    ends = Counter(Message.objects.values_list("state", flat=True))
    lost = [n for n, state in states.items() if state == "accepted" and not taken[n]]
    twice = [number for number, count in taken.items() if count > 1]
    doubtful = [number for number, state in states.items() if state == "unknown"]
    dropped = Message.objects.filter(state="unknown", reason="connection_lost").count()
    arrived = sum(taken[number] > 0 for number in doubtful)
    unfinished = sum(ends[state] for state in ("waiting", "temporary", "claimed"))
    print(f"{ends.total():,} letters: {dict(ends)}")
    print(f"the server took {taken.total():,} and hung up on {cuts} after taking them")
    print(f"lost: {len(lost)}; twice: {len(twice)}; still on their way: {unfinished}")
    print(
        f"of unknown fate: {len(doubtful)}, at most {breaks + dropped}; {arrived} of them had "
        "arrived: so many would come twice if all were sent again",
        flush=True,
    )
    return not (lost or twice or unfinished or len(doubtful) > breaks + dropped)


def settle(post: Post, deliver: Callable[[], object], now: Callable[[], datetime]) -> bool:
    """Do as an operator who has the server's log; whether each letter then arrived exactly once.

    What the log knows of is reported as delivered, the rest is sent again, until nothing is open.
    """
    from compliance.models import User
    from notifications.models import Message
    from notifications.services.reports import Kind, LetterReport, take_report
    from notifications.services.resending import send_again

    operator = User.objects.filter(memberships__role="administrator").order_by("pk").first()
    unknown = Message.objects.filter(state="unknown")
    again = 0
    for _round in range(ROUNDS):
        taken = {number for number, _cut in post.lines()}
        for letter in unknown.filter(message_id__in=taken):
            take_report(LetterReport(Kind.DELIVERED, letter.token, "", "", False, ""), now())
        again += send_again(unknown.all(), by=operator, now=now())
        open_letters = Message.objects.exclude(state__in=["accepted", "skipped"])
        if not open_letters.exists():
            break
        deliver()
    taken = Counter(number for number, _cut in post.lines())
    numbers = Message.objects.filter(state="accepted").values_list("message_id", flat=True)
    lost = sum(not taken[number] for number in numbers)
    twice = sum(count > 1 for count in taken.values())
    left = open_letters.count()
    print(f"with the server's log {again} are sent again: lost {lost}, twice {twice}, open {left}")
    return not (lost or twice or left)
