"""Makes each app's 0001_initial anew from its models: before the first release there is only one.

Run by `make migrations`. What an installation begins with (0002_reference_data) stays as written.
"""

import re
import subprocess
import sys
from pathlib import Path

APPS = ("compliance", "workflows", "notifications")
# The proxy of the login package's rows stands in 0002: that package's table needs our users first.
PROXY = re.compile(
    r" {8}migrations\.CreateModel\(\n {12}name='LoginCode',.*?\n {8}\),\n", re.DOTALL
)


def main() -> None:
    kept = {path: path.read_text() for app in APPS for path in found(app, "0002*.py")}
    for path in [path for app in APPS for path in found(app, "0*.py")]:
        path.unlink()
    manage("makemigrations", *APPS, "--name", "initial", "--verbosity", "0")
    extra = [path for app in APPS for path in found(app, "0002*.py")]
    if extra:
        sys.exit(f"Tables that need two steps: {', '.join(map(str, extra))}")
    initial = Path("compliance/migrations/0001_initial.py")
    text = re.sub(r" {8}\('mfa', '[^']+'\),\n", "", PROXY.sub("", initial.read_text()))
    initial.write_text(text)
    for path, words in kept.items():
        path.write_text(words)
    manage("makemigrations", "--check", "--dry-run", "--verbosity", "1")


def found(app: str, pattern: str) -> list[Path]:
    return sorted(Path(app, "migrations").glob(pattern))


def manage(*words: str) -> None:
    subprocess.run([sys.executable, "manage.py", *words], check=True)


if __name__ == "__main__":
    main()
