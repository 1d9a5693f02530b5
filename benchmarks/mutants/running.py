"""Copies of the tree in which tests run over changed files; the tree itself stays untouched."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.mutants.nearest import instrumented, modules
from benchmarks.mutants.places import Place, changed

KILLED, SURVIVED, TIMED_OUT, UNREACHED = "killed", "survived", "timed out", "reached by no test"


@dataclass
class Copy:
    """One copy of the tree, with a database that is made once and put back before each run."""

    root: Path

    @classmethod
    def taken(cls, origin: Path, root: Path) -> Copy:
        """The tree as it is now, tracked and new files; work in it may go on meanwhile."""
        listed = subprocess.run(
            ["git", "ls-files", "-zco", "--exclude-standard"],
            cwd=origin, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        for name in filter(None, listed.split("\0")):
            if (origin / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(origin / name, root / name)
        copy = cls(root)
        copy._make_database()
        return copy

    def again(self, root: Path) -> Copy:
        """A copy of the copy, with its database."""
        shutil.copytree(self.root, root)
        return Copy(root)

    def _make_database(self) -> None:
        """The tests' database with every migration, with a copy of its fresh state beside it."""
        probe = self.root / "tests" / "test_probe.py"
        probe.write_text("import pytest\n\n@pytest.mark.django_db\ndef test_it():\n    pass\n")
        (self.root / "var").mkdir(exist_ok=True)
        code = self.pytest([str(probe), "--create-db"], {}, 600)
        probe.unlink()
        if code != 0:
            sys.exit(f"The tests' database can't be made: pytest ended with {code}.")
        shutil.copy(self.root / "var/test.sqlite3", self.root / "var/new.sqlite3")

    def instrument(self) -> None:
        """Put marks into every file that is changed."""
        for path in modules(self.root):
            (self.root / path).write_text(instrumented((self.root / path).read_bytes(), path))

    def note(self, files: list[str]) -> dict[str, dict]:
        """What the tests of these files run."""
        path = self.root / "var/notes.json"
        path.unlink(missing_ok=True)
        self.pytest(files, {"MUTANTS_RECORD": str(path)}, 1800)
        return json.loads(path.read_text()) if path.exists() else {}

    def try_out(self, place: Place, tests: list[str], seconds: float) -> str:
        """How the nearest tests end over the changed file."""
        if not tests:
            return UNREACHED
        target = self.root / place.path
        source = target.read_bytes()
        only = self.root / "var/only.json"
        only.write_text(json.dumps(tests))
        files = list(dict.fromkeys(test.partition("::")[0] for test in tests))
        self._write(target, changed(source, place))
        try:
            code = self.pytest([*files, "-x"], {"MUTANTS_ONLY": str(only)}, seconds)
        finally:
            self._write(target, source)
        return {0: SURVIVED, None: TIMED_OUT}.get(code, KILLED)

    def _write(self, target: Path, source: bytes) -> None:
        target.write_bytes(source)
        # Python's cache cannot see a change of the same length within one second.
        for old in (target.parent / "__pycache__").glob(f"{target.stem}.*.pyc"):
            old.unlink()

    def pytest(self, arguments: Iterable[str], more: dict[str, str], seconds: float) -> int | None:
        """The exit code of pytest; None when it ran out of time."""
        new = self.root / "var/new.sqlite3"
        if new.exists():
            for ending in ("", "-wal", "-shm"):
                (self.root / f"var/test.sqlite3{ending}").unlink(missing_ok=True)
            shutil.copy(new, self.root / "var/test.sqlite3")
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "CELERY_BROKER_URL", "VEKHA_REQUIRE"}
        }
        process = subprocess.Popen(
            [
                sys.executable, "-m", "pytest", "-q", "-p", "benchmarks.mutants.watching",
                "-p", "no:cacheprovider", "-p", "no:xdist", "--reuse-db", *arguments,
            ],
            cwd=self.root, env={**environment, **more}, start_new_session=True,
            stdout=subprocess.DEVNULL if not os.environ.get("MUTANTS_ALOUD") else None,
            stderr=subprocess.STDOUT if not os.environ.get("MUTANTS_ALOUD") else None,
        )  # fmt: skip
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return None
