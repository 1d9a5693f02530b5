"""The code in numbers: its largest room, arrows and floors between rooms, lengths, docstrings.

    python benchmarks/house.py [FOLDER]

Run it in two checkouts to compare them. A room stands directly in a layer of an app
(`compliance.services.plans`, or a loose module there); arrows are imports between rooms, as
import-linter's own graph has them.
"""

from __future__ import annotations

import ast
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

APPS = ("project", "workflows", "compliance", "notifications")


def main() -> None:
    os.chdir(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[1])
    sys.path.insert(0, os.getcwd())
    os.environ.setdefault("DEBUG", "1")
    print_lengths(list(sources()))
    print_graph()


def sources() -> Iterator[Path]:
    """The Python files of the apps, without migrations."""
    for app in APPS:
        yield from (path for path in Path(app).rglob("*.py") if "migrations" not in path.parts)


def print_lengths(files: list[Path]) -> None:
    """The largest folder, and how long files and functions are."""
    folders = Counter(path.parent for path in files if path.name != "__init__.py")
    folder, count = folders.most_common(1)[0]
    print(f"files: {len(files)}; the largest folder: {folder} with {count}")
    lines = [len(path.read_text("utf-8").splitlines()) for path in files if path.stat().st_size]
    print(f"lines of a file: {spread(lines)}")
    lengths, public, documented = [], 0, 0
    for path in files:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lengths.append((node.end_lineno or node.lineno) - node.lineno + 1)
                if not node.name.startswith("_"):
                    public += 1
                    documented += ast.get_docstring(node) is not None
    print(f"lines of a function: {spread(lengths)}")
    print(f"public functions with a docstring: {100 * documented / public:.0f} %")


def spread(numbers: list[int]) -> str:
    """Median, ninth decile and maximum in words."""
    return f"median {median(numbers):.0f}, 90 % up to {quantiles(numbers, n=10)[8]:.0f}, " + (
        f"the longest {max(numbers)}"
    )


def print_graph() -> None:
    """Rooms, arrows, floors and circles of each layer that is divided into rooms."""
    from grimp import build_graph

    graph = build_graph(*APPS, cache_dir=None)
    for layer in ("compliance.services", "compliance.domain", "workflows.services"):
        rooms = sorted(graph.find_children(layer))
        arrows = {
            (importer, imported)
            for importer in rooms
            for imported in rooms
            if importer != imported
            and graph.direct_import_exists(importer=importer, imported=imported, as_packages=True)
        }
        floors, circles = stacked(rooms, arrows)
        counts = f"{len(rooms)} rooms, {len(arrows)} arrows, {floors} floors"
        print(f"{layer}: {counts}, {circles} in circles")


def stacked(rooms: list[str], arrows: set[tuple[str, str]]) -> tuple[int, int]:
    """How many floors the rooms stand on, and how many rooms stand in a circle."""
    left, floors = set(rooms), 0
    while free := {
        room for room in left if not any(upper == room and lower in left for upper, lower in arrows)
    }:
        left -= free
        floors += 1
    return floors, len(left)


if __name__ == "__main__":
    main()
