"""Which tests are nearest to a place: those that run it, by a map made once and kept in `var/`."""

from __future__ import annotations

import ast
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate, zip_longest
from pathlib import Path

from benchmarks.mutants.places import Place

ROOMS = (
    "compliance/domain",
    "notifications/domain",
    "compliance/services",
    "workflows/services",
    "notifications/services",
)
# They test processes, whole pages or the installation; they are never the nearest.
FAR = (
    "tests/access", "tests/browser",
    "tests/notifications/test_sender_dies.py", "tests/notifications/test_several_senders.py",
    "tests/notifications/test_two_schedulers.py", "tests/notifications/test_worker.py",
    "tests/test_", "tests/workflows/tasks/test_killed.py", "tests/workflows/test_demo.py",
)  # fmt: skip
BY_WATCH = "test_twice_the_text_is_at_most_about_twice_the_work"  # measures seconds
SECONDS = 25.0  # of tests for one mutant, as measured when the map was made
FURTHER = 90.0  # of further tests, when the nearest let it live
SLOWEST = 15.0
MOST = 400  # of the nearest of one kind; further ones are bounded by their seconds alone


@dataclass
class Ran:
    """What one test ran."""

    test: str
    seconds: float
    seen: frozenset[str]


@dataclass
class Map:
    """Tests by the statement that they run."""

    by_statement: dict[str, list[Ran]] = field(default_factory=lambda: defaultdict(list))
    by_module: dict[str, dict[str, Ran]] = field(default_factory=lambda: defaultdict(dict))
    importers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_file: dict[str, dict[str, Ran]] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    def of(cls, root: Path, notes: Iterable[dict[str, dict]]) -> Map:
        made = cls()
        for tests in notes:
            for test, note in tests.items():
                if not note["passed"] or note["seconds"] > SLOWEST or BY_WATCH in test:
                    continue
                ran = Ran(test, note["seconds"], frozenset(note["seen"]))
                made.by_file[test.partition("::")[0]][test] = ran
                for statement in ran.seen:
                    made.by_statement[statement].append(ran)
                    made.by_module[statement.rpartition(":")[0]][test] = ran
        for path in [*modules(root), *made.by_file]:
            for name in _imported(root / path):
                made.importers[name].add(path)
        return made

    def nearest(self, place: Place) -> list[str]:
        """The tests to run for a place, nearest first, within `SECONDS`."""
        return self._ordered(place, SECONDS, MOST)

    def further(self, place: Place) -> list[str]:
        """The tests to run, within `FURTHER`, before a change is said to go unnoticed."""
        asked = set(self.nearest(place))
        return [test for test in self._ordered(place, SECONDS + FURTHER) if test not in asked]

    def _ordered(self, place: Place, seconds: float, most: int | None = None) -> list[str]:
        found = self.by_statement.get(f"{place.path}:{place.statement}", [])
        # What runs at import, such as tables and what fills them, is noted under no test.
        found = found or list(self._reading(place.path).values())
        importers = self.importers.get(dotted(place.path), set())
        return _fair(place.path, found, importers, seconds, most)

    def _reading(self, path: str) -> dict[str, Ran]:
        """Tests of a table's readers: of its module, and of modules and tests that import it."""
        found = dict(self.by_module.get(path, {}))
        for importer in self.importers.get(dotted(path), ()):
            found |= self.by_module.get(importer, {}) | self.by_file.get(importer, {})
        return found


def _fair(
    path: str, found: list[Ran], importers: set[str], seconds: float, most: int | None
) -> list[str]:
    """Tests of the same subject, or that name the module, then others; of each file in turn.

    Within a file the most particular first: a test that runs little says most about what it runs.
    """
    files: dict[str, list[Ran]] = defaultdict(list)
    for ran in sorted(found, key=lambda ran: (len(ran.seen), ran.seconds)):
        files[ran.test.partition("::")[0]].append(ran)
    near = {file for file in files if file in importers or _is_same_subject(file, path)}
    same = [tests for file, tests in sorted(files.items()) if file in near]
    others = [tests for file, tests in sorted(files.items()) if file not in near]
    chosen = _within(_in_turn(same), seconds * 2 / 3, most)
    return [ran.test for ran in chosen + _within(_in_turn(others), seconds / 3, most)]


