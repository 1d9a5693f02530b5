"""Work in a process of its own, which may be killed: forked, so that scenes need no retelling."""

from __future__ import annotations

import os
import signal
import time
import traceback
import warnings
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import connection, connections

FRAMES = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")  # of transactions, not of the work
PATIENCE = 90  # seconds, on a busy machine


def fork(work: Callable[[], object]) -> int:
    """The id of a new process that does this work, with connections of its own, and ends."""
    connections.close_all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of other threads: they don't matter
        child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        connections.close_all()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def ended(child: int) -> int:
    """How the process ended: 0, or 1 when its work failed, or -9 when it was killed."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise AssertionError("the process did not end")


class Statements:
    """Counts the statements that pass, and does something after the one at which it is due."""

    def __init__(self, at: int = 0, then: Callable[[], None] = lambda: None) -> None:
        self.at, self.then, self.passed = at, then, 0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        result = execute(sql, params, many, context)
        if not sql.startswith(FRAMES):
            self.passed += 1
            if self.passed == self.at:
                self.then()
        return result


def die() -> None:
    """What `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)


def lose_the_database() -> None:
    """What an administrator of PostgreSQL does to a session with `pg_terminate_backend`."""
    mine = connection.connection.info
    with psycopg.connect(mine.dsn, password=mine.password, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [mine.backend_pid])


def statements_of(work: Callable[[], object]) -> int:
    """How many statements the work takes, found out in a process that dies before it commits."""
    reader, writer = os.pipe()

    def counted() -> None:
        from django.db import transaction

        counter = Statements()
        with transaction.atomic():
            with connection.execute_wrapper(counter):
                work()
            os.write(writer, str(counter.passed).encode())
            transaction.set_rollback(True)

    code = ended(fork(counted))
    os.close(writer)
    with os.fdopen(reader) as said:
        count = said.read()
    assert code == 0 and count, "the work failed undisturbed"
    return int(count)
