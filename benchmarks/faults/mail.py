"""Letters while their senders are killed and the mail server misbehaves: none lost, none twice.

    python benchmarks/faults/mail.py [--institutions 2000] [--workers 4] [--every 0.35]

Makes a database of its own on the server of DATABASE_URL with a letter for each person of a
country's institutions, and a mail server in a process of its own that writes down what it takes,
and answers some letters with 451, or hangs up before or after taking them. So many senders work at
once; one of them is killed with -9 at each interval. An hour passes in a minute, so that leases of
the dead end and letters are tried again. At the end the server's book is compared with the ledger.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from benchmarks.country.running import country, set_up, size_from

FASTER = 60  # minutes pass as seconds
LATER, EARLY, AFTER = 0.03, 0.01, 0.01  # how often the server says 451, hangs up, hangs up late
PATIENCE = 900  # seconds in all


def moment(began: float) -> datetime:
    """The hour of the run: ten in the morning, and an hour a minute since."""
    from tests.notifications import factories

    return factories.moment() + timedelta(seconds=FASTER * (time.monotonic() - began))


def send(began: float, port: int, batches: int = sys.maxsize) -> None:
    """One sender's life: batches of letters until it is killed."""
    from django.test.utils import override_settings

    from notifications.services.delivery import deliver_messages

    with override_settings(
        EMAIL_BACKEND="notifications.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        EMAIL_HOST_USER="",
        EMAIL_USE_TLS=False,
        EMAIL_TIMEOUT=5,
        SENDING_HOURS=(0, 24),
    ):
        for _batch in range(batches):
            if not sum(deliver_messages(moment(began), limit=40).values()):
                time.sleep(0.2)


def serve(port_file: Path, book: Path) -> None:
    """The mail server: writes a line for each letter that it takes, before it answers."""
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


def run(workers: int, every: float) -> int:
    """Print what became of all letters; 1 when one was lost or came twice."""
    from notifications.models import Message
    from notifications.models.states import FINAL
    from tests.building.children import fork
    from workflows.services.notices.reminders import plan_reminders

    began = time.monotonic()
    letters = plan_reminders(moment(began))["digests"]
    with TemporaryDirectory() as folder:
        port_file, book = Path(folder, "port"), Path(folder, "book")
        book.touch()
        server = fork(lambda: serve(port_file, book))
        while not port_file.exists() or not port_file.read_text():
            time.sleep(0.05)
        port = int(port_file.read_text())
        send(began, port, batches=1)  # warm: templates and translations are there for all
        senders = [fork(lambda: send(began, port)) for _number in range(workers)]
        kills, started = 0, time.monotonic()
        open_letters = Message.objects.exclude(state__in=FINAL)
        while open_letters.exists() and time.monotonic() - started < PATIENCE:
            time.sleep(every)
            place = random.randrange(workers)
            end(senders[place])
            kills += 1
            senders[place] = fork(lambda: send(began, port))
        seconds = time.monotonic() - started
        for child in (*senders, server):
            end(child)
        return compare(letters, kills, seconds, book)


def end(child: int) -> None:
    """Kill the child and wait for its end."""
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def compare(letters: int, kills: int, seconds: float, book: Path) -> int:
    """Print the book beside the ledger; 1 when a letter was lost or came twice."""
    from notifications.models import Message

    lines = [line.rsplit(" ", 1) for line in book.read_text().splitlines()]
    taken = Counter(number for number, _late in lines)
    cut = sum(int(late) for _number, late in lines)
    states = dict(Message.objects.values_list("message_id", "state"))
    ends = Counter(states.values())
    lost = [n for n, state in states.items() if state == "accepted" and not taken[n]]
    twice = {number: count for number, count in taken.items() if count > 1}
    doubtful = [number for number, state in states.items() if state == "unknown"]
    arrived = sum(taken[number] > 0 for number in doubtful)
    print(f"{letters:,} letters, {kills} senders killed, {seconds:.0f} s: {dict(ends)}")
    print(f"the server took {taken.total():,} and hung up on {cut} after taking them")
    print(f"of {len(doubtful)} that nobody knows of, {arrived} had arrived")
    print(f"lost: {len(lost)}; twice: {len(twice)}; without an end: {letters - sum(ends.values())}")
    unfinished = sum(ends[state] for state in ("waiting", "temporary", "claimed"))
    print(f"still on their way: {unfinished}")
    return 1 if lost or twice or unfinished else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--every", type=float, default=0.35, help="seconds between two kills")
    size = size_from(
        parser, institutions=2_000, open=20_000, history=0, regions=20, weeks=0, measures=10
    )
    given = parser.parse_args()
    if not set_up():
        return 0
    with country(size):
        return run(given.workers, given.every)


if __name__ == "__main__":
    sys.exit(main())