def _in_turn(files: list[list[Ran]]) -> list[Ran]:
    turns = zip_longest(*files)
    return [ran for turn in turns for ran in turn if ran is not None]


def _within(found: list[Ran], seconds: float, most: int | None) -> list[Ran]:
    """As many of the first tests as take no longer than that, and not more than `most`."""
    spent = list(accumulate(ran.seconds for ran in found))
    return [ran for ran, end in zip(found, spent, strict=True) if end <= seconds][:most]


def _is_same_subject(file: str, path: str) -> bool:
    """Whether the tests are in the folder that mirrors the module's; for services in either app."""
    app, layer, subject = Path(path).with_suffix("").parts[:3]
    folders = Path(file).parts[1:-1]
    if layer == "domain":
        return folders[:3] == (app, layer, subject) or folders[:1] == (app,) == ("notifications",)
    return subject in folders or folders[:1] == (app,) == ("notifications",)


def modules(root: Path) -> list[str]:
    """The files to be changed, domain first."""
    return [
        path.relative_to(root).as_posix()
        for room in ROOMS
        for path in sorted((root / room).rglob("*.py"))
    ]


def dotted(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
    return found


# --- Marks ------------------------------------------------------------------------------------


def instrumented(source: bytes, path: str) -> str:
    """The file with a mark before each statement of each function."""
    tree = ast.parse(source)
    _Marker(path).visit(tree)
    first = next(
        (
            number
            for number, node in enumerate(tree.body)
            if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
            and not (isinstance(node, ast.ImportFrom) and node.module == "__future__")
        ),
        len(tree.body),
    )
    tree.body.insert(
        first, ast.parse("from benchmarks.mutants.marks import seen as _seen_").body[0]
    )
    return ast.unparse(ast.fix_missing_locations(tree))


class _Marker(ast.NodeTransformer):
    def __init__(self, path: str) -> None:
        self.path, self.depth = path, 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if self.depth:
            for name in ("body", "orelse", "finalbody"):
                body = getattr(node, name, None)
                if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                    setattr(node, name, self._marked(body))
        return node

    def _marked(self, body: list[ast.stmt]) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        for number, statement in enumerate(body):
            is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            if not (number == 0 and is_text):
                made.append(ast.parse(f"_seen_.add({f'{self.path}:{statement.lineno}'!r})").body[0])
            made.append(statement)
        return made


# --- The map that is kept -----------------------------------------------------------------------


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.exists() else ""


@dataclass
class Kept:
    """The notes on each test file, valid as long as it and the code it ran stay the same."""

    root: Path
    path: Path

    def load(self) -> dict[str, dict]:
        rows = json.loads(self.path.read_text()) if self.path.exists() else {}
        now = {path: digest(self.root / path) for path in modules(self.root)}
        return {
            file: row
            for file, row in rows.items()
            if row["digest"] == digest(self.root / file)
            and all(now.get(path) == kept for path, kept in row["ran"].items())
        }

    def add(self, notes: dict[str, dict], files: Iterable[str]) -> None:
        """Keep the notes of a run over these files."""
        rows = self.load()
        for file in files:
            tests = {test: note for test, note in notes.items() if test.startswith(f"{file}::")}
            ran = {mark.rpartition(":")[0] for note in tests.values() for mark in note["seen"]}
            rows[file] = {
                "digest": digest(self.root / file),
                "ran": {path: digest(self.root / path) for path in sorted(ran)},
                "tests": tests,
            }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(rows))


def test_files(root: Path) -> list[str]:
    """The test files that can be nearest, those of the domain first."""
    found = [path.relative_to(root).as_posix() for path in sorted(root.glob("tests/**/test_*.py"))]
    near = [path for path in found if not path.startswith(FAR)]
    return sorted(near, key=lambda path: "/domain/" not in path)
