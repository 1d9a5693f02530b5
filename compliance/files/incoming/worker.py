"""The child of the runner: reads one file within its limits, answers, ends.

Run as `python -m compliance.files.incoming.worker`; no Django, no database, no keys. Standard
input is a line of JSON and then the file; standard output a line of JSON and then the bytes of the
answer.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from compliance.domain.refusals import Refusal

Reader = Callable[[bytes, dict[str, Any]], tuple[Any, list[bytes]]]
"""From the content and values to plain values and bytes; raises Refusal."""

# Named as text, so that a photograph does not wait for the libraries of documents.
READERS = {
    "photograph": "compliance.files.incoming.photographs:answer",
    "document": "compliance.files.incoming.files:document_answer",
    "tables": "compliance.files.incoming.files:tables_answer",
}


def limit(seconds: int, memory: int) -> None:
    """Limit this process: past these seconds of computing or bytes of memory the kernel ends it."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # nothing here writes files
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """The exit code: 0 when there is an answer, which may be a refusal."""
    refused: dict[str, Any] | None
    asked = json.loads(sys.stdin.buffer.readline())
    limit(asked["seconds"], asked["memory"])
    try:
        values, blobs = _reader(asked["kind"])(sys.stdin.buffer.read(), asked["values"])
        refused = None
    except Refusal as refusal:
        values, blobs = None, []
        refused = {
            "class": type(refusal).__name__,
            "code": refusal.code,
            "values": refusal.values,
        }
    header = {"refused": refused, "values": values, "sizes": [len(blob) for blob in blobs]}
    sys.stdout.buffer.write(json.dumps(header).encode() + b"\n")
    for blob in blobs:
        sys.stdout.buffer.write(blob)
    sys.stdout.buffer.flush()
    return 0


def _reader(kind: str) -> Reader:
    module, _colon, name = READERS[kind].partition(":")
    found: Reader = getattr(import_module(module), name)
    return found


if __name__ == "__main__":
    sys.exit(main())
