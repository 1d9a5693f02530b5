"""Costly reading in a process of its own, with bounds on seconds and memory.

A file that looks small may cost its reader minutes or gigabytes. Each reading therefore gets a
fresh child that begins with nothing of ours open: it can exhaust only itself, and when it fails,
only this one file is refused. A start costs 0.1 to 0.2 s (0.05 s of them computing), so there is no
pool of children, in which one file could leave something behind for the next.

`subprocess`, never a fork: the demo, gunicorn and Celery all call this from threads.
"""

from __future__ import annotations

import json
import logging
import math
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compliance.domain.documents.reading.errors import OversizedDocument, UnreadableDocument
from compliance.domain.refusals import Conflict, Refusal, TooLarge

ROOT = Path(__file__).resolve().parents[3]
WORKER = "compliance.files.incoming.worker"
MOST_CHILDREN = 4  # at once in one of our processes; the next one waits within its own seconds
_places = threading.BoundedSemaphore(MOST_CHILDREN)

# What a child needs from our environment; keys and passwords are none of its business.
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "TMPDIR")
_CLASSES: dict[str, type[Refusal]] = {
    one.__name__: one
    for one in (Refusal, TooLarge, Conflict, UnreadableDocument, OversizedDocument)
}
_OUT_OF_TIME = {-signal.SIGXCPU, -signal.SIGKILL}
_OUT_OF_MEMORY = {-signal.SIGABRT}  # how libraries in C and Rust end without memory

logger = logging.getLogger("vekha.files")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one reading may take: seconds (of waiting and of computing) and bytes of memory."""

    seconds: float = 60
    memory: int = 1024 * 2**20


class TookTooLong(TooLarge):
    """The reading did not end within its seconds; with more of them it might."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a reading: plain values, and bytes beside them."""

    values: Any
    blobs: tuple[bytes, ...]


def run(kind: str, content: bytes, values: dict[str, Any], *, name: str, bounds: Bounds) -> Answer:
    """What the worker's reader of this kind made of the content.

    Raises what the reader raised (a Refusal), TookTooLong, TooLarge for memory, and Refusal
    `reader_fell` when the child ended in any other way. `name` is the file's, for the sentence.
    """
    until = time.monotonic() + bounds.seconds
    if not _places.acquire(timeout=bounds.seconds):
        raise TookTooLong("takes_too_long", name=name)
    try:
        code, out, err = _child(kind, content, values, bounds, until - time.monotonic())
    except subprocess.TimeoutExpired as error:
        raise TookTooLong("takes_too_long", name=name) from error
    finally:
        _places.release()
    if code == 0 and out.startswith(b"{"):
        return _answer(out)
    if code in _OUT_OF_TIME:
        raise TookTooLong("takes_too_long", name=name)
    if code in _OUT_OF_MEMORY or b"MemoryError" in err:
        raise TooLarge("takes_too_much_memory", name=name)
    logger.warning(
        "A reader (%s) fell with %s: %s", kind, code, err[-300:].decode(errors="replace")
    )
    raise Refusal("reader_fell", name=name)


def _child(
    kind: str, content: bytes, values: dict[str, Any], bounds: Bounds, left: float
) -> tuple[int, bytes, bytes]:
    """The child's exit code, its answer and its error output; TimeoutExpired, once it is killed."""
    header = json.dumps(
        {
            "kind": kind,
            "values": values,
            "seconds": math.ceil(bounds.seconds),
            "memory": bounds.memory,
        }
    )
    with subprocess.Popen(
        [sys.executable, "-m", WORKER],
        cwd=ROOT,
        env={key: os.environ[key] for key in _PASSED_ON if key in os.environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C ends the demo in order; its children are ended below
    ) as child:
        try:
            out, err = child.communicate(header.encode() + b"\n" + content, timeout=max(left, 0.01))
        finally:
            child.kill()
        return child.returncode, out, err


def _answer(out: bytes) -> Answer:
    header, _newline, rest = out.partition(b"\n")
    said = json.loads(header)
    if refused := said.get("refused"):
        raise _CLASSES[refused["class"]](refused["code"], **refused["values"])
    blobs, start = [], 0
    for size in said["sizes"]:
        blobs.append(rest[start : start + size])
        start += size
    return Answer(said["values"], tuple(blobs))
