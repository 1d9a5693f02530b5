"""What is asked of a reader is counted before it works, and bounded while it does."""

from __future__ import annotations

import io
import os
import random
import signal
import subprocess
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
import xlsxwriter

from compliance.domain.documents.reading import OversizedDocument, UnreadableDocument
from compliance.domain.refusals import Refusal, TooLarge
from compliance.files.incoming import runner
from compliance.files.incoming.files import open_tables as open_tables_here
from compliance.files.incoming.files import read_file as read_file_here
from compliance.files.incoming.intake import open_tables, read_file
from compliance.files.incoming.runner import Bounds, TookTooLong

PLAN = "План на 2026 год\n\n№\tМероприятие\tСрок\tОтветственный\n1\tСтенд\tмай\tДиректор"


def workbook() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["№", "Мероприятие", "Срок", "Ответственный"])
        sheet.write_row(1, 0, ["1", "MARK", "май", "Директор"])
    return out.getvalue()


def document() -> bytes:
    out = io.BytesIO()
    made = docx.Document()
    made.add_paragraph("План на 2026 год MARK")
    made.save(out)
    return out.getvalue()


def changed(package: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The package with one part changed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == part else data)
    return out.getvalue()


WORDS, TEXT = "xl/sharedStrings.xml", "word/document.xml"
LONG_CELL = changed(workbook(), WORDS, lambda old: old.replace(b"MARK", b"a" * 9_000_000))
LONG_TEXT = changed(document(), TEXT, lambda old: old.replace(b"MARK", b"a" * 9_000_000))
MANY = changed(
    document(), TEXT, lambda old: old.replace(b"</w:p>", b"</w:p>" + b"<w:p/>" * 1_200_000, 1)
)
CELL = b'<w:tc><w:tcPr><w:gridSpan w:val="100"/></w:tcPr><w:p/></w:tc>'
WIDE = changed(
    document(),
    TEXT,
    lambda old: old.replace(
        b"</w:p>", b"</w:p><w:tbl><w:tr>" + CELL * 5_000 + b"</w:tr></w:tbl>", 1
    ),
)
STYLES = changed(
    document(),
    "word/styles.xml",
    lambda old: old.replace(b"</w:styles>", b"<w:style/>" * 1_200_000 + b"</w:styles>", 1),
)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (LONG_CELL, "a.xlsx", "cell_too_long"),
        (LONG_TEXT, "a.docx", "cell_too_long"),
        (MANY, "a.docx", "too_many_cells"),
        (WIDE, "a.docx", "too_many_cells"),
        (STYLES, "a.docx", "too_many_cells"),
        (PLAN.replace("Стенд", "а" * 500_001).encode(), "a.txt", "too_much_text"),
    ],
    ids=["cell", "text", "elements", "columns", "styles", "plain"],
)
def test_what_costs_more_than_its_size_is_refused_before_it_is_read(content, name, code):
    began = time.process_time()
    with pytest.raises(OversizedDocument) as caught:
        read_file_here(content, name)
    assert caught.value.code == code and caught.value.status == 413
    assert time.process_time() - began < 8


def test_a_row_longer_than_a_document_may_be_is_refused():
    with pytest.raises(OversizedDocument) as caught:
        read_file_here(rows_of_long_cells(), "a.xlsx")
    assert caught.value.code == "too_much_text"


