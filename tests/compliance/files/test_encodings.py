"""Text files in the encodings that Russian offices write."""

import pytest

from compliance.files.incoming.files import open_document, read_file

TABLE = "План на 2020 г.\r\n№\tМероприятие\tСрок\r\n1\tОбновить сайт — «ё»\tмай\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le"])
def test_the_same_text_in_every_encoding_gives_the_same_document(encoding):
    document, facts = read_file(TABLE.encode(encoding), "plan.txt")
    assert document.items[0].measure == "Обновить сайт — «ё»"
    assert document.items[0].lines == (3, 3)
    assert facts.format == "txt" and len(facts.sha256) == 64


def test_line_ends_of_all_systems_count_the_same():
    for end in ("\n", "\r\n", "\r"):
        source, _ = open_document(TABLE.replace("\r\n", end).encode(), "plan.txt")
        assert [row.first_line for row in source.rows] == [1, 2, 3]


def test_only_the_name_of_the_file_is_kept_of_its_path():
    _, facts = open_document(TABLE.encode(), "/home/somebody/План.TXT")
    assert facts.as_json()["file"] == "План.TXT"
    assert facts.as_json()["format"] == "txt"
