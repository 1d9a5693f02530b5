"""The site as `gunicorn project.wsgi` serves it, in a process of its own."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.building.places import ROOT

PATIENCE = 60  # seconds until a server must answer, on a busy machine


@contextmanager
def served(*words: str, **variables: str) -> Iterator[int]:
    """The port on loopback at which it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "project.wsgi", "--bind", f"127.0.0.1:{port}", *words],
        cwd=ROOT,
        env={**os.environ, "SECRET_KEY": "tests", "PYTHONWARNINGS": "ignore", **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + PATIENCE
        while asked(port, "/health/live") != 200:
            assert time.monotonic() < until and process.poll() is None, "the site did not start"
            time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE)


def asked(port: int, path: str, timeout: float = PATIENCE) -> int | None:
    """The status of a page; None while nobody answers."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        line.request("GET", path)
        return line.getresponse().status
    except OSError:
        return None
    finally:
        line.close()
