"""A PostgreSQL and a Redis of one's own, which may be restarted, killed and emptied in mid-run."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

import redis

PATIENCE = 60  # seconds until a server must answer


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


class Postgres:
    """A cluster in a folder. PostgreSQL refuses to run as root: there it runs as `postgres`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder / "data", free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        self._run("initdb", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-U", "postgres")
        self.start()

    def start(self) -> None:
        """Return when it answers."""
        words = f"-p {self.port} -k {self.folder.parent} -c listen_addresses=127.0.0.1"
        log = str(self.folder.parent / "postgres.log")
        self._run("pg_ctl", "-w", "-t", str(PATIENCE), "-o", words, "-l", log, "start")

    def stop(self, mode: str) -> None:
        """`fast` breaks all sessions off; `immediate` is a crash, made good at the next start."""
        self._run("pg_ctl", "-w", "-m", mode, "stop")

    def _run(self, program: str, *words: str) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
        path = str(found[-1]) if found else program
        become = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        subprocess.run(
            [*become, path, "-D", str(self.folder), *words],
            check=True,
            cwd=self.folder.parent,
            stdout=subprocess.DEVNULL,
        )


class Redis:
    """A server that keeps nothing on disk: when it restarts, it is empty."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        """Return when it answers."""
        words = ["--port", str(self.port), "--save", "", "--dir", str(self.folder)]
        self._process = subprocess.Popen(["redis-server", *words], stdout=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with suppress(redis.ConnectionError), redis.Redis(port=self.port) as line:
                line.ping()
                return
            time.sleep(0.05)
        raise AssertionError("Redis did not start")

    def stop(self) -> None:
        """As if the machine had lost it."""
        self._process.kill()
        self._process.wait()

    def flush(self) -> None:
        """Empty the database of the queues."""
        with redis.Redis(port=self.port) as line:
            line.flushdb()


@contextmanager
def own_servers() -> Iterator[tuple[Postgres, Redis]]:
    """Both servers until the block is left; DATABASE_URL and CELERY_BROKER_URL name them."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that they are stopped
    folder = Path(mkdtemp())
    database, queues = Postgres(folder), Redis(folder)
    os.environ["DATABASE_URL"], os.environ["CELERY_BROKER_URL"] = database.url, queues.url
    try:
        yield database, queues
    finally:
        queues.stop()
        with suppress(subprocess.CalledProcessError):
            database.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)
