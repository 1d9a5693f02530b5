"""Places in a tree, as paths of ids from the root down: "/1/5/"."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile


def common_path(paths: Iterable[str]) -> str:
    """The lowest place above all of these; "/" where they share none."""
    levels = zip(*(path.strip("/").split("/") for path in paths), strict=False)
    shared = takewhile(lambda level: len(set(level)) == 1, levels)
    return "/" + "".join(f"{level[0]}/" for level in shared)
