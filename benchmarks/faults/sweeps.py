"""The planner dies in mid-sweep again and again: the same reminders as if it never had.

    python benchmarks/faults/sweeps.py [--institutions 300 --open 6000] [--steps 16] [--deaths 3]

Tells one story twice, on two copies of one database of a PostgreSQL of its own: every five hours
people move due dates, report, come, leave and stand in, and a sweep plans. On one copy nothing else
happens. On the other, each time, sweeps die before it: one of their statements has run, or all but
the commit; people's changes are committed while they wait; then they are killed, their session is
ended, PostgreSQL is restarted or crashed; and a rival sweep waits for what a dying one holds. At
the end both copies must hold the same reminders, planned at the same hours, and the same letters.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from benchmarks.country.running import country, set_up, size_from, timed
from benchmarks.faults.post import end
from benchmarks.faults.servers import Postgres, own_servers

STATEMENTS = 16  # of a sweep, about: a death may come after any of them, or before the commit
STEP = timedelta(hours=5)
TASKS = 300
Ledger = Counter[tuple[object, ...]]


# --- What people do -------------------------------------------------------------------------------


def moved(chance: random.Random, today: date) -> None:
    """Due dates are granted anew: some for today, some for later."""
    for work in _some_work(chance, 6):
        day = today + timedelta(days=chance.choice((0, 1, 7, 30)))
        work.due_on = work.late_after = day
        work.deadline_revision += 1
        work.save(update_fields=["due_on", "late_after", "deadline_revision"])


def reported(chance: random.Random, today: date) -> None:
    """Some is reported, and some of what was is returned."""
    from compliance.models import Occurrence

    for work in _some_work(chance, 4):
        Occurrence.objects.filter(pk=work.pk).update(status="submitted")
    waiting = Occurrence.objects.filter(status="submitted").order_by("pk")
    for pk in list(waiting.values_list("pk", flat=True))[::7]:
        Occurrence.objects.filter(pk=pk).update(status="open")


def reassigned(chance: random.Random, today: date) -> None:
    """Colleagues take work over."""
    from compliance.models import Assignment, Membership

    for work in _some_work(chance, 5):
        people = Membership.objects.filter(organisation=work.organisation_id, role="executor")
        ids = list(people.order_by("pk").values_list("user_id", flat=True))
        Assignment.objects.filter(pk=work.assignment_id).update(executor=chance.choice(ids))


def came_and_left(chance: random.Random, today: date) -> None:
    """Somebody's role ends, and somebody new is there."""
    from compliance.models import Membership, User
    from tests.notifications import factories as make

    held = Membership.objects.filter(role="executor", ends_on=None).order_by("pk")
    leaver = held[chance.randrange(held.count())]
    Membership.objects.filter(pk=leaver.pk).update(ends_on=today - timedelta(days=1))
    make.person(f"new{User.objects.count()}", "executor", leaver.organisation)


def stood_in(chance: random.Random, today: date) -> None:
    """A colleague stands in for somebody who is away."""
    from compliance.models import Membership, Substitution
    from tests.notifications import factories as make

    held = Membership.objects.filter(role="executor", ends_on=None).order_by("pk")
    absent = held[chance.randrange(held.count())]
    others = held.filter(organisation=absent.organisation_id).exclude(user=absent.user_id)
    if others and not Substitution.objects.filter(absent=absent.user_id).exists():
        Substitution.objects.create(
            absent_id=absent.user_id, substitute_id=others[0].user_id, entered_at=make.moment(),
            starts_on=today, ends_on=today + timedelta(days=3),
        )  # fmt: skip


def _some_work(chance: random.Random, count: int) -> list:
    from compliance.models import Occurrence

    ids = list(Occurrence.objects.open().order_by("pk").values_list("pk", flat=True))
    return list(Occurrence.objects.filter(pk__in=chance.sample(ids, count)).order_by("pk"))


ACTS = (moved, reported, reassigned, came_and_left, stood_in)


# --- How sweeps die -------------------------------------------------------------------------------


@contextmanager
def doomed(now: datetime, at: int) -> Iterator[int]:
    """The id of a process whose sweep stands still after so many statements, or before its commit.

    It never gets further: it is killed when the block is left.
    """
    from django.db import connection, transaction

    from tests.building.children import Statements, fork
    from workflows.services.notices.reminders import plan_reminders

    reader, writer = os.pipe()

    def stand_still() -> None:
        os.write(writer, b".")
        signal.pause()

    def sweep() -> None:
        with connection.execute_wrapper(Statements(at, stand_still)), transaction.atomic():
            plan_reminders(now)
            stand_still()

    child = fork(sweep)
    os.close(writer)
    try:
        if not os.read(reader, 1):
            raise AssertionError("the sweep failed before it was to die")
        yield child
    finally:
        os.close(reader)
        end(child)


