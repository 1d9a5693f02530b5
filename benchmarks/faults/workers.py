"""Real Celery workers on Redis, killed with -9 while Redis is emptied and PostgreSQL restarted.

    python benchmarks/faults/workers.py [--institutions 2700 --open 27000] [--every 0.35]

Starts a PostgreSQL, a Redis and a mail server of its own, and on them what a site runs: a worker
for letters, one for everything else, and beat, all in a time that runs thirty times faster, and
started again when they end, as a supervisor does (docs/operations/outages.md). At each interval a
process of a worker's pool is killed; now and then, in turn, a whole worker is, or Redis is emptied
or killed, or PostgreSQL is restarted or crashed. At the end the mail server's book is compared with
the ledger, every frequent sweep must end well once more, and a sweep that looks at everything must
find nothing that the others have skipped.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from benchmarks.country.running import ROOT, country, set_up, size_from
from benchmarks.faults.clockwork import now
from benchmarks.faults.post import compare, post, settle
from benchmarks.faults.servers import Postgres, Redis, own_servers

PATIENCE = 2400  # seconds in all
TOLD = 60  # seconds between two lines of progress
OTHER = 15  # seconds between two other faults
AWAY = 2.0  # seconds without a server
WORKERS = {"letters": 4, "sweeps,work": 2}  # queues: processes


@dataclass
class Site:
    """The site's background processes, each in a session of its own with its children."""

    environment: dict[str, str]
    logs: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    groups: list[int] = field(default_factory=list)
    ended: Counter[str] = field(default_factory=Counter)  # by themselves

    def start(self, name: str) -> None:
        """A worker for the queues of this name, or beat."""
        if name == "beat":
            words = ["beat", "--schedule", str(self.logs / "beat"), "--max-interval", "1"]
        else:
            words = ["worker", "-Q", name, "-n", f"{name}@%h"]
            words += ["--concurrency", str(WORKERS[name]), "--loglevel", "WARNING"]
        self._run(name, *words)

    def start_all(self) -> None:
        """Both workers and beat."""
        for name in (*WORKERS, "beat"):
            self.start(name)

    def supervise(self) -> None:
        """Start again what has ended, as a site's supervisor does."""
        for name, process in list(self.running.items()):
            if process.poll() is not None:
                self.ended[name] += 1
                self.start(name)

    def children(self) -> list[int]:
        """The processes of both pools, once they are complete: before, a worker gives up."""
        found: list[int] = []
        for queues in WORKERS:
            worker = str(self.running[queues].pid)
            if (self.logs / worker).exists():
                asked = subprocess.run(["pgrep", "-P", worker], capture_output=True, check=False)
                found += map(int, asked.stdout.split())
        return found

    def kill_worker(self) -> int:
        """Kill one worker's first process and start another; how many processes it leaves alone."""
        queues = random.choice(list(WORKERS))
        self.running[queues].kill()
        self.running[queues].wait()
        self.start(queues)
        return WORKERS[queues]

    def end(self) -> None:
        """Kill all that was started, and what killed workers have left behind."""
        for group in self.groups:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        for process in self.running.values():
            process.wait()

    def _run(self, name: str, *words: str) -> None:
        with (self.logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "benchmarks.faults.clockwork", *words],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.running[name] = process
        self.groups.append(process.pid)


class Faults:
    """What goes wrong; `breaks` counts the letters that may have been in the air then."""

    def __init__(self, site: Site, database: Postgres, queues: Redis) -> None:
        self.site, self.database, self.queues = site, database, queues
        self.counts: Counter[str] = Counter()
        self.breaks = 0
        others: dict[str, Callable[[], None]] = {
            "workers killed": self.kill_worker,
            "Redis emptied": queues.flush,
            "PostgreSQL restarted": lambda: self.restart("fast"),
            "Redis killed": self.kill_redis,
            "PostgreSQL crashed": lambda: self.restart("immediate"),
        }
        self._others = cycle(others.items())

    def kill_child(self) -> None:
        """A process of a pool dies."""
        children = self.site.children()
        with suppress(IndexError, ProcessLookupError):  # its successor is on its way
            os.kill(random.choice(children), signal.SIGKILL)
            self.counts["pool processes killed"] += 1
            self.breaks += 1

    def other(self) -> None:
        """The next of the other faults."""
        name, happens = next(self._others)
        happens()
        self.counts[name] += 1

    def kill_worker(self) -> None:
        """A whole worker dies; its pool may be in the middle of as many letters."""
        self.breaks += self.site.kill_worker()

    def kill_redis(self) -> None:
        """Redis is away for a moment and comes back empty."""
        self.queues.stop()
        time.sleep(AWAY)
        self.queues.start()

    def restart(self, mode: str) -> None:
        """PostgreSQL is away for a moment: whoever was to note an answer cannot."""
        from django.db import connections

        connections.close_all()
        self.breaks += WORKERS["letters"]
        self.database.stop(mode)
        time.sleep(AWAY)
        self.database.start()