def rows_of_long_cells() -> bytes:
    """One row of twenty cells of thirty thousand signs: more than a document holds."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write_row(0, 0, [f"{n}" + "а" * 30_000 for n in range(20)])
    return out.getvalue()


# --- Damage ---------------------------------------------------------------------------------------


def damaged(package: bytes) -> dict[str, bytes]:
    """The kinds of damage that a package comes with."""
    directory = package.rfind(b"PK\x01\x02")
    end = package.rfind(b"PK\x05\x06")
    first = package.find(b"PK\x03\x04") + 30

    def at(place: int, data: bytes) -> bytes:
        return package[:place] + data + package[place + len(data) :]

    return {
        "cut": package[: len(package) // 2],
        "no end": package[:end],
        "rubbish inside": at(first + 40, os.urandom(60)),
        "wrong checksum": at(directory + 16, b"\1\2\3\4"),
        "wrong method": at(directory + 10, b"\x63\0"),
        "bzip2 that is none": at(directory + 10, b"\x0c\0"),
        "lzma that is none": at(directory + 10, b"\x0e\0"),
        "negative seek": at(end + 16, b"\xff\xff\xff\x7f"),
        "place beyond the file": at(directory + 42, b"\xff\xff\xff\x7f"),
        "encrypted": at(directory + 8, b"\1\0"),
        "empty": b"PK\x05\x06" + bytes(18),
    }


@pytest.mark.parametrize("make", [workbook, document])
@pytest.mark.parametrize("kind", sorted(damaged(workbook())))
def test_a_damaged_package_is_refused_by_every_reader(make, kind):
    content = damaged(make())[kind]
    for read in (
        lambda: read_file_here(content, "a.xlsx"),
        lambda: read_file_here(content, "a.docx"),
        lambda: open_tables_here(content, 1000),
    ):
        with pytest.raises(UnreadableDocument):
            read()


def test_a_package_with_any_bytes_changed_is_read_or_refused():
    chance = random.Random(20261127)
    for make, name in ((workbook, "a.xlsx"), (document, "a.docx")):
        whole = make()
        for _round in range(150):
            broken = bytearray(whole)
            for _change in range(chance.randint(1, 6)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            try:
                read_file_here(bytes(broken), name)
            except Refusal as refusal:
                assert isinstance(refusal, UnreadableDocument)


# --- The runner -----------------------------------------------------------------------------------


def test_the_runner_gives_what_the_reader_gives():
    document, facts = read_file(PLAN.encode(), "план.txt")
    here, _facts = read_file_here(PLAN.encode(), "план.txt")
    assert document == here and document.items[0].measure == "Стенд"
    assert (facts.file, facts.format) == ("план.txt", "txt")
    assert read_file(PLAN.encode(), "план.txt", year=2031)[0].period.start.year == 2031


def test_the_cells_of_a_sheet_come_back_as_they_were():
    assert open_tables(workbook(), 1000) == open_tables_here(workbook(), 1000)


def test_a_refusal_comes_back_as_the_same_refusal():
    with pytest.raises(OversizedDocument) as caught:
        read_file(LONG_CELL, "a.xlsx")
    assert caught.value.code == "cell_too_long"
    with pytest.raises(UnreadableDocument) as caught:
        read_file(b"PK\x03\x04" + bytes(40), "a.xlsx")
    assert caught.value.code == "damaged_file"


@pytest.fixture
def strange_child(monkeypatch, tmp_path):
    """Let the runner start this program instead of the worker."""

    def start(program: str) -> None:
        (tmp_path / "strange.py").write_text(program)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        monkeypatch.setattr(runner, "WORKER", "strange")

    return start


@pytest.mark.parametrize(
    ("program", "kind", "code"),
    [
        ("import time; time.sleep(60)", TookTooLong, "takes_too_long"),
        (f"import os; os.kill(os.getpid(), {signal.SIGKILL:d})", TookTooLong, "takes_too_long"),
        (f"import os; os.kill(os.getpid(), {signal.SIGSEGV:d})", Refusal, "reader_fell"),
        (f"import os; os.kill(os.getpid(), {signal.SIGABRT:d})", TooLarge, "takes_too_much_memory"),
        ("raise MemoryError", TooLarge, "takes_too_much_memory"),
        ("import sys; sys.exit(3)", Refusal, "reader_fell"),
        ("", Refusal, "reader_fell"),
        ("print('no answer')", Refusal, "reader_fell"),
    ],
    ids=["sleeps", "killed", "segfault", "abort", "memory", "exit", "silent", "babble"],
)
def test_a_runaway_or_fallen_child_is_a_refusal(strange_child, program, kind, code):
    strange_child(program)
    began = time.monotonic()
    with pytest.raises(kind) as caught:
        runner.run("document", b"", {}, name="имя.docx", bounds=Bounds(seconds=3))
    assert (caught.value.code, caught.value.values) == (code, {"name": "имя.docx"})
    assert time.monotonic() - began < 20


def test_a_child_that_computes_on_is_ended_by_the_kernel_and_one_that_takes_memory_is_refused(
    strange_child,
):
    limits = "from compliance.files.incoming.worker import limit; limit({seconds}, 300 * 2**20)\n"
    for work, code in (
        ("while True: pass", "takes_too_long"),
        ("held = bytearray(400 * 2**20)", "takes_too_much_memory"),
    ):
        strange_child(limits.format(seconds=1) + work)
        with pytest.raises(TooLarge) as caught:
            runner.run("document", b"", {}, name="a", bounds=Bounds(seconds=30))
        assert caught.value.code == code


def test_a_child_knows_no_key_of_ours(strange_child, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "hidden")
    monkeypatch.setenv("DATABASE_URL", "postgres://hidden")
    strange_child(
        "import json, os\n"
        "names = sorted(name for name in os.environ if 'KEY' in name or 'URL' in name)\n"
        "print(json.dumps({'values': names, 'sizes': []}))"
    )
    assert runner.run("document", b"", {}, name="a", bounds=Bounds()).values == []


def test_one_slow_file_blocks_no_other(strange_child, tmp_path):
    """As many slow ones as have a place less one: the next file does not wait for them."""
    strange_child(
        "import json, os, sys, time\n"
        "asked = json.loads(sys.stdin.buffer.readline())\n"
        "while not os.path.exists(asked['values']['until']):\n"
        "    time.sleep(0.02)\n"
        "print(json.dumps({'values': None, 'sizes': []}))"
    )

    def read(until: Path) -> None:
        runner.run("document", b"", {"until": str(until)}, name="a", bounds=Bounds(seconds=60))

    later = tmp_path / "later"
    slow = [threading.Thread(target=read, args=[later]) for _ in range(runner.MOST_CHILDREN - 1)]
    for thread in slow:
        thread.start()
    try:
        read(tmp_path)
        assert all(thread.is_alive() for thread in slow)
    finally:
        later.touch()
    for thread in slow:
        thread.join()


def test_no_child_outlives_its_reading(strange_child):
    strange_child("import time; time.sleep(600)")
    with pytest.raises(TookTooLong):
        runner.run("document", b"", {}, name="a", bounds=Bounds(seconds=1))
    children = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "args="], capture_output=True, text=True
    ).stdout
    assert "strange" not in children
