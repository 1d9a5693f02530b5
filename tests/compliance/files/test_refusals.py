"""Files that are refused: each with one code, never with another exception."""

import io
import random
import zipfile

import docx
import pytest

from compliance.domain.documents.reading import OversizedDocument, UnreadableDocument
from compliance.files.incoming import files, package
from compliance.files.incoming.files import open_document

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def code_of(content: bytes, name: str) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        open_document(content, name)
    return caught.value.code


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for one in paragraphs:
        document.add_paragraph(one)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def archive(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_", "."), content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "plan.txt", "empty_file"),
        (b" \r\n\t", "plan.docx", "empty_file"),
        (b"%PDF-1.7 ...", "plan.pdf", "damaged_file"),
        (b"%PDF-1.7 ...", "plan.xlsx", "damaged_file"),
        (b"{\\rtf1 text}", "plan.rtf", "needs_office"),
        (OLE + "WordDocument".encode("utf-16-le") + bytes(2), "plan.doc", "needs_office"),
        (OLE + "EncryptedPackage".encode("utf-16-le") + bytes(2), "plan.docx", "encrypted"),
        (OLE + "Workbook".encode("utf-16-le") + bytes(2), "plan.xls", "damaged_file"),
        (
            b'<?xml version="1.0"?><?mso-application progid="Word.Document"?>',
            "a.doc",
            "legacy_format",
        ),
        (b"\x7fELF\2\1\1" + bytes(60), "plan.txt", "not_text"),
        (OLE, "plan.docx", "legacy_format"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "plan.txt", "no_text_layer"),
        (b"\xff\xd8\xff\xe0\x10JFIF", "plan.csv", "no_text_layer"),
        (b"PK\x03\x04 broken", "plan.docx", "damaged_file"),
        (archive(readme_txt=b"hello"), "plan.docx", "unknown_format"),
        (archive(word__document_xml=b"<w/>"), "plan.docx", "damaged_file"),
        (archive(xl__workbook_xml=b"<w/>"), "plan.xlsx", "damaged_file"),
        (archive(word__document_xml=b"", word__vbaProject_bin=b"\0"), "plan.docx", "macros"),
    ],
)
def test_each_kind_of_wrong_file_has_its_code(content, name, code):
    assert code_of(content, name) == code


@pytest.mark.parametrize("name", ["plan.txt", "plan.xlsx", "plan", "plan.exe"])
def test_a_file_is_what_its_bytes_say_whatever_its_name(name):
    source, facts = open_document(word("План"), name)
    assert facts.format == "docx" and source.rows[0].cells[0].value == "План"
    assert open_document("План".encode(), name)[1].format == "txt"


def test_a_file_above_the_limit_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(files, "LARGEST_FILE", 10)
    with pytest.raises(OversizedDocument) as caught:
        open_document(b"eleven bytes", "plan.txt")
    assert caught.value.status == 413
    assert caught.value.values == {"limit": 10, "size": 12}


def test_a_bomb_is_refused_by_what_it_unpacks_to(monkeypatch):
    monkeypatch.setattr(package, "LARGEST_UNPACKED", 1_000_000)
    bomb = archive(word__document_xml=b"0" * 1_000_001)
    assert len(bomb) < 2_000
    assert code_of(bomb, "plan.docx") == "unpacked_too_large"


def test_a_bomb_that_lies_about_its_size_is_refused():
    bomb = bytearray(archive(word__document_xml=b"0" * 1_000_000))
    size = (1_000_000).to_bytes(4, "little")
    lie = (10).to_bytes(4, "little")
    assert bomb.count(size) == 2
    assert code_of(bytes(bomb.replace(size, lie)), "plan.docx") == "damaged_file"


def test_a_damaged_word_or_excel_file_never_raises_anything_else(smolensk, written):
    content, name = written(smolensk)
    chance = random.Random(317)
    for _ in range(60):
        broken = bytearray(content)
        for _ in range(chance.randint(1, 20)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            open_document(bytes(broken[: chance.randint(1, len(broken))]), name)
        except UnreadableDocument:
            continue
