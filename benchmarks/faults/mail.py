"""Letters while their senders are killed and the mail server misbehaves: none lost, none twice.

    python benchmarks/faults/mail.py [--institutions 2700 --open 27000] [--workers 4] [--every 0.35]

Makes a database of its own on the server of DATABASE_URL with a letter for each person of a
country's institutions, and a mail server in a process of its own that writes down what it takes,
and answers some letters with 451, or hangs up before or after taking them. So many senders work at
once, forked from one that has sent letters already; one of them is killed with -9 at each interval.
An hour passes in a minute, so that leases of the dead end and letters are tried again. At the end
the server's book is compared with the ledger, and with its help what is doubtful is settled.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from benchmarks.country.running import country, set_up, size_from
from benchmarks.faults.post import compare, end, post, settle

FASTER = 60  # minutes pass as seconds
PATIENCE = 2400  # seconds in all
TOLD = 60  # seconds between two lines of progress


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


def run(workers: int, every: float) -> int:
    """Print what became of all letters; 1 when one was lost or came twice."""
    from tests.building.children import fork
    from workflows.services.notices.reminders import plan_reminders

    began = time.monotonic()
    plan_reminders(moment(began))
    with post() as office:
        send(began, office.port, batches=1)  # warm: templates and translations are there for all
        senders = [fork(lambda: send(began, office.port)) for _number in range(workers)]
        kills, started = 0, time.monotonic()
        for _told in unfinished(started):
            time.sleep(every)
            place = random.randrange(workers)
            end(senders[place])
            kills += 1
            senders[place] = fork(lambda: send(began, office.port))
        for child in senders:
            end(child)
        print(f"{kills} senders killed in {time.monotonic() - started:.0f} s")
        is_right = compare(office, breaks=kills + workers)

        def deliver() -> None:
            send(began, office.port, batches=10)

        return 0 if settle(office, deliver, lambda: moment(began)) and is_right else 1


def unfinished(started: float) -> Iterator[int]:
    """The number of letters on their way, time and again until there is none, and told at times."""
    from notifications.models import Message
    from notifications.models.states import FINAL

    told = started
    open_letters = Message.objects.exclude(state__in=FINAL)
    while time.monotonic() - started < PATIENCE and (left := open_letters.count()):
        if time.monotonic() - told > TOLD:
            told = time.monotonic()
            print(f"{told - started:.0f} s: {left:,} letters on their way", flush=True)
        yield left


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--every", type=float, default=0.35, help="seconds between two kills")
    size = size_from(
        parser, institutions=2_700, open=27_000, history=0, regions=20, weeks=0, measures=10
    )
    given = parser.parse_args()
    if not set_up():
        return 0
    with country(size):
        return run(given.workers, given.every)


if __name__ == "__main__":
    sys.exit(main())
