"""What a file is by its first bytes, what a JPEG costs, and how pictures are compared."""

from __future__ import annotations

import pytest

from compliance.domain.evidence.formats import real_format, scans_of
from compliance.domain.evidence.likeness import distance, fingerprint


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
        (b"RIFF\0\0\0\0AVI ", "video"),
        (b"\0\0\0\x18ftypheic", "heic"),
        (b"\0\0\0\x18ftypmif1", "heic"),
        (b"\0\0\0\x18ftypavif", "avif"),
        (b"\0\0\0\x18ftypqt  ", "video"),
        (b"GIF89a", "gif"),
        (b"%PDF-1.7", "pdf"),
        (b"II*\0", "tiff"),
        (b"PK\x03\x04" + bytes(26) + b"word/document.xml", "office"),
        (b"PK\x03\x04" + bytes(26) + b"photo.jpg", "archive"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><svg>", "svg"),
        (b"<!DOCTYPE html>", "html"),
        (b"just words", ""),
        (b"", ""),
    ],
)
def test_a_file_is_told_by_its_first_bytes(data, found):
    assert real_format(data) == found


def jpeg(scans: int) -> bytes:
    """The markers of a JPEG with so many scans; a thumbnail inside has one of its own."""
    thumbnail = b"\xff\xd8\xff\xda\x00\x02\xff\xd9"
    head = b"\xff\xd8\xff\xe1" + (len(thumbnail) + 2).to_bytes(2, "big") + thumbnail
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\xff\x00\x34\xff\xd0\x56"
    return head + scan * scans + b"\xff\xd9" + scan * 500


@pytest.mark.parametrize(("scans", "counted"), [(0, 0), (1, 1), (12, 12), (64, 64), (1000, 65)])
def test_the_scans_of_a_jpeg_are_counted_and_nothing_that_only_looks_like_one(scans, counted):
    assert scans_of(jpeg(scans)) == counted


def test_a_fingerprint_says_where_a_picture_gets_darker():
    darker = [9 - column for _row in range(8) for column in range(9)]
    assert fingerprint(darker) is None, "nothing but one slope: any such picture is alike"
    waves = [column % 2 for _row in range(8) for column in range(9)]
    assert fingerprint(waves) == 0x5555555555555555
    assert fingerprint([1 - one for one in waves]) == 0xAAAAAAAAAAAAAAAA - 2**64


def test_a_distance_counts_the_bits_that_differ_whatever_the_sign():
    assert distance(0, 0) == 0
    assert distance(-1, 0) == 64
    assert distance(-(2**63), 1) == 2
