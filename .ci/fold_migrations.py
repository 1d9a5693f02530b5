"""Makes each app's 0001_initial anew from its models: before the first release there is only one.

Run by `make migrations`. What an installation begins with (0002_reference_data) stays as written.
"""

import importlib
import os
import subprocess
import sys
from pathlib import Path

APPS = ("compliance", "workflows", "notifications")


def main() -> None:
    kept = {path: path.read_text() for app in APPS for path in found(app, "0*.py")}
    try:
        fold({path: words for path, words in kept.items() if path.name.startswith("0002")})
    except BaseException:
        for path in [path for app in APPS for path in found(app, "0*.py")]:
            path.unlink()
        for path, words in kept.items():
            path.write_text(words)
        raise


def fold(kept: dict[Path, str]) -> None:
    """One 0001 an app anew, beside the kept 0002."""
    for path in [path for app in APPS for path in found(app, "0*.py")]:
        path.unlink()
    manage("makemigrations", *APPS, "--name", "initial", "--verbosity", "0")
    extra = [path for app in APPS for path in found(app, "0002*.py")]
    if extra:
        sys.exit(f"Tables that need two steps: {', '.join(map(str, extra))}")
    for path in [path for app in APPS for path in found(app, "0001*.py")]:
        path.write_text(shortened(path))
    for path, words in kept.items():
        path.write_text(words)
    manage("makemigrations", "--check", "--dry-run", "--verbosity", "1")


def shortened(path: Path) -> str:
    """The text of the migration with each constraint and index in its table from the start.

    One by one they take nine seconds of a new installation: after each, Django makes all models
    anew, and SQLite copies the table. The proxy of the login package's rows is left out: it stands
    in 0002, for that package's table needs our users first.
    """
    from django.db import migrations
    from django.db.migrations.writer import MigrationWriter

    migration = importlib.import_module(".".join(path.with_suffix("").parts)).Migration
    tables, added, later = {}, set(), []
    for operation in migration.operations:
        if isinstance(operation, migrations.CreateModel):
            if not operation.options.get("proxy"):
                tables[operation.name_lower] = operation
            continue
        if isinstance(operation, migrations.AddField):
            added.add((operation.model_name_lower, operation.name))
        later.append(operation)
    rest = [one for one in later if not moved(one, tables, added)]
    migration.operations = [*tables.values(), *rest]
    migration.dependencies = [one for one in migration.dependencies if one[0] != "mfa"]
    # Without the header, whose date would change the file each time.
    return MigrationWriter(migration(path.stem, path.parts[0]), include_header=False).as_string()


def moved(operation, tables: dict, added: set) -> bool:
    """Whether the constraint or index went into its table: all it speaks of is there at once."""
    for kind in ("constraint", "index"):
        found = getattr(operation, kind, None)
        if found is None:
            continue
        table = operation.model_name_lower
        said = repr(found.deconstruct())
        if any(model == table and f"'{name}" in said for model, name in added):
            return False
        plural = {"constraint": "constraints", "index": "indexes"}[kind]
        tables[table].options.setdefault(plural, []).append(found)
        return True
    return False


def found(app: str, pattern: str) -> list[Path]:
    return sorted(Path(app, "migrations").glob(pattern))


def manage(*words: str) -> None:
    subprocess.run([sys.executable, "manage.py", *words], check=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    sys.path.insert(0, os.getcwd())
    import django

    django.setup()
    main()
