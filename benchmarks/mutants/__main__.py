"""Changes the rules one small place at a time and lists the changes that no test notices.

    python benchmarks/mutants [--count 200] [--seed 1] [--workers 2] [--under compliance/domain]
    python benchmarks/mutants --again    the survivors of the last run, with the tests as they are

For each change only the nearest tests run (those that run the changed statement, the mirrored
folder first; when these let it live, further ones), on SQLite, in a copy of the tree. Which tests
run what is noted once and kept in
`var/mutants/`; a file of tests is noted again when it, or what it runs, has changed. Changes
that make no difference stand with their reasons in `equivalents.txt` and are not counted. By hand,
not in CI. Exit 1 when fewer than 90 % of the others are killed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import queue
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.mutants import running  # noqa: E402
from benchmarks.mutants.nearest import Kept, Map, modules, test_files  # noqa: E402
from benchmarks.mutants.places import Place, places  # noqa: E402
from benchmarks.mutants.running import Copy  # noqa: E402

KEPT = ROOT / "var/mutants"
RESULTS = KEPT / "results.json"
ALIVE = {running.SURVIVED, running.UNREACHED}
EQUIVALENTS = Path(__file__).with_name("equivalents.txt")
BATCH = 6  # test files noted in one run of pytest
ENOUGH = 90  # percent


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--under", default="", help="only files whose path begins so")
    parser.add_argument("--again", action="store_true", help="try the last run's survivors again")
    options = parser.parse_args()
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        tree = Copy.taken(ROOT, Path(folder) / "tree")
        chosen = sample(tree.root, options.count, options.seed, options.under)
        known = json.loads(RESULTS.read_text()) if options.again else {}
        left = [place for place in chosen if known.get(place.name) in ALIVE]
        note(tree, options.workers)
        found = attempts(tree, left if options.again else chosen, options.workers)
        ended = {place: known[place.name] for place in chosen if place.name in known} | found
        RESULTS.write_text(json.dumps({place.name: result for place, result in ended.items()}))
        return score(ended)


def sample(root: Path, count: int, seed: int, under: str) -> list[Place]:
    """The places, drawn so that a change elsewhere in the code does not change the draw."""
    every = [
        place for path in modules(root) if path.startswith(under) for place in places(root, path)
    ]
    every.sort(key=lambda place: hashlib.sha256(f"{seed}{place.name}".encode()).digest())
    order = {path: number for number, path in enumerate(modules(root))}
    print(f"{len(every)} places; {min(count, len(every))} drawn with seed {seed}", flush=True)
    return sorted(every[:count], key=lambda place: (order[place.path], place.line))


def note(tree: Copy, workers: int) -> None:
    """Bring the map up to date: run the changed test files, with marks in the code."""
    kept = Kept(tree.root, KEPT / "map.json")
    known = kept.load()
    missing = [file for file in test_files(tree.root) if file not in known]
    batches = [missing[at : at + BATCH] for at in range(0, len(missing), BATCH)]
    if not batches:
        return
    began, lock = time.monotonic(), threading.Lock()

    def one(copy: Copy, batch: list[str]) -> None:
        notes = copy.note(batch)
        with lock:
            kept.add(notes, batch)
            red = [test for test, found in notes.items() if not found["passed"]]
            print(
                f"noted {len(notes)} tests, {len(red)} not passed, of {', '.join(batch)}",
                flush=True,
            )

    copies = [tree.again(tree.root.with_name(f"noting{number}")) for number in range(workers)]
    for copy in copies:
        copy.instrument()
    _share(batches, one, copies)
    print(f"noted {len(missing)} files of tests in {time.monotonic() - began:.0f} s", flush=True)


def attempts(tree: Copy, chosen: list[Place], workers: int) -> dict[Place, str]:
    """How each change ended; each is printed as it ends."""
    rows = Kept(tree.root, KEPT / "map.json").load().values()
    known = Map.of(tree.root, [row["tests"] for row in rows])
    took = {test: note["seconds"] for row in rows for test, note in row["tests"].items()}
    ended: dict[Place, str] = {}
    lock = threading.Lock()

    def tried(copy: Copy, place: Place, tests: list[str]) -> str:
        # The machine may be busier than it was when the map was made.
        return copy.try_out(place, tests, 30 + 6 * sum(took[test] for test in tests))

    def one(copy: Copy, place: Place) -> None:
        tests = known.nearest(place)
        began = time.monotonic()
        result = tried(copy, place, tests)
        if result == running.SURVIVED and (more := known.further(place)):
            tests, result = tests + more, tried(copy, place, more)
        with lock:
            ended[place] = result
            spent = time.monotonic() - began
            print(
                f"{len(ended)}/{len(chosen)} {result} ({len(tests)} tests, {spent:.0f} s) "
                f"{place.path}:{place.line} {place.what}",
                flush=True,
            )

    copies = [tree.again(tree.root.with_name(f"trying{number}")) for number in range(workers)]
    _share(chosen, one, copies)
    return ended


def _share(work: Iterable[Any], one: Callable[[Copy, Any], None], copies: list[Copy]) -> None:
    """Do the work in all the copies of the tree at once."""
    waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()
    for item in work:
        waiting.put(item)

    def run(copy: Copy) -> None:
        while True:
            try:
                item = waiting.get_nowait()
            except queue.Empty:
                return
            one(copy, item)

    with ThreadPoolExecutor(len(copies)) as pool:
        for running_in_copy in [pool.submit(run, copy) for copy in copies]:
            running_in_copy.result()


def equivalents() -> set[str]:
    """The names of the changes that make no difference; each stands under its reason."""
    lines = EQUIVALENTS.read_text().splitlines()
    return {line.strip() for line in lines if line.strip() and not line.startswith("#")}


def score(ended: dict[Place, str]) -> int:
    """Print the survivors and the figures; 0 when enough of the changes were killed."""
    same = equivalents()
    survivors = [place for place, result in ended.items() if result in ALIVE]
    real = [place for place in survivors if place.name not in same]
    print("\nSurvivors:" if real else "\nNo survivors.")
    for place in real:
        print(f"  {place.path}:{place.line} [{ended[place]}] {place.name}")
    counted = len(ended) - (len(survivors) - len(real))
    timed_out = sum(result == running.TIMED_OUT for result in ended.values())
    killed = counted - len(real)
    rate = 100 * killed / counted if counted else 100.0
    print(
        f"\n{len(ended)} mutants: {killed} killed ({timed_out} of them by the time "
        f"limit), {len(real)} survived, {len(survivors) - len(real)} equivalent; "
        f"{rate:.1f} % of the {counted} that are not equivalent killed"
    )
    return 0 if rate >= ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main())