def run(every: float, database: Postgres, queues: Redis, logs: Path) -> int:
    """Print what became of all letters and sweeps; 1 when something was lost, doubled or stuck."""
    from tests.notifications.test_sender_dies import database_url
    from workflows.services.notices.reminders import plan_reminders

    os.environ["FAULTS_BEGAN"] = str(time.monotonic())
    letters = plan_reminders(now())["digests"]
    with post() as office:
        environment = {
            **os.environ, "DEBUG": "1", "PYTHONWARNINGS": "ignore", "DATABASE_URL": database_url(),
            "EMAIL_URL": f"smtp://127.0.0.1:{office.port}", "FAULTS_READY": str(logs),
        }  # fmt: skip
        site = Site(environment, logs)
        try:
            site.start_all()
            faults, started = Faults(site, database, queues), time.monotonic()
            disturb(faults, every, letters)
            print(f"{dict(faults.counts)} in {time.monotonic() - started:.0f} s", flush=True)
            is_right = compare(office, faults.breaks)
            is_right &= settle(office, lambda: wait(site), now)
            is_right &= lives_on(site) and skipped_nothing()
            print(f"ended by themselves and were started again: {dict(site.ended)}")
            return 0 if is_right else 1
        finally:
            site.end()


def disturb(faults: Faults, every: float, letters: int) -> None:
    """One fault after the other until no letter is on its way."""
    from notifications.models import Message
    from notifications.models.states import FINAL

    started = told = time.monotonic()
    due = started + OTHER
    waiting = Message.objects.exclude(state__in=FINAL)
    while (left := waiting.count()) and time.monotonic() - started < PATIENCE:
        if time.monotonic() - told > TOLD:
            told = time.monotonic()
            print(f"{told - started:.0f} s: {left:,} letters on their way", flush=True)
        if left == letters:
            wait(faults.site)  # until the workers have begun
            continue
        time.sleep(every)
        faults.site.supervise()
        faults.kill_child()
        if time.monotonic() > due:
            faults.other()
            due = time.monotonic() + OTHER


def wait(site: Site) -> None:
    """Let the supervised site work for a moment."""
    site.supervise()
    time.sleep(1)


def lives_on(site: Site) -> bool:
    """Whether each sweep that comes every ten minutes or oftener ends well once more."""
    from django.conf import settings

    from notifications.models import SweepRecord

    bells = settings.CELERY_BEAT_SCHEDULE.items()
    frequent = {name for name, bell in bells if bell["options"]["expires"] <= 600}
    since, until = now(), time.monotonic() + 120
    ended = SweepRecord.objects.filter(ended_at__gt=since)
    while time.monotonic() < until:
        if silent := frequent - set(ended.values_list("name", flat=True)):
            wait(site)
        else:
            break
    print(f"sweeps that do not ring any more: {', '.join(sorted(silent)) or 'none'}", flush=True)
    return not silent


def skipped_nothing() -> bool:
    """Whether a sweep that looks at everything finds nothing to add."""
    from compliance.models import PlannedPlace
    from workflows.services.notices.reminders import plan_reminders

    at = now()
    plan_reminders(at)
    PlannedPlace.objects.all().delete()
    skipped = plan_reminders(at)["planned"]
    print(f"reminders that the sweeps have skipped: {skipped}", flush=True)
    return not skipped


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--every", type=float, default=0.35, help="seconds between two kills")
    parser.add_argument("--logs", type=Path, help="keep the workers' logs in this folder")
    size = size_from(
        parser, institutions=2_700, open=27_000, history=0, regions=20, weeks=0, measures=10
    )
    given = parser.parse_args()
    with own_servers() as (database, queues), TemporaryDirectory() as folder:
        if not set_up():
            return 0
        with country(size):
            return run(given.every, database, queues, given.logs or Path(folder))


if __name__ == "__main__":
    sys.exit(main())