def end_sessions() -> None:
    """End every other session of the database."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def restart(database: Postgres, mode: str) -> None:
    """Stop and start PostgreSQL."""
    from django.db import connections

    connections.close_all()
    database.stop(mode)
    database.start()


Deaths = dict[str, Callable[[], None]]


def deaths(database: Postgres | None = None) -> Deaths:
    """What may happen to a sweep that stands still; what happens to servers only where one may."""
    found: Deaths = {"killed": lambda: None, "session ended": end_sessions}
    if database:
        found["PostgreSQL restarted"] = lambda: restart(database, "fast")
        found["PostgreSQL crashed"] = lambda: restart(database, "immediate")
    return found


def die_with_a_rival(now: datetime, at: int) -> None:
    """A sweep dies while another waits for what it holds; the other then ends well."""
    from tests.building.children import ended, fork
    from workflows.services.notices.reminders import plan_reminders

    with doomed(now, at):
        rival = fork(lambda: plan_reminders(now))
    if ended(rival):
        raise AssertionError("the rival failed")


# --- The story ------------------------------------------------------------------------------------


def tell(steps: int, ways: Deaths | None = None, each: int = 0, seed: int = 7) -> Counter[str]:
    """How sweeps died in so many steps, each of two of the acts and a sweep that ends well.

    Without `ways` none dies. `each`: how many die a step, in turn in one of the ways.
    """
    from tests.notifications.factories import moment
    from workflows.services.notices.reminders import plan_reminders

    died: Counter[str] = Counter()
    fate = random.Random(seed + 1)
    for step in range(steps):
        now, chance = moment() + step * STEP, random.Random(seed * 1000 + step)
        acts = chance.sample(ACTS, 2)
        for number in range(each if ways else 0):
            way = list(ways or ())[(step * each + number) % len(ways or ())]
            with doomed(now, fate.randint(1, STATEMENTS)):
                if number == 0:
                    acts.pop(0)(chance, now.date())
                (ways or {})[way]()
            died[way] += 1
        for act in acts:
            act(chance, now.date())
        if ways:
            die_with_a_rival(now, fate.randint(1, STATEMENTS))
            died["killed before a rival"] += 1
        plan_reminders(now)
    return died


def ledger() -> Ledger:
    """Every reminder and letter, by what they say and when they were planned."""
    from notifications.models import Message, Reminder

    reminders = Reminder.objects.values_list(
        "subject_kind", "subject_id", "step_id", "sequence", "addressee_id", "channel",
        "deadline_revision", "due_on", "planned_at", "state", "reason",
    )  # fmt: skip
    letters = Message.objects.values_list("addressee_id", "day", "time_zone", "created_at", "state")
    return Counter([*reminders, *letters])


@contextmanager
def twin() -> Iterator[None]:
    """Work on a copy of the database; the copy is gone afterwards, the database as it was."""
    from django.db import connection, connections

    name = connection.settings_dict["NAME"]
    copy = f"{name}_twin"
    connections.close_all()
    _outside(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
    connection.settings_dict["NAME"] = copy
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = name
        _outside(f'DROP DATABASE "{copy}"')


def _outside(statement: str) -> None:
    """Run the statement in another database of the server."""
    from django.db import connection

    known = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = "postgres"
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = known


def compared(steps: int, ways: Deaths, each: int) -> tuple[Counter[str], Ledger, Ledger, int]:
    """How sweeps died, the undisturbed ledger, the disturbed, and what a full look still adds."""
    from compliance.models import PlannedPlace
    from tests.notifications.factories import moment
    from workflows.services.notices.reminders import plan_reminders

    with twin():
        tell(steps)
        calm = ledger()
    died = tell(steps, ways, each)
    disturbed = ledger()
    PlannedPlace.objects.all().delete()
    skipped = plan_reminders(moment() + (steps - 1) * STEP)["planned"]
    return died, calm, disturbed, skipped


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--steps", type=int, default=16)
    parser.add_argument("--deaths", type=int, default=3, help="sweeps that die at each step")
    size = size_from(
        parser, institutions=300, open=6_000, history=0, regions=10, weeks=0, measures=10
    )
    given = parser.parse_args()
    with own_servers() as (database, _queues):
        if not set_up():
            return 0
        from benchmarks.reminders import fill_tasks

        with country(size):
            fill_tasks(TASKS)
            found = []
            ways = deaths(database)
            seconds = timed(lambda: found.append(compared(given.steps, ways, given.deaths)))
            died, calm, disturbed, skipped = found[0]
            print(f"{dict(died)} in {given.steps} sweeps, {seconds:.0f} s")
            print(f"reminders and letters: {calm.total():,} undisturbed, {disturbed.total():,} not")
            print(f"only undisturbed: {(calm - disturbed).total()}; "
                  f"only disturbed: {(disturbed - calm).total()}; skipped: {skipped}")  # fmt: skip
            return 1 if calm != disturbed or skipped else 0


if __name__ == "__main__":
    sys.exit(main())
