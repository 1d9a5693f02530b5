"""Old formats made new by LibreOffice without a screen, where it is installed.

It runs in a folder of its own that is thrown away, as another process group that is ended with it,
with macros and links switched off; the outcome is then read like any other file.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

from compliance.domain.documents.reading import OversizedDocument, UnreadableDocument
from compliance.files.incoming.formats import format_of
from compliance.files.incoming.runner import Bounds, TookTooLong

PROGRAMS = ("soffice", "libreoffice")
# What each old format becomes, and the filter that writes it.
MADE = {
    "doc": ("docx", "MS Word 2007 XML"),
    "rtf": ("docx", "MS Word 2007 XML"),
    "odt": ("docx", "MS Word 2007 XML"),
    "xls": ("xlsx", "Calc MS Excel 2007 XML"),
    "ods": ("xlsx", "Calc MS Excel 2007 XML"),
}
MEMORY = 3 * 2**30  # bytes of address space; the program maps a gigabyte before it reads anything
LARGEST_OUTCOME = 50 * 2**20  # bytes
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
{items}</oor:items>
"""
_ITEM = (
    '<item oor:path="/org.openoffice.Office.{path}">'
    '<prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>\n'
)
_SWITCHED_OFF = (
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Writer/Content/Update", "Link", "0"),
    ("Calc/Content/Update", "Link", "1"),
)


_ONE_AT_A_TIME = threading.BoundedSemaphore(1)
"""Of a process: each may take `MEMORY`."""


def office_program() -> str | None:
    """The program's path where it and what bounds it are installed, and None elsewhere."""
    if shutil.which("prlimit") is None:
        return None
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def modernised(content: bytes, name: str, bounds: Bounds) -> bytes:
    """The file in today's format if it is in an old one and LibreOffice is here; else as it is.

    Raises TookTooLong past the bounds, UnreadableDocument where nothing came of it.
    """
    try:
        format = format_of(content)
    except UnreadableDocument:
        return content  # the reader refuses it with its reason
    program = office_program() if format in MADE else None
    if program is None:
        return content
    target, filter = MADE[format]
    with tempfile.TemporaryDirectory(prefix="vekha-office-") as folder:
        place = Path(folder)
        (place / f"in.{format}").write_bytes(content)
        _switch_off(place)
        command = [
            program,
            f"-env:UserInstallation={(place / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo"),
            *("--convert-to", f"{target}:{filter}", "--outdir", str(place / "out")),
            str(place / f"in.{format}"),
        ]
        _run(command, place, name, bounds)
        made = place / "out" / f"in.{target}"
        if not made.exists():
            raise UnreadableDocument("damaged_file", format=format)
        if made.stat().st_size > LARGEST_OUTCOME:
            raise OversizedDocument("unpacked_too_large", limit=LARGEST_OUTCOME)
        return made.read_bytes()


def _switch_off(place: Path) -> None:
    """Write the settings by which no macro runs and no link is followed."""
    user = place / "profile" / "user"
    user.mkdir(parents=True)
    items = "".join(
        _ITEM.format(path=path, name=name, value=value) for path, name, value in _SWITCHED_OFF
    )
    (user / "registrymodifications.xcu").write_text(_SETTINGS.format(items=items))


def _run(command: list[str], place: Path, name: str, bounds: Bounds) -> None:
    """Run the program within the bounds; its whole group is ended afterwards."""
    seconds = max(1, int(bounds.seconds))
    limits = [
        *("prlimit", f"--cpu={seconds}", f"--as={MEMORY}"),
        *(f"--fsize={LARGEST_OUTCOME}", "--core=0", "--"),
    ]
    if not _ONE_AT_A_TIME.acquire(timeout=bounds.seconds):
        raise TookTooLong("takes_too_long", name=name)
    try:
        _run_alone([*limits, *command], place, name, bounds)
    finally:
        _ONE_AT_A_TIME.release()


def _run_alone(command: list[str], place: Path, name: str, bounds: Bounds) -> None:
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(place),
        "TMPDIR": str(place),
        "LANG": "C.UTF-8",
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
    }
    with subprocess.Popen(
        command,
        cwd=place,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as child:
        try:
            child.wait(timeout=bounds.seconds)
        except subprocess.TimeoutExpired as error:
            raise TookTooLong("takes_too_long", name=name) from error
        finally:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
